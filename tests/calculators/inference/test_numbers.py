from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.inference.sigmoid import sigmoid
from graphflow.calculators.inference.tensors_to_floats import TensorsToFloats
from graphflow.calculators.inference.thresholding import Thresholding
from graphflow.testing import run_calculator


def floats(values: list[float], port: str, **options: Any) -> Any:
    inputs: dict[str, Any] = {"tensors": [Packet([numpy.array([values], numpy.float32)], 0)]}
    return run_calculator(TensorsToFloats, inputs=inputs, outputs=[port], options=options).values(port)[0]


def test_one_number_or_all() -> None:
    assert floats([2.5], "float") == 2.5
    assert floats([2.5, -1.0], "floats") == [2.5, -1.0]


def test_several_numbers_where_one_is_wanted() -> None:
    with pytest.raises(ValueError, match="connect 'floats'"):
        floats([1.0, 2.0], "float")


def test_both_outputs_cannot_be_connected() -> None:
    with pytest.raises(GraphConfigError, match="keep one of the two"):
        run_calculator(TensorsToFloats, inputs={"tensors": []})


@pytest.mark.parametrize(("value", "expected"), [(0.0, 0.5), (1000.0, 1.0), (-1000.0, 0.0)])
def test_sigmoid(value: float, expected: float) -> None:
    assert floats([value], "float", activation="SIGMOID") == expected


def test_the_sigmoid_is_rounded_at_each_step() -> None:
    assert sigmoid(0.1) == numpy.float32(1) / (numpy.float32(1) + numpy.exp(numpy.float32(-0.1)))


def judge(values: str, threshold: str = "", **given: Any) -> dict[str, list[Any]]:
    inputs = {"float": values} | ({"threshold": threshold} if threshold else {})
    result = run_calculator(Thresholding, inputs=inputs, **given)
    return {port: [(p.timestamp, p.value) for p in result.packets(port)] for port in ("flag", "accept", "reject")}


def test_only_what_is_above_the_threshold_is_accepted() -> None:
    told = judge("0:0.4 1:0.5 2:0.6", options={"threshold": 0.5})
    assert told["flag"] == [(0, False), (1, False), (2, True)]
    assert told["accept"] == [(2, True)]
    assert told["reject"] == [(0, False), (1, False)]


def test_the_latest_threshold_of_a_stream_holds() -> None:
    told = judge("0:1.0 1:1.0 2:1.0", "0:0.5 2:2.0")
    assert told["flag"] == [(0, True), (1, True), (2, False)]


def test_a_threshold_from_a_side_packet() -> None:
    assert judge("0:0.5", side_packets={"threshold": 0.4})["flag"] == [(0, True)]


def test_until_a_threshold_comes_the_option_holds() -> None:
    assert judge("0:1.0 1:1.0", "1:0.5", options={"threshold": 2.0})["flag"] == [(0, False), (1, True)]


def test_two_thresholds() -> None:
    with pytest.raises(GraphConfigError, match="an option and also a side packet"):
        judge("0:0.5", options={"threshold": 0.5}, side_packets={"threshold": 0.5})
