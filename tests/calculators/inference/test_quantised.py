"""Quantised models: whole numbers inside, and outside the numbers that they stand for."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.quantised import Scale, scale_of
from graphflow.models import Model
from graphflow.testing import run_calculator
from tests.tflite_files import ARG_MAX, RELU, TensorOf, model


def infer(content: bytes, tensor: Any, **options: Any) -> Any:
    inputs: dict[str, Any] = {"tensors": [Packet([tensor], 0)]}
    side_packets = {"model": Model("small.tflite", content)}
    ((found,),) = run_calculator(Inference, inputs=inputs, options=options, side_packets=side_packets).values("tensors")
    return found


@pytest.mark.parametrize(("dtype", "zero", "lowest"), [("uint8", 100, 0), ("int8", -28, -128)])
@pytest.mark.parametrize("delegate", ["xnnpack", "none"])
def test_outputs_are_the_numbers_that_whole_ones_stand_for(dtype: str, zero: int, lowest: int, delegate: str) -> None:
    tensor = TensorOf(dtype, (1, 4), [0.5], [zero])
    content = model(RELU, [tensor], tensor)
    given = numpy.array([[-2.0, 0.0, 1.5, 60.0]], numpy.float32)
    expected = numpy.array([[0.0, 0.0, 1.5, 60.0]], numpy.float32)
    found = infer(content, given, delegate=delegate)
    assert found.dtype == numpy.float32
    numpy.testing.assert_array_equal(found, expected)
    whole = (given / 0.5 + zero).astype(dtype)  # whoever has whole numbers gives them as they are
    numpy.testing.assert_array_equal(infer(content, whole, delegate=delegate), expected)
    beyond = numpy.array([[1000.0, -1000.0, numpy.nan, 0.25]], numpy.float32)
    numpy.testing.assert_array_equal(infer(content, beyond, delegate=delegate)[0, :2], [(lowest + 255 - zero) / 2, 0])


def test_whole_numbers_without_a_scale_stay_what_they_are() -> None:
    given, axis = TensorOf("float32", (1, 4)), TensorOf("int32", (1,), content=[1])
    found = infer(model(ARG_MAX, [given, axis], TensorOf("int64", (1,))), numpy.array([[1, 2, 9, 3]], numpy.float32))
    assert (found.dtype, found.tolist()) == (numpy.dtype("int64"), [2])


def test_other_whole_numbers_than_the_model_takes_are_refused() -> None:
    tensor = TensorOf("int8", (1, 4), [0.5], [0])
    with pytest.raises(ValueError, match=r"takes int8 \(1, 4\) as 'tensor0', not uint8 \(1, 4\)"):
        infer(model(RELU, [tensor], tensor), numpy.zeros((1, 4), numpy.uint8))


def test_halves_go_away_from_zero() -> None:
    scale = Scale(numpy.array([2], numpy.float32), numpy.array([3]))
    given = numpy.array([1, -1, 3, -3, 0.9, -0.9], numpy.float32)
    assert scale.whole(given, numpy.int8).tolist() == [4, 2, 5, 1, 3, 3]


def test_there_may_be_a_scale_for_each_place_along_an_axis() -> None:
    parameters = {"scales": [0.5, 2.0], "zero_points": [0, 10], "quantized_dimension": 1}
    scale = scale_of({"dtype": numpy.int8, "shape": [2, 2], "quantization_parameters": parameters})
    assert scale is not None
    assert scale.real(numpy.array([[4, 10], [6, 11]], numpy.int8)).tolist() == [[2.0, 0.0], [3.0, 2.0]]
    assert scale_of({"dtype": numpy.float32, "shape": [2, 2], "quantization_parameters": parameters}) is None
