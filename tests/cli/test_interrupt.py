"""Ctrl-C and a closed pipe, most on real processes: the only tests here that start any."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.cli import session
from tests.cli import processes
from tests.cli.processes import PATIENT

CALCULATORS = """\
import sys
from collections.abc import Iterator

from graphflow import Calculator, Clock, Context, Packet


class Endless(Calculator):
    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        for i in range(10**9):
            clock.sleep(1000)
            yield Packet(i, i)

    def close(self, ctx: Context) -> None:
        print("numbers closed,", type(ctx.graph_status).__name__, file=sys.stderr, flush=True)


class Many(Calculator):
    def process(self, item: int) -> Iterator[Packet[int]]:
        while True:
            item += 1
            yield Packet(item, item)


class Stuck(Calculator):
    def process(self, item: int, clock: Clock) -> None:
        print("stuck now", file=sys.stderr, flush=True)
        while True:
            clock.sleep(10**9)
"""
GRAPH = """\
graphflow: 1
outputs: [x]
nodes:
  numbers: {calculator: Endless, outputs: {out: x}}
"""
STUCK = "  stuck: {calculator: Stuck, inputs: {item: x}}\n"


ENDLESS_CALL = "  many: {calculator: Many, inputs: {item: x}, outputs: {out: y}}\n"
SIGNALS = [(getattr(signal, name), status) for name, status in (("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129))]


def start(folder: Path, *arguments: str, before: str = PATIENT) -> subprocess.Popen[str]:
    (folder / "my.py").write_text(CALCULATORS)
    return processes.start(folder, "run", "graph.yaml", "--calculators", "my.py", *arguments, before=before)


def await_rows(process: subprocess.Popen[str], count: int) -> None:
    """Return once that many rows were printed."""
    assert process.stdout is not None
    for _ in range(count):
        assert process.stdout.readline()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status", "threads"), [*((*each, []) for each in SIGNALS), (*SIGNALS[0], ["--threads", "2"])]
)
def test_once_closes_every_node_and_finishes_the_files(
    tmp_path: Path, number: signal.Signals, status: int, threads: list[str]
) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    process = start(tmp_path, "--print", "x", "--save", "x=x.jsonl", *threads)
    await_rows(process, 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert "stopping: every node is closed" in err and "numbers closed" in err
    assert "packets in" in err and "Traceback" not in err and "error" not in err
    assert "'x.jsonl' is not complete; what there is of it is in 'x.part.jsonl'" in err
    rows = [json.loads(line) for line in (tmp_path / "x.part.jsonl").read_text().splitlines()]
    assert sorted(path.name for path in tmp_path.glob("*x*")) == ["x.part.jsonl"]
    assert len(rows) >= 2 and rows == [{"timestamp": i, "value": i} for i in range(len(rows))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status", "goes_on"), [*((*each, "pass") for each in SIGNALS[1:]), (*SIGNALS[0], "signal.pause()")]
)
def test_while_calculators_are_imported_the_command_ends_without_a_word(
    tmp_path: Path, number: signal.Signals, status: int, goes_on: str
) -> None:
    (tmp_path / "endless.py").write_text(f"import os, signal\nos.write(1, b'.')\nwhile True: {goes_on}\n")
    process = processes.start(tmp_path, "validate", "graph.yaml", "--calculators", "endless.py")
    (tmp_path / "graph.yaml").write_text(GRAPH)
    assert process.stdout is not None and process.stdout.read(1) == "."
    process.send_signal(number)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == status


@pytest.mark.slow
def test_the_first_thing_that_the_command_does_is_to_listen(tmp_path: Path) -> None:
    """Everything else is imported later, however long it takes."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.write(1, b'.')\nwhile True: signal.pause()\n")
    process = processes.start(tmp_path, "list", before="import sys; sys.path.insert(0, '.')")
    assert process.stdout is not None and process.stdout.read(1) == "."
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 130


