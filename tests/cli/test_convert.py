"""``graphflow convert``."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import Graph
from tests.cli.conftest import Command
from tests.mediapipe.tools import meaning

TEXT = """
input_stream: "a"
node { calculator: "PacketThinnerCalculator" input_stream: "a" output_stream: "b"
       options { [mediapipe.PacketThinnerCalculatorOptions.ext] { period: 10 } } }
"""
YAML = """\
graphflow: 1
inputs: [a]

nodes:
  packet_thinner:
    calculator: PacketThinner
    options: {period: 10}
    inputs: {item: a}
    outputs: {out: b}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("g.pbtxt").write_text(TEXT)
    Path("g.yaml").write_text(YAML)


def test_a_graph_of_mediapipes_becomes_yaml_as_a_person_writes_it(graphflow: Command) -> None:
    assert graphflow("convert", "g.pbtxt").out == YAML


@pytest.mark.parametrize("source", ["g.yaml", "g.pbtxt", "g.binarypb"])
@pytest.mark.parametrize("goal", ["x.yaml", "x.pbtxt", "x.binarypb"])
def test_every_form_becomes_every_other(graphflow: Command, source: str, goal: str) -> None:
    graphflow("convert", "g.yaml", "-o", "g.binarypb")
    ended = graphflow("convert", source, "-o", goal)
    if source == "g.yaml" and goal == "x.yaml":
        assert (ended.status, "is YAML already" in ended.err) == (2, True)
        return
    assert (ended.status, ended.err) == (0, "")
    assert meaning(Graph.load(goal).plan) == meaning(Graph.load("g.yaml").plan)


def test_a_graph_with_a_type_is_one_that_others_include(graphflow: Command) -> None:
    Path("m.pbtxt").write_text('type: "Mine"' + TEXT.replace('"a"', '"IN:a"', 1))
    assert "inputs: {in: {stream: a, optional: true}}" in graphflow("convert", "m.pbtxt").out
    text = graphflow("convert", "modules/face_landmark_landmarks_to_roi", "--module").out
    assert 'type: "FaceLandmarkLandmarksToRoi"' in text
    assert 'input_stream: "LANDMARKS:landmarks"' in text


def test_side_packets_that_a_node_cannot_do_without_are_not_optional(graphflow: Command) -> None:
    Path("m.pbtxt").write_text(
        'type: "Mine" input_stream: "IN:a" input_side_packet: "b" input_side_packet: "ALLOW:c"\n'
        'node { calculator: "GateCalculator" input_stream: "a" output_stream: "d" input_side_packet: "ALLOW:c" }\n'
        'node { calculator: "ClipDetectionVectorSizeCalculator" input_stream: "d" output_stream: "e"'
        ' input_side_packet: "b" }\n'
        'node { calculator: "SidePacketToStreamCalculator" input_side_packet: "b" output_stream: "AT_ZERO:f" }\n'
    )
    graphflow("convert", "m.pbtxt", "-o", "m.yaml")
    text = Path("m.yaml").read_text()
    assert "c: {side_packet" not in text
    assert "optional-but-needed" not in graphflow("validate", "m.yaml").err


def test_what_a_graph_option_without_a_value_leaves_open_is_told(graphflow: Command) -> None:
    ended = graphflow("convert", "modules/face_detection", "--module")
    assert (ended.status, "graph option 'tensor_width' has no default" in ended.err) == (2, True)


def test_any_number_of_threads_is_no_number(graphflow: Command) -> None:
    ended = graphflow("convert", "modules/face_blendshapes", "--module", "-o", "x.binarypb")
    assert (ended.status, ended.err) == (0, "")
    assert Graph.load("x.binarypb").plan.nodes[2].options["threads"] == "auto"


