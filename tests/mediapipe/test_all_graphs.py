"""tools/try_mediapipe_graphs, on a few graphs of our own in MediaPipe's format."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow.mediapipe.binary import bytes_of
from tools.mediapipe_graphs.main import main

PASS = 'node { calculator: "PassThroughCalculator" input_stream: "in" output_stream: "out" }\n'
ENDS = 'input_stream: "in"\noutput_stream: "out"\n'
GRAPHS = {
    "graphs/whole.pbtxt": ENDS + PASS,
    "graphs/holder.pbtxt": ENDS + 'node { calculator: "HeldSubgraph" input_stream: "in" output_stream: "out" }\n',
    "graphs/held_subgraph.pbtxt": 'type: "HeldSubgraph"\n' + ENDS + PASS.replace("PassThrough", "Unheard"),
    "graphs/testdata/cut.pbtxt": ENDS + PASS.replace('"in"', '"on"'),
    "graphs/record.pbtxt": "graph_trace {\n  node { }\n}\n",
}


def tried(folder: Path, capsys: pytest.CaptureFixture[str], **more: str) -> tuple[int, list[str]]:
    for name, text in (GRAPHS | more).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    status = main([str(folder)])
    return status, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_each_graph_is_told_with_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = tried(tmp_path, capsys)
    assert lines[1:5] == [
        "subgraph graphs/held_subgraph.pbtxt lacks Unheard",
        "application graphs/holder.pbtxt lacks Unheard",
        "test graphs/testdata/cut.pbtxt node 'pass_through': input 'item' reads stream 'on', which nothing sends",
        "application 1 graphs/whole.pbtxt fine",
    ]
    assert status == 0


def test_graphs_and_missing_calculators_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = tried(tmp_path, capsys)
    assert lines[6:11] == ["kind graphs fine drawn", "application 2 1 2", "subgraph 1 0 1", "test 1 0 1", "all 4 1 4"]
    assert lines[12:] == ["missing graphs", "UnheardCalculator 2"]


def test_what_cannot_be_drawn_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = tried(tmp_path, capsys, **{"graphs/broken.pbtxt": "node {"})
    assert status == 1 and "not drawn: it cannot be read" in lines[1]


def test_binary_graphs_are_tried_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "whole.binarypb").write_bytes(bytes_of('type: "Whole"\n' + ENDS + PASS))
    (tmp_path / "numbers.binarypb").write_bytes(b"\xff\xff\xff")
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[1:3] == ["subgraph      1  whole.binarypb  fine", ""]


def test_a_folder_without_graphs_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
