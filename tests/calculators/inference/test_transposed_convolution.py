"""Convolution2DTransposeBias, here and in XNNPACK."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.segmented import has_custom_operators
from graphflow.calculators.inference.transposed_convolution import transposed_convolution
from graphflow.models import load_model
from graphflow.testing import run_calculator

SAME, VALID = 1, 2


def place_by_place(features: Any, kernel: Any, bias: Any, padding: int, across: int, down: int) -> Any:
    """What MediaPipe's loops make."""
    (rows, columns), (tall, wide) = features.shape[1:3], kernel.shape[1:3]
    cut_y = max(0, tall - (rows - 1) % down - 1) if padding == SAME else 0
    cut_x = max(0, wide - (columns - 1) % across - 1) if padding == SAME else 0
    height, width = down * (rows - 1) + tall - cut_y, across * (columns - 1) + wide - cut_x
    made = numpy.tile(bias, (1, height, width, 1)).astype(float)
    for row, column, y, x in numpy.ndindex(rows, columns, tall, wide):
        to_y, to_x = row * down - cut_y // 2 + y, column * across - cut_x // 2 + x
        if 0 <= to_y < height and 0 <= to_x < width:
            made[0, to_y, to_x] += kernel[:, y, x] @ features[0, row, column]
    return made


@pytest.mark.parametrize("padding", [SAME, VALID])
@pytest.mark.parametrize(("across", "down", "tall", "wide"), [(2, 2, 2, 2), (2, 2, 3, 3), (1, 3, 2, 4), (3, 2, 1, 5)])
def test_each_place_adds_the_kernel_times_its_values(
    padding: int, across: int, down: int, tall: int, wide: int
) -> None:
    random = numpy.random.default_rng(5)
    features = random.standard_normal((1, 4, 6, 3)).astype(numpy.float32)
    kernel = random.standard_normal((2, tall, wide, 3)).astype(numpy.float32)
    bias = numpy.array([0.5, -2], numpy.float32)
    found = transposed_convolution(struct.pack("<3i", padding, across, down))(features, kernel, bias)
    expected = place_by_place(features, kernel, bias, padding, across, down)
    numpy.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_sizes_that_a_file_makes_up_are_refused_before_room_is_made() -> None:
    features, kernel = numpy.zeros((1, 2, 2, 1), numpy.float32), numpy.zeros((1, 2, 2, 1), numpy.float32)
    with pytest.raises(ValueError, match="up to 4,194,304 can be"):
        transposed_convolution(struct.pack("<3i", SAME, 1 << 30, 1))(features, kernel, kernel[0, 0, 0])
    with pytest.raises(ValueError, match="at least 1"):
        transposed_convolution(struct.pack("<3i", SAME, 0, 2))


@pytest.mark.parametrize(
    ("name", "shape"),
    [("selfie_segmentation.tflite", (256, 256)), ("selfie_segmentation_landscape.tflite", (144, 256))],
)
def test_without_xnnpack_the_mask_is_the_same(name: str, shape: tuple[int, int]) -> None:
    picture = cv2.imdecode(numpy.frombuffer(load_model("portrait.png").content, numpy.uint8), cv2.IMREAD_COLOR)
    tensor = cv2.resize(picture[:, :, ::-1], shape[::-1]).astype(numpy.float32)[None] / 255
    inputs: dict[str, Any] = {"tensors": [Packet([tensor], 0)]}
    with_it, without = (
        run_calculator(Inference, inputs=inputs, options={"model_path": name, "delegate": delegate}).values("tensors")
        for delegate in ("xnnpack", "none")
    )
    assert with_it[0][0].shape == (1, *shape, 1)
    numpy.testing.assert_allclose(without[0][0], with_it[0][0], atol=1e-4)
    assert numpy.ptp(with_it[0][0]) > 0.9


def test_a_model_is_cut_at_the_operator_only_where_xnnpack_is_not() -> None:
    content = load_model("selfie_segmentation.tflite").content
    assert has_custom_operators(content)
    assert not has_custom_operators(content, xnnpack=True)