def test_a_graph_that_has_the_name_of_a_calculator_is_called_a_subgraph(graphflow: Command) -> None:
    graphflow("convert", "face_landmarks_68_desktop", "--allow-unknown", "-o", "x.pbtxt")
    assert "FaceLandmarks68Subgraph" in Path("x.pbtxt").read_text()
    assert graphflow("validate", "x.pbtxt").status == 0


def test_what_mediapipe_does_not_have_is_told_or_keeps_its_name(graphflow: Command) -> None:
    ended = graphflow("convert", "face_mesh_desktop_live", "-o", "x.pbtxt")
    assert ended.status == 2
    assert "MediaPipe has no VideoSource" in ended.err
    assert not Path("x.pbtxt").exists()
    assert graphflow("convert", "face_mesh_desktop_live", "-o", "x.pbtxt", "--allow-unknown").status == 0
    assert len(Graph.load("x.pbtxt").plan.nodes) > 50


def test_a_graph_with_errors_is_not_converted(graphflow: Command) -> None:
    Path("g.pbtxt").write_text(TEXT + "nod { }")
    Path("g.yaml").write_text(YAML.replace("period", "perod"))
    for name in ("g.pbtxt", "g.yaml"):
        ended = graphflow("convert", name)
        assert (ended.status, ended.out) == (2, "")
        assert "did you mean" in ended.err


def test_the_file_that_is_read_is_not_replaced(graphflow: Command) -> None:
    ended = graphflow("convert", "g.pbtxt", "-o", "g.pbtxt")
    assert ended.status == 2
    assert "would replace 'g.pbtxt'" in ended.err
    assert Path("g.pbtxt").read_text() == TEXT


def test_a_form_that_is_none_is_refused(graphflow: Command) -> None:
    ended = graphflow("convert", "g.pbtxt", "-o", "x.json")
    assert ended.status == 2
    assert "a graph file ends in .yaml, .yml, .pbtxt, .binarypb" in ended.err


def test_a_calculator_that_mediapipe_has_for_each_type_needs_one(graphflow: Command) -> None:
    text = YAML.replace("PacketThinner", "SplitVector").replace("{period: 10}", "{ranges: [{begin: 0, end: 1}]}")
    Path("g.yaml").write_text(text)
    ended = graphflow("convert", "g.yaml")
    assert ended.status == 2
    assert "once for each payload type, and the type is not known" in ended.err
    Path("g.yaml").write_text(text.replace("SplitVector", "SplitDetectionVectorCalculator"))
    assert 'calculator: "SplitDetectionVectorCalculator"' in graphflow("convert", "g.yaml").out


def test_a_subgraph_that_was_read_is_not_replaced(graphflow: Command) -> None:
    Path("sub.pbtxt").write_text('type: "Sub"\n' + TEXT.replace('"a"', '"IN:a"', 1) + 'output_stream: "OUT:b"\n')
    before = Path("sub.pbtxt").read_bytes()
    Path("top.yaml").write_text("graphflow: 1\ninputs: [x]\nnodes:\n  s: {subgraph: sub.pbtxt, inputs: {in: x}}\n")
    Path("link.pbtxt").symlink_to("sub.pbtxt")
    assert graphflow("convert", "top.yaml", "-o", "top.pbtxt").status == 0
    for name in ("sub.pbtxt", "link.pbtxt"):
        ended = graphflow("convert", "top.yaml", "-o", name)
        assert ended.status == 2 and f"would replace '{name}', which the command reads" in ended.err
    assert Path("sub.pbtxt").read_bytes() == before


def test_a_delegate_of_ones_own_is_refused_in_words(graphflow: Command) -> None:
    Path("d.yaml").write_text(
        "graphflow: 1\ninputs: [t]\nnodes:\n  m: {calculator: Inference, inputs: {tensors: t}, outputs: {tensors: y},"
        " options: {model_path: face_landmark.tflite, delegate: {path: evil.so}}}\n"
    )
    ended = graphflow("convert", "d.yaml")
    assert "Traceback" not in ended.err
