"""The graphs to learn from, that come with graphflow, say what their texts promise."""

from __future__ import annotations

from typing import Any

import pytest

from graphflow import Graph


@pytest.mark.parametrize(
    ("name", "stream", "values"),
    [
        ("loop_back", "pairs", [[0, None], [1, 0], [2, 1], [3, 2], [4, 3]]),
        ("for_each", "labels", [[["dataflow", [8, 4]], ["graphs", [6, 4]], ["in", [2, 4]], ["yaml", [4, 4]]]] * 2),
        ("resample", "resampled", [0, 50_000, 100_000, 150_000, 200_000, 240_000]),
    ],
)
def test_what_comes_out(name: str, stream: str, values: list[Any]) -> None:
    assert [_listed(packet.value) for packet in Graph.load(name).run()[stream]] == values


def _listed(value: Any) -> Any:
    """Tuples as lists, as they are printed."""
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value
