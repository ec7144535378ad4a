"""A graph over small text files, some of which are bad in one way or another."""

from __future__ import annotations

from pathlib import Path
from random import Random

CALCULATORS = '''\
"""Numbers out of a file, which may also be deadly."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from graphflow import Calculator, Option, Packet, Service, UnusableFile
from graphflow.clip_part import ClipPart


class ReadNumbers(Calculator):
    """Send the numbers that stand in a file, one on each line, or those of a part of it."""

    step: int = Option(default=1, doc="Microseconds from a number to the next.")

    def open(self, source: str, part: Service[ClipPart] = ClipPart()) -> None:
        lines = Path(source).read_text().splitlines()
        if not lines:
            raise UnusableFile(f"'{source}' is empty")
        times = range(0, self.step * len(lines), self.step)
        self._lines = [
            (time, line)
            for time, line in zip(times, lines)
            if part.begin <= time and (part.end is None or time < part.end)
        ]
        part.length = times.stop / 1e6
        part.held = None if part.end else len(lines)

    def process(self) -> Iterator[Packet[int]]:
        for time, line in self._lines:
            if line == "die":
                signal.raise_signal(signal.SIGKILL)
            elif line == "crash":
                signal.raise_signal(signal.SIGSEGV)
            elif line == "hang":
                threading.Event().wait()
            yield Packet(int(line), time)


class Double(Calculator):
    """Twice the number."""

    times: int = Option(default=2, doc="How often.")

    def process(self, item: int) -> int:
        return self.times * item
'''

GRAPH = """\
graphflow: 1
outputs: [doubled]
side_packets:
  input: {help: "a file"}
nodes:
  reader:
    calculator: ReadNumbers
    side_packets: {source: input}
    outputs: {out: number}
  double:
    calculator: Double
    inputs: {item: number}
    outputs: {out: doubled}
"""

BAD = {"damaged": "1\n2\nthree\n", "empty": "", "crashing": "1\ncrash\n", "killing": "1\ndie\n", "endless": "1\nhang\n"}
"""What makes an input fail, by name."""


def make_corpus(folder: Path, good: int, bad: int, rng: Random, long: int = 0) -> dict[str, list[int] | None]:
    """Make files.

    Args:
        folder: Where.
        good: How many have nothing but numbers.
        bad: How many are bad, of each kind in turn.
        rng: Chooses numbers.
        long: Numbers before and after what is bad in a file that is not empty.

    Returns:
        What is to come of each, by name; None of bad ones.
    """
    folder.mkdir(parents=True)
    expected: dict[str, list[int] | None] = {}
    for number in range(good):
        size = 6_000 if number == 0 else rng.randint(1, 2_000)
        numbers = [rng.randrange(10**6) for _ in range(size)]
        expected[f"good{number}.mp4"] = [2 * one for one in numbers]
        (folder / f"good{number}.mp4").write_text("\n".join(map(str, numbers)))
    kinds = list(BAD)
    for number in range(bad):
        name = f"{kinds[number % len(kinds)]}{number}.mp4"
        expected[name] = None
        text = BAD[kinds[number % len(kinds)]]
        around = "1\n" * long if text else ""
        (folder / name).write_text(around + text + around)
    return expected
