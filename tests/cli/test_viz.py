"""``graphflow viz``: where drawings go, and with which exit status. What they show is in tests/viz."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import GRAPH, Command

MINE = ("--calculators", "my.py")


def test_without_output_dot_is_printed(folder: Path, graphflow: Command) -> None:
    ended = graphflow("viz", "graph.yaml", *MINE)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("digraph") and ended.out.endswith("}\n")


def test_output_is_written_by_suffix(folder: Path, graphflow: Command) -> None:
    assert graphflow("viz", "graph.yaml", *MINE, "-o", "graph.mmd") == (0, "", "")
    assert "flowchart TB" in (folder / "graph.mmd").read_text()


def test_a_wrong_graph_is_drawn_and_reported(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("Half", "Haff"))
    ended = graphflow("viz", "graph.yaml", *MINE)
    assert ended.status == 2
    assert "there is no calculator &#x27;Haff&#x27;" in ended.out and "error[unknown-calculator]" in ended.err


def test_what_cannot_be_read_at_all_is_not_drawn(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text("[")
    ended = graphflow("viz", "graph.yaml", "-o", "graph.dot")
    assert ended.status == 2 and "error[" in ended.err and not (folder / "graph.dot").exists()


def test_an_unknown_suffix_is_status_2(folder: Path, graphflow: Command) -> None:
    ended = graphflow("viz", "graph.yaml", *MINE, "-o", "graph.jpeg")
    assert ended.status == 2 and ".html, .dot, .gv, .mmd, .svg, .png" in ended.err


def test_missing_graphviz_is_status_3(folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ended = graphflow("viz", "graph.yaml", *MINE, "-o", "graph.svg")
    assert ended.status == 3 and "apt install graphviz" in ended.err


def test_a_folder_that_is_missing_is_status_3(folder: Path, graphflow: Command) -> None:
    ended = graphflow("viz", "graph.yaml", *MINE, "-o", "no/such/folder.dot")
    assert (ended.status, ended.err) == (3, "error: there is no folder 'no/such' for 'folder.dot'; make it first\n")


def test_a_disk_that_is_full_is_status_1_and_leaves_an_older_drawing(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(handle: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    (folder / "graph.dot").write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        ended = graphflow("viz", "graph.yaml", *MINE, "-o", "graph.dot")
    assert (ended.status, ended.err) == (1, "error: 'graph.dot' cannot be written: No space left on device\n")
    assert (folder / "graph.dot").read_text() == "old"
    assert not list(folder.glob(".graphflow-*"))


def test_a_drawing_does_not_replace_the_graph(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").rename(folder / "graph.dot")
    (folder / "link.dot").symlink_to("graph.dot")
    for output in ("graph.dot", "./graph.dot", "link.dot"):
        ended = graphflow("viz", "graph.dot", *MINE, "-o", output)
        assert ended.status == 2
        assert "-o would replace" in ended.err
    assert (folder / "graph.dot").read_text() == GRAPH
