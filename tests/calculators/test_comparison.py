"""What the comparison of single calculators with MediaPipe's rests on."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow.calculators.types import Detection, ImageSize, Landmarks, NormRect
from tools.calculators.arrays import parts, random_inputs, run_here
from tools.calculators.case import Case, one_node
from tools.calculators.difference import difference
from tools.calculators.kinds import KINDS

POINTS = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
PAYLOADS: dict[str, Any] = {
    "rect": NormRect(0.5, 0.25, 1, 2, 3),
    "rects": [NormRect(0.5, 0.25, 1, 2), NormRect(0, 0, 1, 1)],
    "detections": [Detection(0.5, 2, 0, 0.25, 1, 2, POINTS[:, :2])],
    "landmarks": Landmarks(POINTS, POINTS[:, 0]),
    "landmark_lists": [Landmarks(POINTS), Landmarks(POINTS + 1, POINTS[:, 0], POINTS[:, 1])],
    "image_size": ImageSize(4, 3),
    "floats": [0.5, 1.0],
    "int": 7,
    "bool": True,
}


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_payload_survives_as_arrays(kind: str) -> None:
    again = KINDS[kind].unpack(KINDS[kind].pack(PAYLOADS[kind]))
    assert again == PAYLOADS[kind] and type(again) is type(PAYLOADS[kind])


def packet(*values: float) -> dict[str, Any]:
    return {"out/0": numpy.array(True), "out/0/0": numpy.array(values, numpy.float32)}


def test_numbers_are_counted_and_the_largest_distance_is_told() -> None:
    apart = difference(packet(1, 2, 3), packet(1, 2.5, 3.25))
    assert (apart.values, apart.differing, apart.largest, apart.where) == (3, 2, 0.5, "out/0/0")
    assert apart.within(0.5) and not apart.within(0.4)


@pytest.mark.parametrize(
    ("one", "other"),
    [(packet(1), {}), ({}, packet(1)), (packet(1), packet(1, 2)), (packet(1), packet(numpy.nan)), ({}, {})],
)
def test_what_only_one_side_has_is_too_far(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not difference(one, other).within(10)


def test_a_case_runs_here_and_leaves_out_what_is_missing() -> None:
    def make(random: Any) -> Any:
        for index in range(4):
            yield {"item": None if index == 1 else float(random.integers(9))}

    case = Case(name="some", **one_node("PassThrough", {"item": "float"}, {"out": "float"}), make=make)
    given = random_inputs(case, 4, 0)
    assert parts(given, "item/1") is None
    assert {key.replace("out", "item"): value for key, value in run_here(case, given, 4).items()} == given
