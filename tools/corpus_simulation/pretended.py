"""Inputs and workers that only pretend: what becomes of an input is drawn from a seed and its number."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from graphflow.corpus.seat import WorkerLost

GRAPH = """\
graphflow: 1
outputs: [count]
side_packets:
  number: {help: "which input it is"}
nodes:
  source:
    calculator: CountingSource
    side_packets: {max_count: number}
    outputs: {out: count}
"""

STREAM = "count"
RETRIES = 1
"""With which inputs that fail once are done."""

_FATES = {"fails": 0.01, "fails once": 0.01, "kills": 0.005, "kills once": 0.005}
"""What happens to an input, and to how many in all; to the others nothing."""

FAILURE = {"kind": "ValueError", "message": "as it was to be"}


def name_of(number: int) -> str:
    """The name of an input: a thousand of them to a folder."""
    return f"{number // 1000:04d}/{number % 1000:03d}"


def fate_of(number: int, seed: int) -> str:
    """What happens to an input; empty if nothing does."""
    drawn = Random(seed * 10_000_019 + number).random()
    for fate, share in _FATES.items():
        if drawn < share:
            return fate
        drawn -= share
    return ""


def expected(inputs: int, seed: int) -> dict[str, list[int] | None]:
    """What is to come of each input, by name; None where it is to fail."""
    return {
        name_of(number): None if fate_of(number, seed) in ("fails", "kills") else [number] for number in range(inputs)
    }


class PretendingSeat:
    """Works in no time, and fails as its inputs' fates say. All seats of a driver die with it, at the chosen order.

    Args:
        seed: Of the fates.
        served: Counts the orders of all seats, and ends the process when it is time.
    """

    def __init__(self, seed: int, served: Callable[[Path], None]) -> None:
        self._seed = seed
        self._served = served
        self._tried: Counter[int] = Counter()

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        number, folder = order["side_packets"]["number"], Path(order["folder"])
        self._served(folder)
        fate = fate_of(number, self._seed)
        if fate:
            self._tried[number] += 1
            first = self._tried[number] == 1
            if fate == "kills" or fate == "kills once" and first:
                raise WorkerLost({"kind": "Crash", "message": "the worker died (SIGKILL)"})
            if fate == "fails" or fate == "fails once" and first:
                return {"frames": 0, "frames_out": 0, "dropped": 0, "seconds": 0.0, "error": FAILURE}
            del self._tried[number]
        (folder / f"{STREAM}.jsonl").write_text(f'{{"value": {number}}}\n', encoding="utf-8")
        return {"frames": 1, "frames_out": 1, "dropped": 0, "seconds": 0.0}

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


class Death:
    """Ends this process as `kill -9` does, when the workers have been given so many orders.

    Args:
        order: The last one; 0 for none.
    """

    def __init__(self, order: int) -> None:
        self._left = order
        self._lock = threading.Lock()

    def __call__(self, folder: Path) -> None:
        if not self._left:
            return
        with self._lock:
            self._left -= 1
            if not self._left:
                (folder / f"{STREAM}.jsonl").write_text('{"val', encoding="utf-8")  # half a result
                os.kill(os.getpid(), signal.SIGKILL)
