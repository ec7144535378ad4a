"""Masks: from a model's region back to the image, and smoothed over time.

tools/calculators/cases has what MediaPipe makes of them.
"""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.image.inverse_matrix import InverseMatrix
from graphflow.calculators.image.segmentation_smoothing import SegmentationSmoothing
from graphflow.calculators.image.warp_affine import WarpAffine
from graphflow.calculators.types import ImageSize
from graphflow.testing import run_calculator


def invert(matrix: Any) -> Any:
    result = run_calculator(InverseMatrix, inputs={"matrix": [Packet(matrix, 0)]}, outputs=["matrix"])
    return result.values("matrix")[0]


def warp(image: Any, matrix: Any, size: ImageSize, **options: Any) -> Any:
    inputs: dict[str, Any] = {
        "image": [Packet(image, 0)],
        "matrix": [Packet(matrix, 0)],
        "output_size": [Packet(size, 0)],
    }
    return run_calculator(WarpAffine, inputs=inputs, options=options, outputs=["image"]).values("image")[0]


def test_images_are_warped_too() -> None:
    image = numpy.arange(24, dtype=numpy.uint8).reshape(2, 4, 3)
    upside_down = numpy.diag([1, -1, 1, 1]).astype(numpy.float32)
    upside_down[1, 3] = 0.5  # the last row's upper left corners
    numpy.testing.assert_array_equal(warp(image, upside_down, ImageSize(4, 2)), image[::-1])


@pytest.mark.parametrize("seed", range(3))
def test_the_inverse_of_any_matrix(seed: int) -> None:
    matrix = numpy.random.default_rng(seed).normal(size=(4, 4)).astype(numpy.float32)
    numpy.testing.assert_allclose(invert(matrix) @ matrix, numpy.eye(4), atol=1e-5)


def test_a_matrix_without_an_inverse() -> None:
    with pytest.raises(ValueError, match="the matrix has no inverse"):
        invert(numpy.ones((4, 4), numpy.float32))


# --- over time ---------------------------------------------------------------------------------------------------


def smooth(mask: Any, before: Any, **options: Any) -> Any:
    inputs = {"mask": [Packet(mask, 0)], "mask_previous": [Packet(before, 0)]}
    result = run_calculator(SegmentationSmoothing, inputs=inputs, options=options, outputs=["mask_smoothed"])
    return result.values("mask_smoothed")[0]


def test_large_masks_are_blended_to_the_end() -> None:
    mask, before = numpy.full((2, 260, 260), 0.5, numpy.float32)
    before[-1, -1] = 0.0
    found = smooth(mask, before, combine_with_previous_ratio=1.0)
    assert (found[0, 0], found[-1, -1]) == (0.5, 0.0)


def test_masks_of_two_sizes_cannot_be_blended() -> None:
    mask = numpy.zeros((9, 13), numpy.float32)
    with pytest.raises(ValueError, match="the mask is"):
        smooth(mask, mask[1:])
