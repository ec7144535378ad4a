"""A graph that comes with graphflow is read once in a process, and counts each time as what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import Graph
from graphflow.bundled import modules_by_name
from graphflow.config import reader
from graphflow.config.diagnostics import Diagnostic
from graphflow.graph_reader import GraphReader
from graphflow.registry import Registry

MODULE = str(modules_by_name()["modules/face_renderer.yaml"])
GRAPH = """\
graphflow: 1
inputs: [image, landmarks, norm_rects, detections]
nodes:
  draw:
    subgraph: face_renderer
    inputs: {image: image, landmarks: landmarks, norm_rects: norm_rects, detections: detections}
    outputs: {image: drawn}
"""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose YAML is read."""
    files: list[str] = []
    parse = reader.parse_tree
    monkeypatch.setattr(reader, "parse_tree", lambda *given: files.append(given[2]) or parse(*given))
    return files


def test_graphs_of_a_process_share_it(read: list[str]) -> None:
    first = Graph.parse(GRAPH)
    del read[:]
    assert [node.name for node in Graph.parse(GRAPH).plan.nodes] == [node.name for node in first.plan.nodes]
    assert read == ["<string>"]


def test_it_counts_each_time_and_with_too_little_left_it_is_too_large() -> None:
    left = []
    for most in (10_000, 10_000, 20):
        found: list[Diagnostic] = []
        files = GraphReader(Registry())
        files.budget.values = most
        assert (files.load_subgraph(MODULE, found) is None) == bool(found) == (most == 20)
        left.append(files.budget.values)
    assert left[0] == left[1] < 10_000 and [one.code for one in found] == ["too-large"]


def test_one_that_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]) -> None:
    (tmp_path / "modules").mkdir()
    monkeypatch.setattr("graphflow.graph_reader.bundled_graphs", lambda: tmp_path)
    file = tmp_path / "modules" / "one.yaml"
    for text in ("help: before", "help: before", "help: after"):
        file.write_text(f"graphflow: 1\n{text}\nnodes: {{}}\n")
        config = GraphReader(Registry()).load_subgraph(str(file), [])
        assert config is not None and config.help == text.removeprefix("help: ")
    assert len(read) == 2
