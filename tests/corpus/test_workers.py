"""Workers are processes: what kills one costs its input an attempt, and nothing else."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphflow.corpus import CorpusRun
from tests.cli.processes import start
from tests.corpus.conftest import mapped, statuses
from tools.corpus_faults.corpus import BAD

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pipes with names, and signals"),
]

COMMAND = [
    *("map", "numbers.yaml", "in", "--calculators", "reader.py"),
    *("--output-dir", "out", "--save", "doubled", "--workers", "1"),
]

READS = "lines = Path(source).read_text().splitlines()"
WAITS = READS.replace("Path(source)", "(pipe if pipe.exists() else Path(source))")


@pytest.fixture
def pipe(folder: Path) -> Path:
    """What a worker reads in place of ``in/b.mp4``: opening it for writing comes back once the worker is there."""
    reader = folder / "reader.py"
    assert READS in reader.read_text()
    reader.write_text(reader.read_text().replace(READS, f"pipe = Path(source + '.pipe')\n        {WAITS}"))
    (folder / "in" / "b.mp4").write_text("21\n")
    path = folder / "in" / "b.mp4.pipe"
    os.mkfifo(path)
    return path


def told(run: CorpusRun) -> Iterator[Any]:
    return iter(sorted(run, key=lambda one: one.name))


def test_crashes_fail_by_name_and_workers_are_replaced(folder: Path) -> None:
    (folder / "in" / "a.mp4").write_text(BAD["crashing"])
    (folder / "in" / "b.mp4").write_text(BAD["killing"])
    crashed, killed, good = told(mapped(workers=1))
    assert crashed.error == {"kind": "Crash", "message": "the worker died (SIGSEGV)", "node": "reader"}
    assert killed.error == {"kind": "Crash", "message": "the worker died (SIGKILL)"}
    assert (crashed.attempts, killed.attempts) == (2, 2)
    assert good.done


def test_what_takes_too_long_fails_by_name(folder: Path) -> None:
    (folder / "in" / "b.mp4").write_text(BAD["endless"])
    _, endless, good = told(mapped(workers=1, timeout=2.0))
    assert endless.error is not None and endless.error["kind"] == "Overdue"
    assert good.done


def test_a_worker_that_somebody_kills_costs_its_input_one_attempt(folder: Path, pipe: Path) -> None:
    run = mapped("in/b.mp4", workers=1)
    ended: list[Any] = []
    work = _thread(lambda: ended.extend(run))
    with pipe.open("w") as file:
        os.kill(run._seats[0]._process.pid, signal.SIGKILL)  # type: ignore[attr-defined]
        _wait_until_nobody_reads(file)
    with pipe.open("w") as file:
        file.write("21\n")
    work()
    (one,) = ended
    assert (one.status, one.attempts) == ("done", 2)


def test_ctrl_c_cuts_off_and_the_next_run_goes_on(folder: Path, pipe: Path) -> None:
    command = start(folder, *COMMAND)
    with pipe.open("w"):  # a.mp4 is done
        command.send_signal(signal.SIGINT)
        _, said = command.communicate()
    assert command.returncode == 130, said
    assert "1 of 3 inputs done" in said and "stopped; the same command goes on" in said
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.mp4", "manifest.jsonl"]
    assert _names(folder) == ["a.mp4"]
    _finish(folder, pipe)


def test_a_killed_driver_takes_its_worker_along_and_the_next_run_goes_on(folder: Path, pipe: Path) -> None:
    command = start(folder, *COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pipe.open("w") as file:
        command.kill()
        command.wait()
        _wait_until_nobody_reads(file)
    _finish(folder, pipe)


def test_a_graph_that_workers_cannot_load_ends_the_run(folder: Path) -> None:
    run = mapped(workers=1)
    (folder / "reader.py").write_text("oh")
    with pytest.raises(Exception, match="NameError"):
        statuses(run)


def test_from_python_with_a_class_of_the_program(folder: Path) -> None:
    program = (folder / "reader.py").read_text() + (
        "\nif __name__ == '__main__':\n"
        "    import graphflow\n"
        "    own = [ReadNumbers, Double]\n"
        "    graph = graphflow.Graph.load('numbers.yaml', calculators=own, options={'double.times': 3})\n"
        "    for outcome in graphflow.map(graph, 'in', output_dir='out', save=['doubled'], workers=1, limit=1):\n"
        "        print(outcome.name, outcome.status, (outcome.folder / 'doubled.jsonl').read_text().count('value'))\n"
    )
    (folder / "program.py").write_text(program)
    done = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True)
    assert done.stdout == "a.mp4 done 2\n", done.stderr


def _wait_until_nobody_reads(file: Any) -> None:
    gone = select.poll()
    gone.register(file, 0)
    assert gone.poll(60_000) == [(file.fileno(), select.POLLERR)]


def _thread(work: Callable[[], object]) -> Callable[[], None]:
    from threading import Thread

    thread = Thread(target=work)
    thread.start()
    return thread.join


def _names(folder: Path) -> list[str]:
    lines = (folder / "out" / "manifest.jsonl").read_text().splitlines()
    return [record["input"] for record in map(json.loads, lines) if "input" in record]


def _finish(folder: Path, pipe: Path) -> None:
    pipe.unlink()
    command = start(folder, *COMMAND)
    _, said = command.communicate()
    assert command.returncode == 0, said
    assert "3 of 3 inputs done (1 before)" in said
    assert _names(folder) == ["a.mp4", "b.mp4", "deep/c.mp4"]
