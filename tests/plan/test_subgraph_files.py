"""Which files a graph may include, and where they are looked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig
from graphflow.plan.subgraph_files import SubgraphFiles

HERE = Span("top.yaml", 1, 1)


class Disk:
    """A folder with graphs in it, and one with bundled graphs, and what was read of them."""

    def __init__(self, root: Path) -> None:
        self.home, self.bundled, self.elsewhere = root / "home", root / "bundled", root / "elsewhere"
        for path in ("home/top.yaml", "home/modules/face.yaml", "home/modules/eye.yaml", "home/notes.txt",
                     "bundled/modules/face.yaml", "bundled/hand.yaml", "elsewhere/secret.yaml"):  # fmt: skip
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("graphflow: 1\n")
        self.read: list[str] = []
        self.found: list[Diagnostic] = []
        self.files = SubgraphFiles(self.home / "top.yaml", [self.bundled], self._read)

    def _read(self, file: str, found: list[Diagnostic]) -> GraphConfig | None:
        self.read.append(file)
        return GraphConfig(file)

    def load(self, path: str, including: Path | None = None) -> GraphConfig | None:
        config = GraphConfig(str(including or self.home / "top.yaml"))
        return self.files(Located(path, HERE), config, self.found)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_a_path_is_relative_to_the_including_file(disk: Disk) -> None:
    face = disk.load("modules/face.yaml")
    assert face is not None and face.file == str(disk.home / "modules" / "face.yaml")
    eye = disk.load("eye.yaml", including=Path(face.file))
    assert eye is not None and eye.file == str(disk.home / "modules" / "eye.yaml")
    assert not disk.found


def test_planned_again_a_graph_is_the_same_whatever_became_of_its_files(disk: Disk) -> None:
    face = disk.load("modules/face.yaml")
    (disk.home / "modules" / "face.yaml").unlink()
    assert disk.load("modules/face.yaml") is face
    assert len(disk.read) == 1 and not disk.found


def test_what_is_not_there_comes_from_the_bundled_graphs(disk: Disk) -> None:
    hand = disk.load("hand.yaml")
    assert hand is not None and hand.file == str(disk.bundled / "hand.yaml")


def test_a_bundled_graph_includes_its_neighbours(disk: Disk) -> None:
    face = disk.load("../hand.yaml", including=disk.bundled / "modules" / "face.yaml")
    assert face is not None and face.file == str(disk.bundled / "hand.yaml")


def test_a_bare_name_is_a_module_of_graphflow_whatever_lies_beside(disk: Disk) -> None:
    (disk.home / "face.yaml").write_text("graphflow: 1\n")
    face, hand = disk.load("face"), disk.load("hand", including=disk.home / "modules" / "eye.yaml")
    assert face is not None and face.file == str(disk.bundled / "modules" / "face.yaml")
    assert hand is not None and hand.file == str(disk.bundled / "hand.yaml")
    assert not disk.found


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("modules", "write 'modules.yaml'"),
        ("fase", "did you mean 'face'?"),
        ("top", "write 'top.yaml' if a file is meant"),
        ("zebra", "write 'zebra.yaml'"),
    ],
)
def test_a_bare_name_that_no_module_has_is_told_with_what_to_write(disk: Disk, name: str, help: str) -> None:
    assert disk.load(name) is None and disk.read == []
    (found,) = disk.found
    assert found.message == f"there is no module of graphflow '{name}'" and (found.help or "").startswith(help)


def test_going_up_is_fine_inside_the_folder_of_the_top_graph(disk: Disk) -> None:
    again = disk.load("../modules/eye.yaml", including=disk.home / "modules" / "face.yaml")
    assert again is not None and again.file == str(disk.home / "modules" / "eye.yaml")


def test_each_file_is_read_once(disk: Disk) -> None:
    disk.load("modules/face.yaml")
    disk.load("modules/../modules/face.yaml")
    assert disk.read == [str(disk.home / "modules" / "face.yaml")]


@pytest.mark.parametrize(
    "path",
    [
        "../elsewhere/secret.yaml",
        "modules/../../elsewhere/secret.yaml",
        "../no/such/folder.yaml",
        "/etc/passwd",
        "/etc/graph.yaml",
        "~/graph.yaml",
        "file:///etc/graph.yaml",
        "http://example.com/graph.yaml",
        "C:/graph.yaml",
        "C:graph.yaml",
        "\\\\server\\share\\graph.yaml",
        "modules\\face.yaml",
        "notes.txt",
        "modules/face",
        "face\0.yaml",
        "/proc/self/environ",
    ],
)
def test_paths_that_lead_elsewhere_are_refused_without_opening_anything(disk: Disk, path: str) -> None:
    assert disk.load(path) is None
    assert [item.code for item in disk.found] == ["wrong-subgraph-path"]
    assert disk.read == []


def test_links_do_not_lead_out(disk: Disk) -> None:
    os.symlink(disk.elsewhere / "secret.yaml", disk.home / "link.yaml")
    os.symlink(disk.elsewhere, disk.home / "folder")
    assert disk.load("link.yaml") is None
    assert disk.load("folder/secret.yaml") is None
    assert [item.code for item in disk.found] == ["wrong-subgraph-path"] * 2
    assert disk.read == []


def test_links_inside_the_folder_are_followed(disk: Disk) -> None:
    os.symlink(disk.home / "modules" / "face.yaml", disk.home / "link.yaml")
    assert disk.load("link.yaml") is not None


def test_a_named_pipe_is_not_opened(disk: Disk) -> None:
    os.mkfifo(disk.home / "pipe.yaml")
    assert disk.load("pipe.yaml") is None
    assert [item.code for item in disk.found] == ["unknown-subgraph"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("modules/faces.yaml", "modules/face.yaml"), ("eye.yaml", "modules/eye.yaml"), ("hands.yaml", "hand.yaml")],
)
def test_a_missing_file_is_told_with_what_was_probably_meant(disk: Disk, written: str, meant: str) -> None:
    assert disk.load(written) is None
    (problem,) = disk.found
    assert problem.code == "unknown-subgraph"
    assert f"did you mean '{meant}'?" in problem.help


def test_a_graph_given_as_text_includes_bundled_graphs_only(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(disk.home)
    files = SubgraphFiles(None, [disk.bundled], disk._read)
    text = GraphConfig("<string>")
    assert files(Located("hand.yaml", HERE), text, disk.found) is not None
    assert files(Located("modules/eye.yaml", HERE), text, disk.found) is None
    assert [item.code for item in disk.found] == ["unknown-subgraph"]


def test_a_top_file_without_folder_lies_in_the_working_directory(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(disk.home)
    files = SubgraphFiles("top.yaml", [disk.bundled], disk._read)
    top = GraphConfig("top.yaml")
    face = files(Located("modules/face.yaml", HERE), top, disk.found)
    assert face is not None and face.file == os.path.join("modules", "face.yaml")
    assert files(Located("../elsewhere/secret.yaml", HERE), top, disk.found) is None
