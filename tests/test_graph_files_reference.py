"""docs/graph-files.md: its examples are right, and it leaves out no key, no policy and no limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphflow import Graph
from graphflow.config import limits, reader
from graphflow.config.interface import INPUTS, SIDE_PACKETS
from graphflow.config.nodes import NODE_KEYS
from graphflow.policies import POLICIES
from graphflow.values import GRAPH_OPTION_TYPES

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "graph-files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(?:# (\S+)\n)?(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BLOCKS:
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_example_is_a_graph_without_a_complaint(number: int, folder: Path) -> None:
    name, text = BLOCKS[number]
    file = folder / (name or "graph.yaml")
    file.write_text(text)
    # One example has an input that nobody reads, which is worth a note.
    assert [item for item in Graph.load(file).warnings if item.severity != "note"] == []


def test_every_key_is_explained() -> None:
    keys = {*reader._GRAPH_KEYS, *NODE_KEYS, *INPUTS.keys, *SIDE_PACKETS.keys, *GRAPH_OPTION_TYPES, *POLICIES}
    assert [key for key in sorted(keys) if f"`{key}`" not in TEXT] == []


def test_the_limits_are_those_of_the_reader() -> None:
    one = (limits.MAX_SIZE, limits.MAX_DEPTH, limits.MAX_VALUES, limits.MAX_NAME_LENGTH)
    assert one == (1_000_000, 50, 100_000, 200)
    every = (limits.MAX_FILES, limits.MAX_TOTAL_SIZE, limits.MAX_NODES, limits.MAX_CONNECTIONS)
    assert every == (1_000, 2_000_000, 3_000, 20_000)
    assert (limits.MAX_NAME_CHARACTERS, limits.MAX_OPTION_VALUES) == (1_000_000, 100_000)
    for words in (
        "over a million bytes",
        "more than 50 deep",
        "hundred thousand parts",
        "3,000 nodes",
        "at most 200 characters",
    ):
        assert words in " ".join(TEXT.split())
