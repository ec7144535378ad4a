from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Graph, Packet, UnusableFile
from graphflow.calculators.sinks.row_sink import RowSink
from graphflow.calculators.types import Landmarks
from graphflow.testing import run_calculator


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def face(value: float) -> Landmarks:
    return Landmarks(numpy.array([[value, 0.5, 0.25], [value, 0.75, -1.0]], numpy.float32))


def test_there_is_a_row_for_each_frame_and_it_says_what_became_of_it(tmp_path: Path) -> None:
    run_calculator(
        RowSink,
        inputs={
            "tick": [Packet("frame", time) for time in (0, 10, 20)],
            "item": [Packet([face(0.5), face(0.125)], 0)],
            "allow": [Packet(True, 0), Packet(True, 10), Packet(False, 20)],
        },
        side_packets={"target": str(tmp_path / "faces.jsonl")},
    )
    first = [[[0.5, 0.5, 0.25], [0.5, 0.75, -1.0]], [[0.125, 0.5, 0.25], [0.125, 0.75, -1.0]]]
    assert rows(tmp_path / "faces.jsonl") == [
        {"timestamp": 0, "value": first},
        {"timestamp": 10, "value": None},
        {"timestamp": 20, "value": None, "dropped": True},
    ]


def test_without_frames_there_is_a_row_for_each_packet(tmp_path: Path) -> None:
    run_calculator(RowSink, inputs={"item": "5:a 7:b"}, side_packets={"target": str(tmp_path / "rows.jsonl")})
    assert rows(tmp_path / "rows.jsonl") == [{"timestamp": 5, "value": "a"}, {"timestamp": 7, "value": "b"}]


def test_a_limiter_says_which_frames_were_dropped(tmp_path: Path) -> None:
    graph = Graph.parse(
        "graphflow: 1\ninputs: [frame, finished]\nside_packets: [target]\nnodes:\n"
        "  limiter:\n    calculator: FlowLimiter\n    inputs: {item: frame, finished: finished}\n"
        "    outputs: {out: passed, allow: allowed}\n"
        "  write:\n    calculator: RowSink\n    inputs: {tick: frame, item: passed, allow: allowed}\n"
        "    side_packets: {target: target}\n"
    )
    with graph.start({"target": str(tmp_path / "rows.jsonl")}) as run:
        run.send("frame", "a", 0)
        run.send("frame", "b", 10)
        run.send("finished", True, 10)
        run.send("frame", "c", 20)
    assert rows(tmp_path / "rows.jsonl") == [
        {"timestamp": 0, "value": "a"},
        {"timestamp": 10, "value": None, "dropped": True},
        {"timestamp": 20, "value": "c"},
    ]


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="must end in .jsonl, .csv, .npz or .parquet"):
        run_calculator(RowSink, inputs={"item": "5:a"}, side_packets={"target": str(tmp_path / "rows.txt")})
