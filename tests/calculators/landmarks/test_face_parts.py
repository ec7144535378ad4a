from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.landmarks.face_parts import FaceParts
from graphflow.calculators.types import Landmarks
from graphflow.calculators.types.face_parts import FACE_PARTS, keypoint_names
from graphflow.testing import run_calculator


def face(count: int) -> Landmarks:
    """Points that tell their own number: x is it, y is half of it."""
    numbers = numpy.arange(count, dtype=numpy.float32)
    return Landmarks(numpy.stack([numbers, numbers / 2, -numbers], axis=1))


def parts(count: int) -> dict[str, Any]:
    result = run_calculator(FaceParts, inputs={"multi_face_landmarks": [Packet([face(count)], 0)]})
    ((found,),) = result.values("multi_face_parts")
    return {name: numpy.asarray(part)[:, 0].astype(int).tolist() for name, part in found.items()}


def test_a_face_has_named_parts() -> None:
    found = parts(478)
    assert list(found) == list(FACE_PARTS)
    assert found["leftIris"] == [473, 474, 475, 476, 477]
    assert found["rightEye"][0] == 33
    assert {263, 362} <= set(found["leftEye"])
    assert {61, 291} <= set(found["lips"])


def test_irises_are_missing_without_attention() -> None:
    assert set(FACE_PARTS) - set(parts(468)) == {"leftIris", "rightIris"}


def test_a_hand_has_no_parts_of_a_face() -> None:
    assert parts(21) == {}


@pytest.mark.parametrize(("count", "named"), [(478, 133), (468, 125), (21, 0)])
def test_as_many_names_as_in_tensorflow_js(count: int, named: int) -> None:
    assert sum(name is not None for name in keypoint_names(count)) == named


def test_a_face_as_tensorflow_js_tells_it() -> None:
    told = face(478).to_tfjs(100, 10)
    assert told["box"] == {
        "xMin": 0.0,
        "xMax": 47_700.0,
        "yMin": 0.0,
        "yMax": 2385.0,
        "width": 47_700.0,
        "height": 2385.0,
    }
    assert len(told["keypoints"]) == 478
    assert told["keypoints"][0] == {"x": 0.0, "y": 0.0, "z": 0.0, "name": "lips"}
    assert told["keypoints"][1] == {"x": 100.0, "y": 5.0, "z": -100.0}
    assert told["keypoints"][474]["name"] == "leftIris"
    assert "name" not in told["keypoints"][473]
