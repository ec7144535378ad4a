"""docs/graph-files.md leaves out no key, no policy and no limit."""

from __future__ import annotations

from pathlib import Path

from graphflow.config import limits, reader
from graphflow.config.interface import INPUTS, SIDE_PACKETS
from graphflow.config.node_keys import NODE_KEYS
from graphflow.policies import POLICIES
from graphflow.values import GRAPH_OPTION_TYPES

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "graph-files.md").read_text(encoding="utf-8")


def test_every_key_is_explained() -> None:
    keys = {*reader.GRAPH_KEYS, *NODE_KEYS, *INPUTS.keys, *SIDE_PACKETS.keys, *GRAPH_OPTION_TYPES, *POLICIES}
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
