"""Names and numbers of detected things; what MediaPipe says to the same is in test_as_mediapipe.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.detection.detection_label_id_to_text import DetectionLabelIdToText
from graphflow.calculators.detection.detection_projection import DetectionProjection
from graphflow.calculators.detection.filter_detection import FilterDetection
from graphflow.calculators.detection.non_max_suppression import NonMaxSuppression
from graphflow.calculators.drawing.detections_to_render_data import DetectionsToRenderData
from graphflow.calculators.types import Detection
from graphflow.rows import json_line, to_json
from graphflow.testing import run_calculator

NO_POINTS = numpy.empty((0, 2), numpy.float32)


def detection(label_id: int = 0, label: str = "", score: float = 0.75) -> Detection:
    return Detection(score, label_id, 0.0, 0.25, 0.5, 0.5, NO_POINTS, label, 7)


def kept(*labels: str, side_packets: dict[str, Any], **options: Any) -> list[str] | None:
    some = [detection(label=label) for label in labels]
    found = run_calculator(
        FilterDetection,
        inputs={"detections": [Packet(some, 0)]},
        outputs=["detections"],
        side_packets=side_packets,
        options=options,
    ).values("detections")
    return [one.label for one in found[0]] if found else None


def test_detections_with_other_names_or_numbers_differ() -> None:
    assert detection(label="Cup") == detection(label="Cup")
    assert detection(label="Cup") != detection(label="Mug")
    assert detection() != replace(detection(), detection_id=8)


def test_names_and_numbers_stay_on_the_way() -> None:
    some = [detection(3, "Cup"), detection(3, "Cup", 0.5)]
    moved = DetectionProjection().process((some,), numpy.eye(4, dtype=numpy.float32))
    (mean,) = run_calculator(
        NonMaxSuppression,
        inputs={"item": [Packet(moved[0], 0)]},
        options={"algorithm": "WEIGHTED", "min_suppression_threshold": 0.3},
    ).values("out")[0]
    assert (mean.label_id, mean.label, mean.detection_id) == (3, "Cup", 7)


def test_names_are_saved_and_drawn() -> None:
    assert '"label": "Cup", "detection_id": 7' in json_line(value=to_json(detection(label="Cup")))
    drawn = DetectionsToRenderData(render_detection_id=True).process(detection(label="Cup"))
    assert drawn is not None
    first, second, *_ = drawn.primitives
    assert [(one.text, round(one.baseline, 6)) for one in (first, second)] == [("Id: 7", 0.3), ("Cup,0.75,", 0.35)]  # type: ignore[union-attr]


def test_a_number_without_a_name_stays_as_it_is() -> None:
    named = DetectionLabelIdToText(label=["???", "Cup"])
    named.open()
    some = [detection(1), detection(2)]
    assert [(one.label_id, one.label) for one in named.process(some)] == [(1, "Cup"), (2, "")]


def test_names_are_given_once() -> None:
    with pytest.raises(GraphConfigError, match="names are given more than once, by label and label_items"):
        run_calculator(
            DetectionLabelIdToText, inputs={"item": []}, options={"label": ["a"], "label_items": {0: {"name": "b"}}}
        )


@pytest.mark.parametrize(
    "allowed", [{"labels": ["Cup", "M.g"]}, {"labels_csv": " Cup, M.g,,C++"}, {"label_map": {0: "Cup", 5: "M.g"}}]
)
def test_allowed_names_come_in_three_forms(allowed: dict[str, Any]) -> None:
    assert kept("Cup", "Mug", "Mugs", "", side_packets=allowed) == ["Cup", "Mug"]


def test_an_empty_list_allows_nothing_unless_it_is_to_allow_everything() -> None:
    assert kept("Cup", side_packets={"labels": []}) is None
    assert kept("Cup", side_packets={"labels": []}, empty_allowed_labels_means_allow_everything=True) == ["Cup"]
    with pytest.raises(ValueError, match="no name of a class is allowed"):
        kept("Cup", side_packets={"labels_csv": " ,"}, fail_on_empty_labels=True)


@pytest.mark.parametrize(("score", "sent"), [(0.75, 1), (0.5, 0)])
def test_one_detection_comes_alone_or_not_at_all(score: float, sent: int) -> None:
    found = run_calculator(
        FilterDetection,
        inputs={"detection": [Packet(detection(label="Cup", score=score), 0)]},
        outputs=["detection"],
        options={"min_score": 0.6},
    ).values("detection")
    assert len(found) == sent
