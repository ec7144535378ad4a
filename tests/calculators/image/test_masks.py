"""Masks: from a model's region back to the image, and smoothed over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.image.inverse_matrix import InverseMatrix
from graphflow.calculators.image.roi import matrix_of, roi_of
from graphflow.calculators.image.segmentation_smoothing import SegmentationSmoothing
from graphflow.calculators.image.warp_affine import WarpAffine
from graphflow.calculators.types import ImageSize, NormRect
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "pose" / "calculators.npz"


def golden(calculator: str, *names: str) -> list[Any]:
    with numpy.load(GOLDEN) as arrays:
        return [arrays[f"{calculator}.{name}"] for name in names]


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


@pytest.mark.parametrize(
    ("name", "options"), [("zero", {"border_mode": "BORDER_ZERO"}), ("cubic", {"interpolation": "INTER_CUBIC"})]
)
def test_a_regions_mask_lies_in_the_image_as_mediapipe_lays_it(name: str, options: dict[str, Any]) -> None:
    mask, rects, size, expected = golden("warp_affine", "mask", "norm_rects", "size", name)
    size = ImageSize(*size.tolist())
    for rect, picture in zip(rects.tolist(), expected, strict=True):
        there = matrix_of(roi_of(size, NormRect(*rect)), size)
        numpy.testing.assert_array_equal(warp(mask, invert(there), size, **options), picture)


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


def smooth(mask: Any, before: Any | None, **options: Any) -> Any:
    inputs = {"mask": [Packet(mask, 0)], "mask_previous": [] if before is None else [Packet(before, 0)]}
    result = run_calculator(SegmentationSmoothing, inputs=inputs, options=options, outputs=["mask_smoothed"])
    return result.values("mask_smoothed")[0]


def test_the_blend_is_mediapipes() -> None:
    mask, before, expected = golden("segmentation_smoothing", "mask", "mask_previous", "mask_smoothed")
    numpy.testing.assert_array_equal(smooth(mask, before, combine_with_previous_ratio=0.7), expected)


def test_large_masks_are_blended_to_the_end() -> None:
    mask, before = numpy.full((2, 260, 260), 0.5, numpy.float32)
    before[-1, -1] = 0.0
    found = smooth(mask, before, combine_with_previous_ratio=1.0)
    assert (found[0, 0], found[-1, -1]) == (0.5, 0.0)


def test_a_mask_without_one_before_it_passes() -> None:
    (mask,) = golden("segmentation_smoothing", "mask")
    assert smooth(mask, None, combine_with_previous_ratio=0.7) is mask


def test_masks_of_two_sizes_cannot_be_blended() -> None:
    (mask,) = golden("segmentation_smoothing", "mask")
    with pytest.raises(ValueError, match="the mask is"):
        smooth(mask, mask[1:])