@pytest.mark.slow
def test_nohup_is_respected(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    process = start(
        tmp_path, "--print", "x", before=f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{PATIENT}"
    )
    await_rows(process, 1)
    process.send_signal(signal.SIGHUP)
    await_rows(process, 3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130


@pytest.mark.slow
@pytest.mark.parametrize("threads", [[], ["--threads", "2"]])
def test_a_call_that_yields_without_end_is_ended(tmp_path: Path, threads: list[str]) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH.replace("[x]", "[x, y]") + ENDLESS_CALL)
    process = start(tmp_path, "--print", "x", *threads)
    await_rows(process, 1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "numbers closed" in err and "left behind" not in err and "Traceback" not in err


@pytest.mark.slow
@pytest.mark.parametrize("threads", [[], ["--threads", "2"]])
def test_a_node_that_does_not_return_is_named_and_left_and_the_files_are_finished(
    tmp_path: Path, threads: list[str]
) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH + STUCK)
    process = start(tmp_path, "--print", "x", "--save", "x=x.jsonl", *threads, before="")
    assert process.stderr is not None and process.stderr.readline() == "stuck now\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "warning: node 'stuck' does not return and is left behind" in err
    assert "numbers closed, Cancelled" in err
    rows = [json.loads(line) for path in tmp_path.glob("x*.jsonl") for line in path.read_text().splitlines()]
    assert rows[0] == {"timestamp": 0, "value": 0}


@pytest.mark.slow
def test_twice_leaves_at_once(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH + STUCK)
    process = start(tmp_path, "--print", "x")
    assert process.stderr is not None and process.stderr.readline() == "stuck now\n"
    process.send_signal(signal.SIGINT)
    assert "stopping" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130


RUN = ("run", "face_mesh_desktop", "--input", "sample", "--output", "none")
PULL = ("models", "pull", "portrait.png")


def downloading(tmp_path: Path, patience: str, *arguments: str) -> tuple[subprocess.Popen[str], int]:
    """A command that fetches, and its pip, which is played by a script that tells who it is, and waits."""
    (tmp_path / "tmp").mkdir()
    os.mkfifo(tmp_path / "pid")
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n")
    script.chmod(0o755)
    process = processes.start(
        tmp_path,
        *arguments,
        before=f"import sys; sys.executable = {str(script)!r}\n{patience}",
        env=processes.environment(GRAPHFLOW_CACHE=str(tmp_path / "cache"), TMPDIR=str(tmp_path / "tmp")),
    )
    return process, int((tmp_path / "pid").read_text())


@pytest.mark.slow
def test_a_download_is_cleared_away(tmp_path: Path) -> None:
    process, child = downloading(tmp_path, PATIENT, *PULL)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143 and "Traceback" not in err
    assert list((tmp_path / "tmp").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [PULL, RUN], ids=["pull", "run"])
def test_a_download_is_cleared_away_also_where_there_is_no_time_to_wait_for_it(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    process, _ = downloading(tmp_path, PATIENT.replace("60.0", "0.001"), *arguments)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.slow
def test_a_child_that_user_code_forks_does_not_speak_for_its_parent(tmp_path: Path) -> None:
    code = """
import os, signal
from graphflow.cli.interrupt import hear_signals, interrupted
from graphflow.cli.signals import catch_signals
catch_signals()
hear_signals()
if not os.fork():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7 and interrupted() is None
"""
    done = subprocess.run([sys.executable, "-c", code], env=processes.environment(), timeout=60)
    assert done.returncode == 0


@pytest.mark.slow
def test_a_reader_that_leaves_ends_the_run_quietly(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    process = start(tmp_path)
    await_rows(process, 1)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert "numbers closed" in err and "nobody reads standard output any more" in err
    assert "Traceback" not in err and "BrokenPipe" not in err
    process.stderr.close()


def test_an_exit_that_a_signal_made_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Ray's handler of SIGTERM raises one while it connects."""
    assert session._failed(SystemExit(15), 143, False) == 143
    assert capsys.readouterr().err == ""
    assert session._failed(SystemExit(15), None, False) == 1
    assert "SystemExit: 15" in capsys.readouterr().err
