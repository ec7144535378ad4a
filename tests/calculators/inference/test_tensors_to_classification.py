from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet, UnusableFile
from graphflow.calculators.inference.tensors_to_classification import TensorsToClassification
from graphflow.calculators.types import Classification
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "hands" / "calculators.npz"
HANDS = {0: {"name": "Left"}, 1: {"name": "Right", "display_name": "right hand"}}


def classified(*scores: float, **options: Any) -> list[Classification]:
    inputs = {"tensors": [Packet([numpy.array([scores], numpy.float32)], 0)]}
    found: list[Classification]
    (found,) = run_calculator(TensorsToClassification, inputs=inputs, options=options).values("classifications")
    return found


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("top_k: 3", {"top_k": 3}),
        ("min_score_threshold: 0.6", {"min_score_threshold": 0.6}),
        (
            "sort_by_descending_score: true ignore_classes: 0 ignore_classes: 5",
            {"sort_by_descending_score": True, "ignore_classes": [0, 5]},
        ),
        (
            "allow_classes: 7 allow_classes: 2 min_score_threshold: 0.1",
            {"allow_classes": [7, 2], "min_score_threshold": 0.1},
        ),
    ],
)
def test_classes_are_chosen_and_ordered_as_by_mediapipe(text: str, options: dict[str, Any]) -> None:
    with numpy.load(GOLDEN) as golden:
        expected = golden[f"classes {text}"].tolist()
        scores = golden["scores"].tolist()
    assert [[one.index, one.score] for one in classified(*scores, **options)] == expected


@pytest.mark.parametrize(("score", "index", "name"), [(0.75, 0, "Left"), (0.1, 1, "Right")])
def test_one_score_stands_for_two_classes(score: float, index: int, name: str) -> None:
    (found,) = classified(score, binary_classification=True, top_k=1, label_items=HANDS)
    kept = numpy.float32(score if index == 0 else 1 - float(numpy.float32(score)))
    assert (found.index, found.label, found.score) == (index, name, kept)
    assert found.display_name == HANDS[index].get("display_name", "")


def test_names_come_from_a_file_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("cat\r\ndog\nüber\n".encode())
    found = classified(0.1, 0.2, 0.3, label_map_path=str(path), label_items=HANDS)
    assert [one.label for one in found] == ["cat", "dog", "über"]


def test_names_in_the_older_form() -> None:
    found = classified(0.1, 0.2, label_map={"entries": [{"id": 1, "label": "dog"}, {"id": 0, "label": "cat"}]})
    assert [one.label for one in found] == ["cat", "dog"]


def test_a_file_of_names_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UnusableFile, match="has no names of classes"):
        classified(0.1, label_map_path=str(path))


def test_as_many_names_as_scores() -> None:
    with pytest.raises(ValueError, match="2 names, but scores of 3 classes"):
        classified(0.1, 0.2, 0.3, label_items=HANDS)
    with pytest.raises(ValueError, match="for one score, but there are 2"):
        classified(0.1, 0.2, binary_classification=True)


@pytest.mark.parametrize(
    "options",
    [
        {"ignore_classes": [1], "allow_classes": [2]},
        {"ignore_classes": [1], "binary_classification": True},
        {"label_map": {"names": []}},
    ],
)
def test_options_that_contradict_each_other(options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError):
        classified(0.5, **options)
