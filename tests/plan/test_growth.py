"""The work of checking and drawing grows with the graph, and no faster: steps are counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import graphflow
from graphflow.checking import check_file
from graphflow.config import diagnostics
from graphflow.config.render import render
from graphflow.registry import Registry
from graphflow.viz.dot import to_dot
from graphflow.viz.draft import draft
from graphflow.viz.mermaid import to_mermaid
from graphflow.viz.page import to_html
from tools.limits.shapes import SHAPES

SIZES = (15, 30, 60)
GROWTH = 2.3
"""How many times as much the second doubling may add as the first: 2 if all is linear, 4 if it is quadratic."""

# Their size is their number of nodes or connections; of the others it is a part of it, or bytes.
LINEAR = sorted(
    set(SHAPES) - {"doubling_includes", "doubling_long_names", "large_files", "large_file_of_values", "long_numbers"}
    - {"fan_of_sources", "wide_includes", "wide_switch", "substituted_default", "included_typos"}
)  # fmt: skip

GRAPHFLOW = str(Path(graphflow.__file__).parent)
Local = Callable[[FrameType, str, Any], Any]


def lines_of(work: Callable[[], int]) -> tuple[int, int]:
    """How many lines of graphflow run, each turn of a loop on one line too; and what the work gives."""
    count, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: Any) -> Local | None:
        return line if frame.f_code.co_filename.startswith(GRAPHFLOW) else None

    def line(frame: FrameType, event: str, argument: Any) -> Local:
        nonlocal count  # an attribute would take longer, and this is called for every line
        count += 1
        return line

    sys.settrace(trace)
    try:
        given = work()
    finally:
        sys.settrace(before)
    return count, given


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    yield Registry()


def check_and_draw(folder: Path, name: str, size: int, registry: Registry) -> int:
    """Characters of messages and drawings, for the graph of a shape."""
    for file, text in SHAPES[name](size).items():
        (folder / file).write_text(text)
    graph = check_file(folder / "top.yaml", registry)
    texts = [render(graph.diagnostics, graph.sources)]
    if graph.config is not None:
        picture = draft(graph, None)
        texts += [to_dot(picture), to_mermaid(picture), to_html(draft(graph, foldable=True))]
    return sum(map(len, texts))


@pytest.mark.slow
@pytest.mark.parametrize("name", LINEAR)
def test_twice_the_graph_takes_no_more_than_twice_the_work(
    name: str, tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnostics, "MAX_COMPARED", 12)  # also the smallest graph has more names
    check_and_draw(tmp_path, name, 3, registry)  # what is made once, and kept
    costs = [lines_of(partial(check_and_draw, tmp_path, name, size, registry)) for size in SIZES]
    for what, counts in zip(("lines", "characters"), zip(*costs, strict=True), strict=True):
        first, second = counts[1] - counts[0], counts[2] - counts[1]
        assert second <= GROWTH * max(first, counts[0] // 20, 1), f"{what} of {name} for {SIZES}: {counts}"
