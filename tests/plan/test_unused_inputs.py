"""Optional graph inputs that nobody uses count as not connected."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from graphflow import Graph, GraphConfigError, Packet
from graphflow.bundled import bundled_graphs
from graphflow.errors import UnknownName

GRAPH = """\
graphflow: 1
inputs:
  item: {}
  allow: {optional: true}
outputs: [out]
nodes:
  gate: {calculator: Gate, inputs: {item: item, allow: allow}, side_packets: {allow: go}, outputs: {out: out}}
side_packets: [go]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "g.yaml"
    path.write_text(GRAPH.replace(", side_packets: {allow: go}", "").replace("side_packets: [go]\n", ""))
    return path


def test_an_input_that_is_left_out_is_waited_for_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "g.yaml"
    path.write_text(
        "graphflow: 1\ninputs: {a: {}, b: {optional: true}}\noutputs: [out]\n"
        "nodes:\n  clip: {calculator: ClipVectorSize, inputs: {item: a, size: b}, outputs: {out: out},"
        " side_packets: {max_vec_size: {value: 1}}}\n"
    )
    graph = Graph.load(path, inputs=["a"])
    assert [graph.plan.streams[position].name for position in graph.plan.inputs] == ["a"]
    assert graph.run({"a": [Packet([1, 2], 5)]})["out"] == [Packet([1], 5)]
    assert len(Graph.load(path).plan.inputs) == 2


def test_an_input_that_a_node_needs_cannot_be_left_out(file: Path) -> None:
    file.write_text(
        "graphflow: 1\ninputs: {a: {}, b: {optional: true}}\noutputs: [out]\n"
        "nodes:\n  both: {calculator: PreviousLoopback, inputs: {main: a, loop: b}, outputs: {prev_loop: out}}\n"
    )
    with pytest.raises(GraphConfigError, match="must connect 'b'"):
        Graph.load(file, inputs=["a"])


def test_an_input_that_there_is_not_is_told(file: Path) -> None:
    with pytest.raises(UnknownName, match="there is no graph input 'itme'; the graph has: allow, item"):
        Graph.load(file, inputs=["itme"])


def test_a_pickled_graph_leaves_out_the_same() -> None:
    path = bundled_graphs() / "modules" / "face_landmark_front.yaml"
    graph = pickle.loads(pickle.dumps(Graph.load(path, inputs=["image"])))
    assert len(graph.plan.inputs) == 1
