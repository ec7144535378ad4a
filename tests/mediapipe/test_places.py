"""Which files MediaPipe's graphs may open: those in the folder of the top file, and below folders of the user's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphflow import Graph, GraphConfigError
from graphflow.mediapipe import node_types

PART = 'type: "Secret" input_stream: "a" output_stream: "b" node { calculator: "PassThroughCalculator" ' + (
    'input_stream: "a" output_stream: "b" }'
)
TOP = 'input_stream: "x" output_stream: "y" node { calculator: "NAME" input_stream: "x" output_stream: "y" }'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.pbtxt").write_text(PART)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def load(home: Path, name: str, *graph_path: Path) -> Graph:
    (home / "top.pbtxt").write_text(TOP.replace("NAME", name))
    return Graph.load(home / "top.pbtxt", graph_path=graph_path)


@pytest.mark.parametrize("name", ["../outside/secret", "../outside/secret.pbtxt", "/etc/passwd", "~/secret", "", "."])
def test_the_name_of_a_node_is_no_path(home: Path, name: str) -> None:
    with pytest.raises(GraphConfigError):
        load(home, name)


def test_a_link_does_not_lead_out_of_the_folder(home: Path) -> None:
    (home / "secret.pbtxt").symlink_to(home.parent / "outside" / "secret.pbtxt")
    with pytest.raises(GraphConfigError, match="lies outside the folder of the top graph"):
        load(home, "Secret")


def test_a_link_to_a_folder_is_not_followed(home: Path) -> None:
    (home / "folder").symlink_to(home.parent / "outside")
    with pytest.raises(GraphConfigError, match="no calculator or graph 'Secret'"):
        load(home, "Secret")


def test_a_folder_that_the_user_names_is_fine(home: Path) -> None:
    assert len(load(home, "Secret", home.parent / "outside").plan.nodes) == 1


def test_a_folder_with_too_many_files_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_types, "MAX_FILES", 0)
    with pytest.raises(GraphConfigError, match="outside' has more than .* files, and not all were looked at"):
        load(home, "Unheard", home.parent / "outside")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_is_not_waited_for(home: Path) -> None:
    os.mkfifo(home / "secret.pbtxt")
    with pytest.raises(GraphConfigError):
        load(home, "Secret")
