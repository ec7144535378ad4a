"""``graphflow run`` of graphs that an example program of MediaPipe's feeds: `input_video` and `output_video`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.calculators.sources.media import make_clip
from tests.cli.conftest import Command

GRAPH = """
input_stream: "input_video"
output_stream: "output_video"
output_stream: "size"
node {
  calculator: "FlowLimiterCalculator"
  input_stream: "input_video"
  input_stream: "FINISHED:output_video"
  input_stream_info { tag_index: "FINISHED" back_edge: true }
  output_stream: "throttled"
}
node { calculator: "ImagePropertiesCalculator" input_stream: "IMAGE:throttled" output_stream: "SIZE:size" }
node { calculator: "PassThroughCalculator" input_stream: "throttled" output_stream: "output_video" }
"""


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_clip(tmp_path / "clip.avi", frames=12)
    (tmp_path / "g.pbtxt").write_text(GRAPH)
    return tmp_path


def test_the_frames_of_a_file_go_in_and_out_and_none_is_dropped(graph: Path, graphflow: Command) -> None:
    ended = graphflow("run", "g.pbtxt", "--input", "clip.avi", "--output", "out.avi", "--save", "size=size.jsonl")
    assert ended.status == 0, ended.err
    assert len((graph / "size.jsonl").read_text().splitlines()) == 12
    assert "12 frames" in ended.err
    assert "dropped" not in ended.err
    again = graphflow("run", "g.pbtxt", "--input", "out.avi", "--output", "none", "--print", "size")
    assert len([json.loads(line) for line in again.out.splitlines()]) == 12


def test_options_of_the_source_are_options_of_the_command(graph: Path, graphflow: Command) -> None:
    ended = graphflow("run", "g.pbtxt", "--input", "clip.avi", "--output", "none", "--max-frames", "3")
    assert ended.status == 0, ended.err
    assert "3 frames" in ended.err


def test_a_yaml_graph_with_these_names_is_fed_too(graph: Path, graphflow: Command) -> None:
    (graph / "g.yaml").write_text(
        "graphflow: 1\ninputs: [input_video]\noutputs: [sizes]\nside_packets: [video_info]\n"
        "nodes:\n  source: {calculator: ImageProperties, inputs: {image: input_video}, outputs: {size: sizes}}\n"
        "  other: {calculator: SidePacketToStream, side_packets: {item: video_info},"
        " inputs: {tick: input_video}, outputs: {at_tick: infos}}\n"
    )
    ended = graphflow("run", "g.yaml", "--input", "clip.avi", "--side", "video_info=1")
    assert ended.status == 0, ended.err
    assert len(ended.out.splitlines()) == 12


def test_a_graph_with_another_input_is_not_run(graph: Path, graphflow: Command) -> None:
    (graph / "g.pbtxt").write_text(GRAPH.replace('input_stream: "input_video"', 'input_stream: "video"'))
    ended = graphflow("run", "g.pbtxt", "--input", "clip.avi")
    assert ended.status == 2
    assert "has graph inputs that nothing feeds here: 'video'" in ended.err


def test_validate_and_viz_know_graphs_of_mediapipes(graph: Path, graphflow: Command) -> None:
    assert "fine" in graphflow("validate", "g.pbtxt").out
    assert "ImageProperties" in graphflow("viz", "g.pbtxt").out
    described = graphflow("inspect", "g.pbtxt").out
    assert "input_video" in described


def test_the_graph_path_is_a_folder(graph: Path, graphflow: Command) -> None:
    (graph / "g.pbtxt").write_text(
        'input_stream: "a" node { calculator: "Mine" input_stream: "A:a" output_stream: "B:b" }'
    )
    (graph / "far" / "away").mkdir(parents=True)
    (graph / "far" / "away" / "mine.pbtxt").write_text(
        'input_stream: "A:x" output_stream: "B:y" '
        'node { calculator: "PassThroughCalculator" input_stream: "x" output_stream: "y" }'
    )
    missing = graphflow("validate", "g.pbtxt")
    assert (missing.status, "--graph-path FOLDER" in missing.out) == (2, True)
    assert graphflow("validate", "g.pbtxt", "--graph-path", "far").status == 0
    assert graphflow("viz", "g.pbtxt", "--graph-path", "far", "--expand").status == 0
    wrong = graphflow("validate", "g.pbtxt", "--graph-path", "g.pbtxt")
    assert wrong.status == 2


@pytest.mark.slow
def test_such_a_graph_runs_over_a_corpus_too(graph: Path, graphflow: Command) -> None:
    ended = graphflow(
        "map", "g.pbtxt", "clip.avi", "--output-dir", "out", "--save", "size", "--output", ".avi", "--workers", "1"
    )
    assert ended.status == 0, ended.err
    assert len((graph / "out" / "clip.avi" / "size.jsonl").read_text().splitlines()) == 12
    assert (graph / "out" / "clip.avi" / "output.avi").stat().st_size > 0
