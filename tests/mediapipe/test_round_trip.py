"""Graphs converted there and back mean the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from graphflow.checking import CheckedGraph, check_file, check_text
from graphflow.config.writer import to_yaml
from graphflow.graph_reader import GraphReader
from graphflow.mediapipe.write import write_graph
from graphflow.registry import Registry
from tests.mediapipe.test_translation import CASES, yaml
from tests.mediapipe.tools import meaning

REGISTRY = Registry()


def as_yaml(text: str) -> str:
    reader = GraphReader(REGISTRY)
    reader.read(text, "x.pbtxt")
    assert reader.translation is not None
    return to_yaml(reader.translation.tree, reader.translation.comments)


def as_text(graph: CheckedGraph, *, allow_unknown: bool = False) -> str:
    assert graph.config is not None
    assert graph.draft is not None
    written = write_graph(graph.config, graph.draft.types, REGISTRY, allow_unknown=allow_unknown)
    assert [str(one) for one in written.problems if one.severity == "error"] == []
    return written.text


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_text_to_yaml_and_back(case: tuple[str, str]) -> None:
    plan = Graph.parse(case[0], file="x.pbtxt").plan
    ours = as_yaml(case[0])
    assert meaning(Graph.parse(ours).plan) == meaning(plan), ours
    again = as_text(check_text(ours, "x.yaml", REGISTRY), allow_unknown="SplitTensorVector" in case[0])
    assert meaning(Graph.parse(again, file="x.pbtxt").plan) == meaning(plan), again


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_yaml_to_text_and_back(case: tuple[str, str]) -> None:
    ours = check_text(yaml(case[1]), "x.yaml", REGISTRY)
    text = as_text(ours, allow_unknown="SplitVector" in case[1])  # nothing says of what
    assert ours.plan is not None
    assert meaning(Graph.parse(text, file="x.pbtxt").plan) == meaning(ours.plan), text


MODULES = ("face_renderer", "face_landmark", "face_detection_front_detection_to_roi", "face_geometry_from_landmarks")


@pytest.mark.parametrize("name", MODULES)
def test_modules_of_ours_mean_the_same_in_mediapipes_words(name: str) -> None:
    ours = check_file(bundled_graphs() / "modules" / f"{name}.yaml", REGISTRY)
    theirs = Graph.parse(as_text(ours), file="x.pbtxt").plan
    assert ours.plan is not None
    mine, other = meaning(ours.plan)[0], meaning(theirs)[0]
    constants = ("ConstantSidePacket", "DefaultSidePacket")  # what defaults become
    other = [node for node in other if node[1] not in constants]
    assert [node[:3] for node in other] == [node[:3] for node in mine]
    assert [node[3] for node in other] == [node[3] for node in mine]


def test_comments_and_help_stay(tmp_path: Path) -> None:
    ours = as_yaml(
        """# What it is for.

# The frames.
input_stream: "a"

# Lets them
# through.
node { calculator: "PassThroughCalculator" input_stream: "a" output_stream: "b" } # all of them

node {
  # Inside.
  calculator: "PassThroughCalculator"
  input_stream: "b" # From the first.
  output_stream: "c"
  # Last.
}
"""
    )
    assert "  # Inside.\n  # From the first.\n  # Last.\n  pass_through_2:" in ours
    assert "help: What it is for." in ours
    assert "a: {help: The frames.}" in ours
    assert "  # Lets them\n  # through.\n  # all of them\n  pass_through:" in ours
    (tmp_path / "x.yaml").write_text(ours)
    again = as_text(check_file(tmp_path / "x.yaml", REGISTRY))
    for text in ("# What it is for.", "# The frames.\ninput_stream", "# Lets them\n# through.\n# all of them\nnode {"):
        assert text in again


def test_side_packets_that_are_made_up_have_names_of_their_own() -> None:
    ours = check_text(
        """
graphflow: 1
inputs: [a]
side_packets: {gate_allow: , allow: {default: true}, allow_or_default: , default_allow: }
nodes:
  gate: {calculator: Gate, inputs: {item: a}, side_packets: {allow: {value: true}}, outputs: {out: b}}
  one: {calculator: Gate, inputs: {item: b}, side_packets: {allow: allow}, outputs: {out: c}}
  two: {calculator: Gate, inputs: {item: c}, side_packets: {allow: allow_or_default}, outputs: {out: d}}
  three: {calculator: Gate, inputs: {item: d}, side_packets: {allow: default_allow}, outputs: {out: e}}
  four: {calculator: Gate, inputs: {item: e}, side_packets: {allow: gate_allow}, outputs: {out: f}}
""",
        "x.yaml",
        REGISTRY,
    )
    assert len(Graph.parse(as_text(ours), file="x.pbtxt").plan.nodes) == 5 + 3
