from __future__ import annotations

import math
from typing import Any

import cv2
import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.resized import resized
from graphflow.calculators.image.tensors_to_segmentation import TensorsToSegmentation
from graphflow.calculators.types import ImageSize
from graphflow.testing import run_calculator
from tests.calculators.image.golden_images import case

VALUES = numpy.array([[-1000.0, -88.0, -1.5], [0.0, 0.25, 1000.0]], numpy.float32)


def mask_of(tensor: Any, size: ImageSize | None = None, **options: Any) -> Any:
    inputs: dict[str, Any] = {"tensors": [Packet([tensor], 0)]}
    if size is not None:
        inputs["output_size"] = [Packet(size, 0)]
    result = run_calculator(TensorsToSegmentation, inputs=inputs, options=options, outputs=["mask"])
    return result.values("mask")[0]


def test_without_an_activation_the_numbers_are_the_mask() -> None:
    mask = mask_of(VALUES[None, :, :, None])
    assert mask.dtype == numpy.float32
    numpy.testing.assert_array_equal(mask, VALUES)
    numpy.testing.assert_array_equal(mask_of(VALUES[:, :, None]), VALUES)


def test_a_tensor_may_come_alone() -> None:
    inputs: dict[str, Any] = {"tensor": [Packet(VALUES[None, :, :, None], 0)]}
    (mask,) = run_calculator(TensorsToSegmentation, inputs=inputs, outputs=["mask"]).values("mask")
    numpy.testing.assert_array_equal(mask, VALUES)


def test_sigmoid_of_each_number() -> None:
    mask = mask_of(VALUES[None, :, :, None], activation="SIGMOID")
    expected = [1 / (1 + math.exp(min(-value, 700))) for value in VALUES.ravel().tolist()]
    numpy.testing.assert_allclose(mask.ravel(), expected, rtol=5e-7, atol=1e-38)


@pytest.mark.parametrize("channel", [0, 1])
def test_softmax_of_two_channels(channel: int) -> None:
    mask = mask_of(VALUES[None].reshape(1, 1, 3, 2), activation="SOFTMAX", output_layer_index=channel)
    one, two, three = ((-1000.0, -88.0), (-1.5, 0.0), (0.25, 1000.0))
    expected = [numpy.exp(pair[channel]) / numpy.exp(pair).sum() for pair in ((-912.0, 0.0), two, (-999.75, 0.0))]
    assert (one, three) == (tuple(VALUES.ravel()[:2].tolist()), tuple(VALUES.ravel()[4:].tolist()))
    numpy.testing.assert_allclose(mask[0], expected, rtol=2e-7)


def test_the_mask_is_resized_without_ipp() -> None:
    tensor = numpy.random.default_rng(3).random((1, 16, 16, 1), numpy.float32)
    mask = mask_of(tensor, ImageSize(70, 41))
    before = cv2.ipp.useIPP()
    cv2.ipp.setUseIPP(False)
    try:
        expected = cv2.resize(tensor[0, :, :, 0], (70, 41))
    finally:
        cv2.ipp.setUseIPP(before)
    numpy.testing.assert_array_equal(mask, expected)


def test_resizing_leaves_ipp_as_it_was() -> None:
    before = cv2.ipp.useIPP()
    resized(numpy.zeros((2, 2), numpy.float32), 3, 3)
    assert cv2.ipp.useIPP() == before


@pytest.mark.parametrize(
    ("shape", "activation"),
    [
        ((1, 2, 2, 2), "NONE"),
        ((1, 2, 2, 2), "SIGMOID"),
        ((1, 2, 2, 1), "SOFTMAX"),
        ((2, 2, 2, 1), "NONE"),
        ((4,), "NONE"),
    ],
)
def test_tensors_of_another_shape_are_told(shape: tuple[int, ...], activation: str) -> None:
    with pytest.raises(ValueError, match="a mask is made of"):
        mask_of(numpy.zeros(shape, numpy.float32), activation=activation)


def test_one_of_the_two_inputs() -> None:
    with pytest.raises(GraphConfigError, match="keep one of the two"):
        run_calculator(TensorsToSegmentation, inputs={"tensors": [], "tensor": []})


def test_the_sigmoid_is_that_of_mediapipe() -> None:
    numbers, _, expected = case("TensorsToSegmentation", "mask", "activation: SIGMOID")
    # The tool stretches the mask to -20 to 20 before, with TensorConverter.
    values = numbers * (numpy.float32(10_200) / numpy.float32(255)) - numpy.float32(20)
    numpy.testing.assert_allclose(mask_of(values[:, :, None], activation="SIGMOID"), expected, rtol=5e-7)
