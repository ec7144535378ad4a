"""``graphflow map``: what it says, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.conftest import HereSeat
from tools.corpus_faults.corpus import CALCULATORS
from tools.corpus_faults.corpus import GRAPH as NUMBERS

MAP = ["map", "numbers.yaml", "in", "--calculators", "reader.py", "--output-dir", "out"]
Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def _inputs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.corpus.mapping.LocalSeat", HereSeat)
    monkeypatch.setattr("graphflow.cli.map_progress.PLAIN_INTERVAL", 1e6)
    (folder / "reader.py").write_text(CALCULATORS)
    (folder / "numbers.yaml").write_text(NUMBERS)
    (folder / "in").mkdir()
    for name, text in (("a.mp4", "1\n2\n"), ("b.mp4", "3\n")):
        (folder / "in" / name).write_text(text)


def test_all_inputs_are_done(folder: Path, graphflow: Command) -> None:
    ended = graphflow(*MAP, "--save", "doubled.csv", "--save", "number", "--workers", "2")
    assert (ended.status, ended.out) == (0, "")
    assert "2 of 2 inputs done, " in ended.err and "; results are in 'out'" in ended.err
    assert sorted(path.name for path in (folder / "out" / "a.mp4").iterdir()) == ["doubled.csv", "number.jsonl"]


def test_calculators_come_from_a_folder_a_module_and_the_project(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mine").mkdir()
    (folder / "reader.py").rename(folder / "mine" / "reader_of_numbers.py")
    monkeypatch.syspath_prepend(str(folder / "mine"))
    for source in ("mine", "reader_of_numbers"):
        assert graphflow(*MAP[:3], "--calculators", source, "--output-dir", f"out {source}").status == 0
    (folder / "pyproject.toml").write_text('[tool.graphflow]\ncalculators = ["mine"]\n')
    assert graphflow(*MAP[:3], "--output-dir", "out").status == 0


def test_failures_are_told_and_are_the_status(folder: Path, graphflow: Command) -> None:
    (folder / "in" / "b.mp4").write_text("three\n")
    ended = graphflow(*MAP)
    assert ended.status == 1
    assert "failed: b.mp4: ValueError: " in ended.err and "(node 'reader', " in ended.err
    assert "1 of 2 inputs done, 1 failed, " in ended.err
    ended = graphflow(*MAP)
    assert ended.status == 1
    assert "1 of 2 inputs done (1 before), 1 failed (1 before), " in ended.err
    assert "add --retry-failed" in ended.err
    (folder / "in" / "b.mp4").write_text("3\n")
    assert graphflow(*MAP, "--quiet").err == ""


def test_status_is_told_from_the_manifest(folder: Path, graphflow: Command) -> None:
    (folder / "in" / "b.mp4").write_text("three\n")
    graphflow(*MAP)
    ended = graphflow("map", "--status", "out")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("out: 2 inputs, 1 done, 1 failed, 0 left, 2 frames")
    assert lines[1] == "  1 ValueError"
    assert lines[2].startswith("    b.mp4: ValueError: ")


def test_another_graph_is_refused(graphflow: Command) -> None:
    assert graphflow(*MAP).status == 0
    ended = graphflow(*MAP, "--set", "double.times=3")
    assert ended.status == 2
    assert "holds results of another graph" in ended.err and "nodes.double.options.times: 3, was 2" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["map", "numbers.yaml"], "map takes a graph, inputs, and --output-dir FOLDER"),
        ([*MAP, "--save", "double"], "the graph has no stream 'double'; did you mean 'doubled'?"),
        ([*MAP, "--output", ".mp4"], "has no side packet 'output'"),
        ([*MAP, "--side", "input=x"], "it is not the same for all inputs"),
        ([*MAP, "--side", "other=x"], "has no side packet 'other'"),
        (["map", "--status", "nowhere"], "'nowhere' has no manifest.jsonl"),
        (["map", "graph.yaml", "in", "--calculators", "my.py", "--output-dir", "out"], "has no side packet 'input'"),
    ],
)
def test_what_cannot_be_done_is_refused(folder: Path, graphflow: Command, arguments: list[str], message: str) -> None:
    ended = graphflow(*arguments)
    assert ended.status == 2
    assert message in ended.err
    assert not (folder / "out").exists()


def test_a_table_gives_each_input_its_side_packets(folder: Path, graphflow: Command) -> None:
    (folder / "t.csv").write_text("name,start\none,5\ntwo,7\n")
    ended = graphflow(
        *["map", "graph.yaml", "t.csv", "--calculators", "my.py", "--output-dir", "out", "--save", "y", "--save", "x"],
        "--workers",
        "1",
    )
    assert ended.status == 0, ended.err
    assert '"value": 7' in (folder / "out" / "two" / "x.jsonl").read_text().splitlines()[0]


def test_a_home_that_nobody_has_is_a_name(folder: Path, graphflow: Command) -> None:
    ended = graphflow(*MAP[:-1], "~nobody-has-this")
    assert ended.status == 0 and (folder / "~nobody-has-this" / "manifest.jsonl").exists()
