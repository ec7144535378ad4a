"""Calculators of MediaPipe's older graphs: hair, edges."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.image.color_convert import ColorConvert
from graphflow.calculators.image.image_clone import ImageClone
from graphflow.calculators.image.luminance import Luminance
from graphflow.calculators.image.sobel_edges import SobelEdges
from graphflow.calculators.image.tf_lite_tensors_to_segmentation import TfLiteTensorsToSegmentation
from graphflow.testing import run_calculator

RANDOM = numpy.random.default_rng(12)
RGB = RANDOM.integers(0, 256, (6, 9, 3), numpy.uint8)
TENSOR = RANDOM.normal(0, 2, (1, 6, 9, 2)).astype(numpy.float32)
BEFORE = RANDOM.integers(0, 256, (6, 9, 4), numpy.uint8)


def made(calculator: Any, output: str, options: dict[str, Any] | None = None, **inputs: Any) -> Any:
    packets: dict[str, Any] = {port: [] if value is None else [Packet(value, 0)] for port, value in inputs.items()}
    return run_calculator(calculator, inputs=packets, outputs=[output], options=options or {}).values(output)[0]


def segmented(**inputs: Any) -> Any:
    options = {name: inputs.pop(name) for name in list(inputs) if name in ("output_layer_index", "flip_vertically")}
    sizes = {"tensor_width": 9, "tensor_height": 6, "tensor_channels": 2, "combine_with_previous_ratio": 0.9}
    return made(TfLiteTensorsToSegmentation, "mask", sizes | options, tensors=[TENSOR], **inputs)


def steadied(pair: Any, before: Any, index: int = 1) -> int:
    """What MediaPipe's source makes of a pixel."""
    new = math.exp(pair[index]) / (math.exp(pair[0]) + math.exp(pair[1]))
    if before is not None:
        entropy = new * math.log(new + 0.001) + (1 - new) * math.log(1 - new + 0.001)
        sure = min(1.0, max(0.0, 1 + entropy / math.log(2)))
        sure *= 2 - sure
        new = 0.9 * (new * sure + before / 255 * (1 - sure)) + 0.1 * new
    return int(new * 255)


@pytest.mark.parametrize("before", [None, BEFORE, BEFORE[:, :, 0].copy()])
@pytest.mark.parametrize("index", [0, 1])
def test_a_mask_is_mixed_with_the_one_before_where_it_is_unsure(before: Any, index: int) -> None:
    found = segmented(prev_mask=before, output_layer_index=index)
    old = None if before is None else before.reshape(6, 9, -1)[:, :, 0].ravel().tolist()
    pairs = TENSOR.reshape(-1, 2).tolist()
    expected = [steadied(pair, None if old is None else old[place], index) for place, pair in enumerate(pairs)]
    assert numpy.abs(found[:, :, 0].ravel().astype(int) - expected).max() <= 1  # cut off: the last digit may decide
    numpy.testing.assert_array_equal(found[:, :, 3], found[:, :, 0])
    assert not found[:, :, 1:3].any()


def test_a_mask_has_the_size_of_an_image_and_may_be_turned() -> None:
    assert segmented(size_image=numpy.zeros((12, 30, 3), numpy.uint8)).shape == (12, 30, 4)
    numpy.testing.assert_array_equal(segmented(flip_vertically=True), segmented()[::-1])


def test_the_mask_before_becomes_grey_as_in_the_graph_for_hair() -> None:
    grey = made(ColorConvert, "gray_out", rgb_in=numpy.dstack([RGB, RGB[:, :, 0]]))
    assert numpy.abs(grey - RGB @ [0.299, 0.587, 0.114]).max() <= 1


def test_brightness_in_all_colours() -> None:
    found = made(Luminance, "out", item=numpy.dstack([RGB, RGB[:, :, 0]]))
    expected = numpy.rint(RGB @ numpy.float32([0.2125, 0.7154, 0.0721]))
    for channel in range(3):
        numpy.testing.assert_array_equal(found[:, :, channel], expected)
    numpy.testing.assert_array_equal(found[:, :, 3], RGB[:, :, 0])
    grey = RGB[:, :, 0].copy()
    assert made(Luminance, "out", item=grey) is grey


def test_edges_are_sobels() -> None:
    found = made(SobelEdges, "out", item=RGB)
    red = numpy.pad(RGB[:, :, 0].astype(int), 1, mode="edge")
    for row, column in numpy.ndindex(6, 9):
        (a, b, c), (d, _, e), (f, g, h) = red[row : row + 3, column : column + 3].tolist()
        length = math.hypot(c + 2 * e + h - a - 2 * d - f, f + 2 * g + h - a - 2 * b - c)
        assert found[row, column].tolist() == [min(255, round(length))] * 3


def test_a_clone_is_the_same_image() -> None:
    assert made(ImageClone, "out", {"output_on_gpu": True}, item=RGB) is RGB
