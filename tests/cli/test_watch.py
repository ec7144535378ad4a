"""``graphflow run --watch``: what is changed to something right runs, what is changed to something wrong is told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.cli.options import RunOptions
from graphflow.cli.watch import Watch, files_of
from tests.cli import processes
from tests.cli.conftest import GRAPH, Command
from tests.cli.processes import PATIENT

INNER = """\
graphflow: 1
inputs: [item]
outputs: {out: y}
nodes: {half: {calculator: Half, inputs: {item: item}, outputs: {out: y}}}
"""


class Edits:
    """Instead of time that passes: an edit before each look but the first, then none."""

    def __init__(self, *edits: tuple[Path, str] | None) -> None:
        self.edits = list(edits)

    def __call__(self, seconds: float) -> None:
        edit = self.edits.pop(0)
        if edit is not None:
            edit[0].write_text(edit[1])


def test_a_wrong_change_is_told_and_a_right_one_ends_the_watch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "graph.yaml"
    file.write_text("1")
    answers = [(False, {file}, "error: not so"), (True, {file}, "")]
    pause = Edits(None, (file, "wrong"), None, None, None, (file, "right!"), None)
    Watch([file], lambda: answers.pop(0), pause).until_right()
    assert not answers and not pause.edits
    said = capsys.readouterr().err
    assert said.index("error: not so") < said.index("nothing is restarted") < said.index("runs anew")


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "graph.yaml"
    file.write_text("1")
    checked = []
    pause = Edits((file, "22"), (file, "333"), None, None)
    Watch([file], lambda: (checked.append(file.read_text()) or True, set(), ""), pause).until_right()
    assert checked == ["333"] and not pause.edits


def test_a_file_that_a_wrong_change_brought_in_is_watched_from_then_on(tmp_path: Path) -> None:
    file, other = tmp_path / "graph.yaml", tmp_path / "inner.yaml"
    file.write_text("1")
    other.write_text("1")
    answers = [(False, {file, other}, "error"), (True, {file, other}, "")]
    pause = Edits((file, "22"), None, (other, "22"), None)
    Watch([file], lambda: answers.pop(0), pause).until_right()
    assert not answers and not pause.edits


def test_what_is_watched_are_the_graph_its_subgraphs_and_the_files_of_calculators(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "inner.yaml").write_text(INNER)
    (folder / "watched_helper.py").write_text("BY = 3.0\n")
    (folder / "my.py").write_text((folder / "my.py").read_text() + "\nimport watched_helper\n")
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "subgraph: inner.yaml"))
    monkeypatch.syspath_prepend(folder)
    files = files_of(RunOptions(graph="graph.yaml", calculators=[Path("my.py")]))
    del sys.modules["watched_helper"]
    wanted = {folder / name for name in ("graph.yaml", "inner.yaml", "my.py", "watched_helper.py")}
    assert wanted <= files and not any("site-packages" in file.parts for file in files)


def test_of_a_graph_that_is_wrong_there_are_files_to_watch_too(folder: Path, graphflow: Command) -> None:
    (folder / "my.py").write_text("class (")
    assert {folder / "my.py", folder / "graph.yaml"} <= files_of(
        RunOptions(graph="graph.yaml", calculators=[Path("my.py")])
    )


def test_a_graph_that_is_not_there_is_not_waited_for(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "grap.yaml", "--watch")
    assert ended.status == 2 and "did you mean" in ended.err


def test_a_graph_that_nobody_edits_is_not_watched(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphflow.cli.watch._is_own", lambda file: False)
    ended = graphflow("run", "loop_back", "--watch")
    assert ended.status == 2 and "copy it" in ended.err


SLOW = """\
from collections.abc import Iterator

from graphflow import Calculator, Clock, Packet


class Numbers(Calculator):
    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        for i in range(10**9):
            clock.sleep(1000)
            yield Packet(i + 1, i)
"""


@pytest.mark.slow
def test_a_run_is_watched_until_ctrl_c(tmp_path: Path) -> None:
    graph, calculators = tmp_path / "graph.yaml", tmp_path / "my.py"
    right = "graphflow: 1\noutputs: [x]\nnodes: {numbers: {calculator: Numbers, outputs: {out: x}}}\n"
    graph.write_text(right)
    calculators.write_text(SLOW)
    arguments = ("run", "graph.yaml", "--calculators", "my.py", "--watch")
    with processes.start(tmp_path, *arguments, before=PATIENT, stderr=subprocess.STDOUT) as process:

        def until(words: str) -> str:
            """The lines up to one with these words."""
            lines = []
            for line in process.stdout or ():
                lines.append(line)
                if words in line:
                    return "".join(lines)
            raise AssertionError("".join(lines))

        until('"timestamp": 0, "value": 1}')
        graph.write_text(right.replace("Numbers", "Numbres"))
        assert "did you mean 'Numbers'?" in until("nothing is restarted")
        until('"stream"')  # the old one goes on
        graph.write_text(right)
        until("runs anew")
        until('"timestamp": 0, "value": 1}')
        calculators.write_text(SLOW.replace("i + 1", "7").replace("10**9", "3"))
        until("runs anew")
        assert until("Ctrl-C ends this").count('"value": 7}') == 3
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130


@pytest.mark.slow
def test_a_watch_ends_when_nobody_reads_the_results(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(
        "graphflow: 1\noutputs: [x]\nnodes: {n: {calculator: Numbers, outputs: {out: x}}}\n"
    )
    (tmp_path / "my.py").write_text(SLOW)
    arguments = ("run", "graph.yaml", "--calculators", "my.py", "--watch")
    with processes.start(tmp_path, *arguments, before=PATIENT) as process:
        assert process.stdout and process.stdout.readline()
        process.stdout.close()
        assert process.wait() == 0
