"""Render data drawn here equals, pixel for pixel, what MediaPipe draws of it (`tools/face_mesh/drawings.py`)."""

from __future__ import annotations

import json
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.drawing.annotation_overlay import AnnotationOverlay
from graphflow.calculators.types import RenderData
from graphflow.testing import run_calculator
from tools.face_mesh import drawings


def golden(name: str) -> tuple[RenderData, Any]:
    data = drawings.from_json(json.loads((drawings.DRAWINGS / f"{name}.json").read_text(encoding="utf-8")))
    picture: Any = cv2.imread(str(drawings.DRAWINGS / f"{name}.png"))
    return data, picture[:, :, ::-1]


@pytest.mark.parametrize("name", list(drawings.DRAWN))
def test_not_a_pixel_differs(name: str) -> None:
    data, expected = golden(name)
    image = drawings.background(expected.shape[1], expected.shape[0])
    inputs: dict[str, Any] = {"image": [Packet(image, 0)], "item": [Packet(data, 0)]}
    (drawn,) = run_calculator(AnnotationOverlay, inputs=inputs).values("image")
    numpy.testing.assert_array_equal(drawn, expected)


def test_the_golden_render_data_is_what_the_calculators_make_of_a_face() -> None:
    data, expected = golden("face")
    made = drawings.face()
    assert [type(one) for one in made.primitives] == [type(one) for one in data.primitives]
    image = drawings.background(expected.shape[1], expected.shape[0])
    drawings_of = run_calculator(
        AnnotationOverlay, inputs={"image": [Packet(image, 0)], "vector": [Packet([made], 0)]}
    ).values("image")
    numpy.testing.assert_array_equal(drawings_of[0], expected)
