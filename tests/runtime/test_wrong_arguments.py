"""A program that calls the library wrongly is told what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphflow import Calculator, Graph, GraphConfigError


class Same(Calculator):
    def process(self, item: int) -> int:
        return item


TEXT = """
graphflow: 1
inputs: [x]
outputs: [y]
nodes:
  a: {calculator: Same, inputs: {item: x}, outputs: {out: y}}
"""


@pytest.mark.parametrize(
    ("calculators", "message"),
    [
        (Same, r"write calculators=\[Same\]"),
        (["Same"], "a class that derives from graphflow.Calculator, not 'Same'"),
        ([Same()], "a class that derives from graphflow.Calculator, not Same"),
        ([int], "a class that derives from graphflow.Calculator, not <class 'int'>"),
    ],
)
def test_calculators_are_classes(calculators: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Graph.parse(TEXT, calculators=calculators)


def test_options_are_a_map() -> None:
    with pytest.raises(TypeError, match="a map of values by name"):
        Graph.parse(TEXT, calculators=[Same], options=["a.b"])  # type: ignore[list-item]


def test_a_callback_can_be_called() -> None:
    with Graph.parse(TEXT, calculators=[Same]).start() as run, pytest.raises(TypeError, match="takes a packet, not 3"):
        run.observe("y", 3)  # type: ignore[arg-type]


def test_a_misspelt_graph_that_comes_with_graphflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face_mesh.mp4").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphConfigError, match="did you mean 'face_mesh_mobile'"):
        Graph.load("face_mesh_mobil")
