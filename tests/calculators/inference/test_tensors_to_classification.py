from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet, UnusableFile
from graphflow.calculators.inference.tensors_to_classification import TensorsToClassification
from graphflow.calculators.types import Classification
from graphflow.testing import run_calculator

HANDS = {0: {"name": "Left"}, 1: {"name": "Right", "display_name": "right hand"}}


def classified(*scores: float, **options: Any) -> list[Classification]:
    inputs = {"tensors": [Packet([numpy.array([scores], numpy.float32)], 0)]}
    found: list[Classification]
    (found,) = run_calculator(TensorsToClassification, inputs=inputs, options=options).values("classifications")
    return found


def test_names_come_from_a_file_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("cat\r\ndog\nüber\n".encode())
    found = classified(0.1, 0.2, 0.3, label_map_path=str(path), label_items=HANDS)
    assert [one.label for one in found] == ["cat", "dog", "über"]


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
