"""The short form of each campaign of `tools/attack` finds nothing, and what is wrong would be found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools.attacks import planted
from tools.attacks.interrupts import catches, left_over, unfit
from tools.attacks.main import CAMPAIGNS, main
from tools.attacks.plan import Plan
from tools.attacks.report import Report, table
from tools.attacks.watched import Watched

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pipes with names, and /proc")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["planted", "graphs", "names", "interrupts", "disks"])
def test_nothing_is_found(name: str) -> None:
    """Not the models, which `test_damaged_models.py` has; `graphs` in its short form is `runs` too."""
    report = Report(name, quiet=True)
    CAMPAIGNS[name](report, Plan(seed=1, short=True))
    assert report.findings == []
    assert report.tried or any("skipped" in note for note in report.notes)


HOSTILE = """\
import os, signal, socket, subprocess, sys

from graphflow import Calculator


class Bad(Calculator):
    def process(self, item: int) -> None:
        open("written", "w").close()
        with socket.socket() as connection:
            connection.connect_ex(("127.0.0.1", 1))
        subprocess.run(["true"])
        print("\\x1b[31m", file=sys.stderr)


class Dead(Calculator):
    def process(self, item: int) -> None:
        signal.raise_signal(signal.SIGSEGV)


class Broken(Calculator):
    def process(self, item: int) -> None:
        raise SystemExit("Traceback (most recent call last)")
"""
GRAPH = """\
graphflow: 1
nodes:
  numbers: {calculator: CountingSource, side_packets: {max_count: {value: 1}}, outputs: {out: x}}
  bad: {calculator: CLASS, inputs: {item: x}}
"""


@pytest.mark.slow
def test_what_is_wrong_would_be_found(tmp_path: Path) -> None:
    report = Report("watched", quiet=True)
    (tmp_path / "bad.py").write_text(HOSTILE)
    run = ("run", "graph.yaml", "--calculators", "bad.py")
    with Watched(report, tmp_path) as watched:
        (tmp_path / "graph.yaml").write_text(GRAPH.replace("CLASS", "Bad"))
        kinds = {kind for kind, words in watched.run(tmp_path, *run).events if "typer" not in words}
        assert kinds == {"written", "connection", "process", "code"}
        assert [finding.split(": ")[1] for finding in report.findings] == ["other"]
        (tmp_path / "graph.yaml").write_text(GRAPH.replace("CLASS", "Dead"))
        assert watched.run(tmp_path, *run).status == -signal.SIGSEGV
        (tmp_path / "graph.yaml").write_text(GRAPH.replace("CLASS", "Broken"))
        assert watched.run(tmp_path, *run).status == 1
    assert report.found == {"other": 1, "silent deaths": 1, "tracebacks": 1}


def test_modules_that_are_planted_leave_a_mark(tmp_path: Path) -> None:
    planted.plant(tmp_path, tmp_path / "mark")
    subprocess.run([sys.executable, "-c", "import pip, cv2"], cwd=tmp_path, timeout=100, env=dict(os.environ))
    assert {"pip", "cv2"} <= set((tmp_path / "mark").read_text().split())


def test_what_an_interrupted_command_leaves_is_seen(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    for name in ("tmp/spool", ".graphflow-1.jsonl", "rows.npz"):
        (tmp_path / name).touch()
    (tmp_path / "out.dot").write_text("digraph {")
    # A group that is no longer there: of a process that has ended.
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait(timeout=100)
    found = left_over(tmp_path, tmp_path / "tmp", process.pid)
    assert found == ["temporary spool", "unfinished .graphflow-1.jsonl", "incomplete rows.npz", "incomplete out.dot"]


def test_whether_a_process_listens_to_a_signal_can_be_told() -> None:
    assert catches(os.getpid(), signal.SIGINT)  # Python's own
    assert not catches(os.getpid(), signal.SIGUSR2)


def test_only_a_program_ends_in_words_of_python() -> None:
    early = (
        "Fatal Python error: init_import_site: Failed to import the site module\nTraceback (most recent call last):\n"
    )
    assert unfit(early, own=False) and not unfit(early, own=True)
    assert unfit("Fatal Python error: Segmentation fault\n", own=True)
    assert unfit("Traceback (most recent call last):\n", own=False) and not unfit("", own=False)


def test_a_table_has_a_row_for_each_campaign() -> None:
    report = Report("names", quiet=True)
    report.attempt(1)
    report.find("tracebacks", "how to see it again")
    report.notes.append("a note")
    head, row, note = table([report]).splitlines()
    assert head.split()[:2] == ["campaign", "tried"] and row.split() == ["names", "1", "0", "0", "0", "0", "1", "0"]
    assert note == "names: a note"


def test_the_command_tells_its_seed_and_ends_with_1_if_anything_was_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def attack(report: Report, plan: Plan) -> None:
        report.attempt(1)
        if plan.seed == 5:
            report.find("tracebacks", "a\x1b")

    monkeypatch.setitem(CAMPAIGNS, "names", attack)
    for seed, status in (("4", 0), ("5", 1)):
        monkeypatch.setattr(sys, "argv", ["attack", "names", "--seed", seed])
        assert main() == status
        out = capsys.readouterr().out
        assert out.startswith(f"seed {seed}\n") and ("names: tracebacks: a\\x1b" in out) == bool(status)


def test_a_campaign_that_there_is_not_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["attack", "nothing"])
    with pytest.raises(SystemExit):
        main()
    assert "there is no campaign nothing; there are planted" in capsys.readouterr().err
