"""What a graph may hold is counted, and what there is too much of is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow.checking import check_file
from graphflow.config import limits, source, tree
from graphflow.config.diagnostics import did_you_mean
from graphflow.registry import Registry
from tests.plan.tools import complaints, drafted, only

INNER = {"inner.yaml": "nodes: {a: {calculator: Counter, outputs: {out: number}}}"}
TWICE = "nodes: {one: {subgraph: inner.yaml}, two: {subgraph: inner.yaml}}"


@pytest.mark.parametrize(
    ("limit", "most", "told"),
    [
        ("MAX_NODES", 4, "4 nodes and files"),
        ("MAX_CONNECTIONS", 1, "1 connections"),
        ("MAX_NAME_CHARACTERS", 30, "30 characters in the full names of nodes and streams"),
    ],
)
def test_subgraphs_are_not_opened_beyond_a_limit(
    limit: str, most: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, most)
    found = only(TWICE, INNER)
    assert (found.code, found.message) == (
        "graph-too-large",
        f"the graph has more than {told} after its subgraphs are opened",
    )


def test_values_in_options_are_counted_for_each_node_that_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_OPTION_VALUES", 12)
    nodes = ", ".join(f"n{i}: {{calculator: Counter, options: {{start: '${{x}}'}}}}" for i in range(4))
    text = f"options: {{x: {{default: [[1, 2], 3]}}}}\nnodes: {{{nodes}}}"
    assert "the graph has more than 12 values in the options of nodes after its subgraphs are opened" in [
        item.message for item in complaints(text)
    ]


def files(folder: Path, count: int) -> list[str]:
    """What is wrong with a graph of so many files, by code and the file's name."""
    nodes = "".join(f"  n{i}: {{subgraph: f{i}.yaml}}\n" for i in range(count))
    (folder / "top.yaml").write_text(f"graphflow: 1\nnodes:\n{nodes}")
    for i in range(count):
        (folder / f"f{i}.yaml").write_text("graphflow: 1\nnodes: {}\n")
    found = check_file(folder / "top.yaml", Registry()).diagnostics
    return [f"{item.code} {Path(item.span.file).name}: {item.message}" for item in found if item.span]


def test_the_files_of_a_graph_are_limited_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files(tmp_path, 2) == []
    monkeypatch.setattr(limits.Budget.__init__, "__defaults__", (10_000, 2, 1_000))
    assert files(tmp_path, 2) == [f"too-large f1.yaml: the graph has more than {source.MAX_FILES:,} files"]
    monkeypatch.setattr(limits.Budget.__init__, "__defaults__", (110, 9, 1_000))
    assert files(tmp_path, 2) == [
        f"too-large f1.yaml: the files of the graph have more than {source.MAX_TOTAL_SIZE:,} bytes together"
    ]
    monkeypatch.setattr(limits.Budget.__init__, "__defaults__", (10_000, 9, 35))
    assert files(tmp_path, 2) == [
        f"too-large f1.yaml: the graph and its subgraphs hold more than {tree.MAX_VALUES:,} values"
    ]


def test_of_a_long_cycle_its_ends_are_shown() -> None:
    nodes = ", ".join(
        f"n{i}: {{calculator: PassThrough, inputs: {{item: s{i}}}, outputs: {{out: s{(i + 1) % 2000}}}}}"
        for i in range(2000)
    )
    found = only(f"nodes: {{{nodes}}}")
    assert found.message == (
        "these nodes wait for each other: n0 -(s1)-> n1 -(s2)-> n2 -(s3)-> n3 -(s4)-> n4 -(s5)-> n5 -> (1,990 more) "
        "-(s1996)-> n1996 -(s1997)-> n1997 -(s1998)-> n1998 -(s1999)-> n1999 -(s0)-> n0"
    )
    assert len(found.related) <= limits.MAX_SHOWN_NODES


@pytest.mark.parametrize("typo", ["strea_700", "tream_700", "stream_7000", "sturam_700", "stream_70O"])
def test_a_slip_is_seen_among_very_many_names(typo: str) -> None:
    assert did_you_mean(typo, [f"stream_{i}" for i in range(5000)]).startswith("stream_7")


def test_warnings_and_notes_end_as_errors_do() -> None:
    nodes = ", ".join(f"n{i}: {{calculator: Counter, outputs: {{out: s{i}}}}}" for i in range(150))
    _, found = drafted(f"nodes: {{{nodes}}}")
    assert [item.code for item in found] == ["unread-stream"] * limits.MAX_ERRORS + ["too-many-notes"]
    assert found[-1].severity == "note"
