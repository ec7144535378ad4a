"""Running commands inside the test, and the graphs and calculators that they are about."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import typer.main

from graphflow.cli.app import main

CALCULATORS = '''\
"""Calculators of a user's own."""
from collections.abc import Iterator

from graphflow import Calculator, Context, MissingResource, Option, Packet


class Count(Calculator):
    """Count up from a start."""

    n: int = Option(default=3, ge=0, le=1_000_000, doc="How many numbers.")

    def open(self, start: int = 0) -> None:
        self.start = start

    def process(self) -> Iterator[Packet[int]]:
        for i in range(self.n):
            yield Packet(self.start + i, i * 1000)


class Half(Calculator):
    """Divide."""

    by: float = Option(default=2.0, gt=0, doc="The divisor.")

    def process(self, item: int) -> float:
        return item / self.by


class Reciprocal(Calculator):
    """Fail at 0."""

    def process(self, item: int) -> float:
        return self.divide(item)

    def divide(self, item: int) -> float:
        return 1 / item


class Camera(Calculator):
    """Needs what is not there."""

    def open(self) -> None:
        raise MissingResource("there is no camera 7; plug one in")

    def process(self, item: int) -> int:
        return item


class Odd(Calculator):
    """Drop even numbers."""

    def process(self, item: int, ctx: Context) -> int | None:
        if item % 2:
            return item
        ctx.count("dropped")
        return None
'''

GRAPH = """\
graphflow: 1
outputs: [y]
side_packets:
  start: {default: 0, help: "the first number"}
nodes:
  numbers:
    calculator: Count
    side_packets: {start: start}
    outputs: {out: x}
  last:
    calculator: Half
    inputs: {item: x}
    outputs: {out: y}
"""


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]

# A process makes the command line once; here hundreds of commands share one.
command_line = functools.cache(typer.main.get_command)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: ``my.py`` and ``graph.yaml`` lie there."""
    (tmp_path / "my.py").write_text(CALCULATORS)
    (tmp_path / "graph.yaml").write_text(GRAPH)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def graphflow(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """The command, run in this process, which is left as it was."""
    # Lines that come every few seconds come only where the machine is slow.
    monkeypatch.setattr("graphflow.cli.progress.PLAIN_INTERVAL", 1e6)
    monkeypatch.setattr("graphflow.cli.evaluate.PLAIN_INTERVAL", 1e6)
    monkeypatch.setattr("typer.main.get_command", command_line)
    before, path, modules = signal.getsignal(signal.SIGINT), sys.path[:], set(sys.modules)

    def command(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["graphflow", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return Ended(int(left.value.code or 0), out, err)

    yield command
    signal.signal(signal.SIGINT, before)
    sys.path[:] = path
    for name in [name for name in sys.modules if name.startswith("_graphflow_file_") and name not in modules]:
        del sys.modules[name]
