"""A class of the user's with the name of a built-in calculator: refused, or used in the user's own graphs alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow.registry import Registry
from tests.cli.conftest import Command

MINE = """
from typing import Annotated
from graphflow import Calculator

class VectorSize(Calculator):
    '''Always ninety-nine.'''
    OVERRIDE
    def process(self, vector: list[int]) -> Annotated[int, "size"]:
        return 99
"""
OVERRIDING = MINE.replace("OVERRIDE", "override = True")
OWN_GRAPH = """
graphflow: 1
nodes:
  number: {calculator: CountingSource, side_packets: {max_count: {value: 1}}, outputs: {out: n}}
  list: {calculator: ConcatenateVector, inputs: {item: n}, outputs: {out: list}}
  size: {calculator: VectorSize, inputs: {vector: list}, outputs: {size: out}}
outputs: [out]
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(OVERRIDING)
    (tmp_path / "g.yaml").write_text(OWN_GRAPH)
    return tmp_path


@pytest.mark.parametrize("command", ["run g.yaml", "validate g.yaml", "viz g.yaml", "list", "inspect VectorSize"])
def test_without_override_it_is_refused_with_both_places(own: Path, graphflow: Command, command: str) -> None:
    (own / "mine.py").write_text(MINE.replace("OVERRIDE", ""))
    ended = graphflow(*command.split(), "--calculators", "mine.py")
    built_in = Registry(plugins=False).where("VectorSize")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(
        f"error: mine.py:5: class 'VectorSize' has the name of a built-in calculator, {built_in}\n"
    )
    assert "write 'override = True' in its body" in ended.err


def test_with_override_it_is_used_in_a_graph_of_the_users_own(own: Path, graphflow: Command) -> None:
    assert '"value": 99' in graphflow("run", "g.yaml", "--calculators", "mine.py").out
    assert '"value": 1' in graphflow("run", "g.yaml").out


def test_a_graph_that_comes_with_graphflow_stays_as_it_is(own: Path, graphflow: Command) -> None:
    ended = graphflow("run", "for_each", "--calculators", "mine.py")
    assert ended.out == graphflow("run", "for_each").out and ended.out


def test_a_module_that_comes_with_graphflow_stays_as_it_is_inside_a_graph_of_the_users_own(
    own: Path, graphflow: Command
) -> None:
    (own / "mine.py").write_text(OVERRIDING.replace("VectorSize", "ClipVectorSize"))
    (own / "g.yaml").write_text(
        "graphflow: 1\ninputs: [frames]\nnodes:\n  mesh: {subgraph: modules/face_landmark_front.yaml, "
        "inputs: {image: frames}, outputs: {landmarks: out}}\noutputs: [out]\n"
    )
    ended = graphflow("validate", "g.yaml", "--calculators", "mine.py")
    assert ended.status == 0, ended.out
    assert ended.out == graphflow("validate", "g.yaml").out


def test_list_and_inspect_say_what_it_stands_for(own: Path, graphflow: Command) -> None:
    built_in = Registry(plugins=False).where("VectorSize")
    told = f"stands for the built-in one ({built_in}) in graph files of your own"
    assert told in graphflow("list", "--calculators", "mine.py").out
    shown = graphflow("inspect", "VectorSize", "--calculators", "mine.py").out
    assert shown.startswith("VectorSize   (mine.py:5)") and told in shown
