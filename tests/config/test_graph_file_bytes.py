"""Files that cannot be read, or are no text, get a message and never a traceback."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.limits import MAX_SIZE
from graphflow.config.reader import load_graph
from graphflow.config.render import render

GRAPH = "graphflow: 1\nhelp: größe\nnodes: {}\n"


def load(path: Path | str) -> list[Diagnostic]:
    """What is wrong with the file, which gives no graph."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    assert load_graph(path, diagnostics, sources) is None
    assert render(diagnostics, sources)
    return diagnostics


def load_bytes(folder: Path, data: bytes) -> Diagnostic:
    path = folder / "g.yaml"
    path.write_bytes(data)
    [diagnostic] = load(path)
    return diagnostic


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_and_without_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "g.yaml"
    path.write_bytes(GRAPH.encode(encoding))
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    graph = load_graph(path, diagnostics, sources)
    assert diagnostics == []
    assert graph is not None
    assert (graph.help, graph.file) == ("größe", str(path))
    assert sources == {str(path): ("graphflow: 1", "help: größe", "nodes: {}")}


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "face_mesh.yaml").touch()
    [diagnostic] = load(tmp_path / "face_mesh.yml")
    assert (diagnostic.code, diagnostic.span) == ("missing-file", None)
    assert "face_mesh.yaml" in diagnostic.help


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    [diagnostic] = load(tmp_path / "no" / "g.yaml")
    assert diagnostic.code == "missing-file"
    assert f"no folder '{tmp_path / 'no'}'" in diagnostic.help


def test_a_folder_is_no_graph(tmp_path: Path) -> None:
    [diagnostic] = load(tmp_path)
    assert (diagnostic.code, diagnostic.message) == ("unreadable-file", f"'{tmp_path}' is a folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    [diagnostic] = load(tmp_path / "pipe")
    assert diagnostic.code == "unreadable-file"


@pytest.mark.parametrize("path", ["a\0b", "a" * 10_000, ""])
def test_impossible_paths_are_reported(path: str) -> None:
    [diagnostic] = load(path)
    assert diagnostic.code in {"unreadable-file", "missing-file"}
    assert len(diagnostic.message) < 400


def test_a_byte_that_is_not_utf8_is_pointed_at(tmp_path: Path) -> None:
    diagnostic = load_bytes(tmp_path, GRAPH.encode("latin-1"))
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("not-utf8", 2, 9)
    assert "0xf6" in diagnostic.message


def test_utf16_is_recognised(tmp_path: Path) -> None:
    diagnostic = load_bytes(tmp_path, GRAPH.encode("utf-16"))
    assert (diagnostic.code, diagnostic.message) == ("not-utf8", "the file is UTF-16 text")


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x85", "\u2028", "\ufffe"])
def test_characters_that_yaml_cannot_hold_are_pointed_at(tmp_path: Path, character: str) -> None:
    diagnostic = load_bytes(tmp_path, f"graphflow: 1\n# a {character}\nnodes: {{}}\n".encode())
    assert diagnostic.span is not None
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("bad-character", 2, 5)
    assert f"U+{ord(character):04X}" in diagnostic.message


def test_a_file_over_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "g.yaml"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)  # sparse: it takes no room on disk
    [diagnostic] = load(path)
    assert (diagnostic.code, diagnostic.message) == (
        "too-large",
        f"the graph is larger than {MAX_SIZE:,} bytes, the most a graph file may have",
    )
