"""``--save-format``: payloads in a form that other programs know, in pixels of the frame they belong to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

CALCULATORS = '''\
from collections.abc import Iterator

import numpy

from graphflow import Calculator, Packet


class Face:
    def to_tfjs(self, width: int, height: int) -> dict[str, int]:
        return {"width": width, "height": height}


class Frames(Calculator):
    """Pictures that grow."""

    def process(self) -> Iterator[Packet[numpy.ndarray]]:
        for index in range(3):
            yield Packet(numpy.zeros((10 + index, 20 + index, 3), numpy.uint8), index)


class Faces(Calculator):
    """Nothing on the second frame."""

    def process(self, item: numpy.ndarray) -> list[Face] | None:
        return None if len(item) == 11 else [Face(), Face()]


class Sizes(Calculator):
    """What has no other form."""

    def process(self, item: numpy.ndarray) -> int:
        return len(item)
'''

GRAPH = """\
graphflow: 1
nodes:
  frames: {calculator: Frames, outputs: {out: frame}}
  faces: {calculator: Faces, inputs: {item: frame}, outputs: {out: face_list}}
  sizes: {calculator: Sizes, inputs: {item: frame}, outputs: {out: size}}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graphflow: Command) -> Any:
    (tmp_path / "faces.py").write_text(CALCULATORS)
    (tmp_path / "faces.yaml").write_text(GRAPH)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: graphflow("run", "faces.yaml", "--calculators", "faces.py", *arguments)


def test_each_row_is_in_pixels_of_its_own_frame(run: Any, tmp_path: Path) -> None:
    ended = run("--save", "face_list=out.jsonl", "--save-format", "tfjs")
    assert ended.status == 0
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [
        {"timestamp": 0, "value": [{"width": 20, "height": 10}] * 2},
        {"timestamp": 1, "value": []},
        {"timestamp": 2, "value": [{"width": 22, "height": 12}] * 2},
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--save", "size=out.jsonl", "--save-format", "tfjs"], 1, "stream 'size' holds int, which has no form 'tfjs'"),
        (["--save", "face_list=out.jsonl", "--save-format", "coco"], 1, "has no form 'coco'; leave --save-format out"),
        (["--save", "face_list=out.jsonl", "--save-format", "tfj"], 1, "has no form 'tfj'; did you mean 'tfjs'?"),
        (["--save", "face_list=out.csv", "--save-format", "tfjs"], 2, "the file must end in .jsonl"),
        (["--save-format", "tfjs"], 2, "nothing is saved"),
    ],
)
def test_what_cannot_be_written_in_a_form(run: Any, arguments: list[str], status: int, message: str) -> None:
    ended = run(*arguments)
    assert ended.status == status
    assert ended.err.count(message) == 1
    assert "Traceback" not in ended.err
