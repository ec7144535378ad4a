"""Names as people and others choose them: what is typed is taken as it stands, and what is shown harms no terminal."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from graphflow.cli.console import json_text
from graphflow.urls import without_secrets
from tests.cli.conftest import Command

CALCULATORS = """\
from collections.abc import Iterator

from graphflow import Calculator, Packet


class Named(Calculator):
    def open(self, source: int | str, target: str = "") -> None:
        self.names = [source, target]

    def process(self) -> Iterator[Packet[list[object]]]:
        yield Packet(self.names, 0)


class Numbered(Calculator):
    def open(self, start: int) -> None:
        self.start = start

    def process(self) -> Iterator[Packet[int]]:
        yield Packet(self.start, 0)
"""
GRAPH = """\
graphflow: 1
outputs: [y]
side_packets: [input, output]
nodes:
  named:
    calculator: Named
    side_packets: {source: input, target: output}
    outputs: {out: y}
"""
RUN = ("run", "graph.yaml", "--calculators", "my.py", "--print", "y", "-q")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "my.py").write_text(CALCULATORS)
    (tmp_path / "graph.yaml").write_text(GRAPH)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "[x].mp4",
        "{a}.mp4",
        "true",
        "null",
        "1e5",
        "~a.mp4",
        "a.mp4 ",
        " a.mp4",
        "a: b",
        "#a",
        "'q'",
        "a=b",
        "./0",
        "-1",
    ],
)
def test_input_and_output_are_names_as_they_stand(folder: Path, graphflow: Command, name: str) -> None:
    ended = graphflow(*RUN, f"--input={name}", f"--output={name}")
    assert (ended.status, ended.err) == (0, "")
    assert json.loads(ended.out)["value"] == [name, name]


def test_a_number_is_a_number_where_numbers_are_taken(folder: Path, graphflow: Command) -> None:
    assert json.loads(graphflow(*RUN, "--input", "0", "--output", "0").out)["value"] == [0, "0"]


def test_where_no_names_are_taken_the_value_is_read_as_in_a_graph(folder: Path, graphflow: Command) -> None:
    text = GRAPH.replace("[input, output]", "[input]").replace("Named", "Numbered")
    (folder / "graph.yaml").write_text(text.replace("{source: input, target: output}", "{start: input}"))
    assert json.loads(graphflow(*RUN, "--input", "-7").out)["value"] == -7
    assert "--input" in graphflow(*RUN, "--input", "[1").err


def test_an_empty_name_is_refused(folder: Path, graphflow: Command) -> None:
    ended = graphflow(*RUN, "--input", "", "--output", "a")
    assert (ended.status, ended.err.splitlines()[0]) == (2, "error: --input: the value is empty")


EVIL = "\x1b[31m\x9b2J\u202e[bold]\x07"


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", f"a{EVIL}.yaml"),
        ("validate", "--json", f"a{EVIL}.yaml"),
        ("run", f"a{EVIL}.yaml"),
        ("run", "graph.yaml", f"--{EVIL}"),
        ("viz", "graph.yaml", "-o", f"a{EVIL}"),
        ("inspect", EVIL),
        ("models", "pull", EVIL),
        ("evaluate", EVIL),
        (EVIL, "x"),
        ("run", "graph.yaml", "--calculators", EVIL),
        (*RUN, "--input", EVIL, "--output", "o"),
    ],
    ids=lambda arguments: ascii(" ".join(arguments[:2])),
)
def test_nothing_of_a_name_reaches_the_terminal_unescaped(
    folder: Path, graphflow: Command, arguments: tuple[str, ...]
) -> None:
    ended = graphflow(*arguments)
    shown = (ended.out + ended.err).replace("\n", "")
    assert "bold" in shown and all(letter.isprintable() for letter in shown)
    if arguments[1] == "--json":
        assert f"a{EVIL}.yaml" in json.loads(ended.out)["graphs"][0]["file"]
    if arguments[: len(RUN)] == RUN:
        assert json.loads(ended.out)["value"][0] == EVIL


def test_a_drawing_with_such_names_stays_whole(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("named:", '"a\\e[31mb\\u202e":'))
    ended = graphflow("viz", "graph.yaml", "--calculators", "my.py")
    assert ended.out.startswith("digraph") and all(letter.isprintable() or letter == "\n" for letter in ended.out)


def test_json_keeps_what_is_not_printable() -> None:
    value = {"name": f"a\n{EVIL}\udce9"}
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see rtsp://me:s3cret@host:554/x?token=1 now", "see rtsp://host:554/x?... now"),
        ('"http://token@host/a?b=c"', '"http://host/a?..."'),
        ("http://host/a@b", "http://host/a@b"),
        ("http://u:p@h/?x\\nnext: ?", "http://h/?...\\nnext: ?"),
        ("http://h/x?...", "http://h/x?..."),
        ("a@b://c", "a@b://c"),
        ("no url? a@b", "no url? a@b"),
    ],
)
def test_secrets_of_urls_are_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


def test_no_command_shows_the_secrets_of_a_graph(folder: Path, graphflow: Command) -> None:
    address = "rtsp://me:s3cret@host/x?token=tok3n"
    (folder / "graph.yaml").write_text(GRAPH.replace("source: input", f"source: {{value: '{address}'}}, sauce: input"))
    for arguments in (("viz",), ("validate",), ("validate", "--json"), ("run", "-v")):
        command, *more = arguments
        ended = graphflow(command, "graph.yaml", "--calculators", "my.py", *more)
        assert ended.out + ended.err and "s3cret" not in ended.out + ended.err and "tok3n" not in ended.out + ended.err
    graphflow("viz", "graph.yaml", "--calculators", "my.py", "-o", "drawn.dot")
    assert "rtsp://host/x" in (drawn := (folder / "drawn.dot").read_text()) and "s3cret" not in drawn


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("inspect", "Gate"),
        ("validate", "face_mesh_desktop"),
        ("viz", "face_mesh_desktop"),
        ("models", "list"),
        ("evaluate", "x"),
        ("run", "x.yaml"),
        ("run", "GRAPH", "--calculators", "MINE", "--input", "a", "--output", "b"),
    ],
    ids=" ".join,
)
def test_a_working_folder_that_is_gone_is_no_trouble(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    files = {"GRAPH": str(folder / "graph.yaml"), "MINE": str(folder / "my.py")}
    ended = graphflow(*(files.get(word, word) for word in arguments))
    os.chdir(folder)
    missing = arguments[-1] in ("x", "x.yaml")
    assert ended.status == (2 if missing else 0)
