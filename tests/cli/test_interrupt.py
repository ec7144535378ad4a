"""Ctrl-C and a closed pipe, most on real processes: the only tests here that start any."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command

CALCULATORS = """\
import sys
from collections.abc import Iterator

from graphflow import Calculator, Clock, Packet


class Endless(Calculator):
    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        for i in range(10**9):
            clock.sleep(1000)
            yield Packet(i, i)

    def close(self) -> None:
        print("numbers closed", file=sys.stderr, flush=True)


class Stuck(Calculator):
    def process(self, item: int, clock: Clock) -> None:
        while True:
            clock.sleep(20_000)
"""
GRAPH = """\
graphflow: 1
outputs: [x]
nodes:
  numbers: {calculator: Endless, outputs: {out: x}}
"""
STUCK = "  stuck: {calculator: Stuck, inputs: {item: x}}\n"


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    (folder / "my.py").write_text(CALCULATORS)
    code = "from graphflow.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "run", "graph.yaml", "--calculators", "my.py", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_rows(process: subprocess.Popen[str], count: int) -> None:
    """Return once that many rows were printed."""
    assert process.stdout is not None
    for _ in range(count):
        assert process.stdout.readline()


@pytest.mark.slow
@pytest.mark.parametrize("threads", [[], ["--threads", "2"]])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_once_closes_every_node_and_finishes_the_files(
    tmp_path: Path, threads: list[str], number: signal.Signals, status: int
) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    process = start(tmp_path, "--print", "x", "--save", "x=x.jsonl", *threads)
    await_rows(process, 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == status
    assert "stopping: every node is closed" in err and "numbers closed" in err
    assert "packets in" in err and "Traceback" not in err and "error" not in err
    assert "'x.jsonl' is not complete; what there is of it is in 'x.part.jsonl'" in err
    rows = [json.loads(line) for line in (tmp_path / "x.part.jsonl").read_text().splitlines()]
    assert sorted(path.name for path in tmp_path.glob("*x*")) == ["x.part.jsonl"]
    assert len(rows) >= 2 and rows == [{"timestamp": i, "value": i} for i in range(len(rows))]


def test_while_calculators_are_imported_it_is_no_fault_of_theirs(folder: Path, graphflow: Command) -> None:
    (folder / "my.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    assert graphflow("validate", "graph.yaml", "--calculators", "my.py") == (130, "", "")


@pytest.mark.slow
def test_twice_leaves_at_once(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH + STUCK)
    process = start(tmp_path, "--print", "x")
    await_rows(process, 1)
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    assert "stopping" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


@pytest.mark.slow
def test_a_reader_that_leaves_ends_the_run_quietly(tmp_path: Path) -> None:
    (tmp_path / "graph.yaml").write_text(GRAPH)
    process = start(tmp_path)
    await_rows(process, 1)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=20) == 0
    assert "numbers closed" in err and "nobody reads standard output any more" in err
    assert "Traceback" not in err and "BrokenPipe" not in err
    process.stderr.close()
