"""Scores as maps from names, and as bars."""

from __future__ import annotations

from typing import Any

from graphflow import Packet
from graphflow.calculators.drawing.scores_to_render_data import ScoresToRenderData
from graphflow.calculators.inference.scores_by_name import ScoresByName
from graphflow.calculators.types import Classification
from graphflow.calculators.types.render_data import Rectangle, Text
from graphflow.testing import run_calculator


def test_scores_go_by_the_names_of_their_classes_or_their_numbers() -> None:
    faces = [[Classification(0, 0.25, "jawOpen"), Classification(1, 0.5)], []]
    (scores,) = run_calculator(ScoresByName, inputs={"multi_classifications": [Packet(faces, 0)]}).values(
        "multi_scores"
    )
    assert scores == [{"jawOpen": 0.25, "1": 0.5}, {}]


def bars(scores: list[dict[str, float]], **options: Any) -> Any:
    result = run_calculator(ScoresToRenderData, inputs={"multi_scores": [Packet(scores, 0)]}, options=options)
    return result.values("render_data")[0].primitives


def test_the_highest_scores_of_the_first_face_are_bars_with_names() -> None:
    parts = bars([{"a": 0.2, "b": 0.75, "c": 0.5}, {"d": 1.0}], max_num_labels=2, width=0.4)
    assert [part.text for part in parts if isinstance(part, Text)] == ["b", "c"]
    rectangles = [part for part in parts if isinstance(part, Rectangle)]
    assert [(part.left, part.right) for part in rectangles] == [(0.0, 0.75 * 0.4), (0.0, 0.5 * 0.4)]
    assert rectangles[0].bottom < rectangles[1].top and all(part.filled and part.normalized for part in rectangles)


def test_low_scores_have_no_bar_and_no_face_has_none() -> None:
    assert len(bars([{"a": 0.2, "b": 0.1}], min_score=0.15)) == 2
    assert bars([]) == []
