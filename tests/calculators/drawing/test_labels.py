from __future__ import annotations

from typing import Any

import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.drawing.labels_to_render_data import LabelsToRenderData
from graphflow.calculators.types import Classification, Color
from graphflow.calculators.types.render_data import Text
from graphflow.testing import run_calculator

HANDS = [Classification(1, 0.75, "Right", "right hand"), Classification(0, 0.25, "Left", "left hand")]


def texts(options: dict[str, Any], **inputs: Any) -> list[Text]:
    scripts = {port: [Packet(payload, 0)] for port, payload in inputs.items()}
    (data,) = run_calculator(LabelsToRenderData, inputs=scripts, options=options).values("render_data")
    found: list[Text] = data.primitives
    return found


def test_the_name_of_the_first_class_stands_in_the_upper_left_corner() -> None:
    options = {"horizontal_offset_px": 30, "vertical_offset_px": 50, "thickness": 10.0}
    (text,) = texts(options, classifications=HANDS)
    assert (text.text, text.left, text.baseline, text.font_height) == ("Right", 30, 113, 50)
    assert (text.color, text.thickness, text.normalized) == (Color(255, 0, 0), 10.0, False)


def test_lines_stand_below_each_other_in_colours_that_take_turns() -> None:
    options = {
        "max_num_labels": 5,
        "font_height_px": 21,
        "color": [{"r": 1}, {"g": 2}],
        "outline_color": [{"b": 3}],
        "outline_thickness": 2.0,
    }
    found = texts(options, labels=["a", "b", "c"])
    assert [text.baseline for text in found] == [27, 54, 81]
    assert [text.color for text in found] == [Color(1), Color(0, 2), Color(1)]
    assert {(text.outline_color, text.outline_thickness) for text in found} == {(Color(0, 0, 3), 2.0)}


@pytest.mark.parametrize(
    ("options", "inputs", "expected"),
    [
        ({"use_display_name": True}, {"classifications": HANDS}, ["right hand", "left hand"]),
        ({"display_classification_score": True}, {"classifications": HANDS}, ["Right:0.75", "Left:0.25"]),
        ({}, {"labels": ["cat", "dog"], "scores": [0.1234567, 1.0]}, ["cat:0.123457", "dog:1"]),
        ({"max_num_labels": 0}, {"labels": ["cat"]}, []),
    ],
)
def test_what_is_written(options: dict[str, Any], inputs: dict[str, Any], expected: list[str]) -> None:
    assert [text.text for text in texts({"max_num_labels": 9} | options, **inputs)] == expected


@pytest.mark.parametrize(
    ("options", "inputs"),
    [
        ({}, {}),
        ({}, {"classifications": HANDS, "labels": []}),
        ({}, {"classifications": HANDS, "scores": []}),
        ({"color": [{"red": 1}]}, {"labels": []}),
    ],
)
def test_ports_and_colours_that_do_not_fit(options: dict[str, Any], inputs: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError):
        texts(options, **inputs)
