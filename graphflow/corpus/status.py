"""How far a corpus is, from its manifest alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple

from graphflow.corpus.corpus_run import DONE
from graphflow.corpus.failure import told
from graphflow.corpus.manifest import is_being_written, records
from graphflow.corpus.storage import Stat

_PER_KIND = 3
_SLOWEST = 20
_OF_FAILURES = ("status", "frames", "seconds", "error", "path", "size", "etag", "attempts")


class Failure(NamedTuple):
    """An input that failed.

    Attributes:
        name: Of the input.
        path: Its file or address; empty without one.
        attempts: How many there were.
        error: As `graphflow.corpus.failure.failure_of` has it.
        stat: The version that failed, if it is an object in storage.
    """

    name: str
    path: str
    attempts: int
    error: Mapping[str, Any]
    stat: Stat | None = None


class Slow(NamedTuple):
    """An input that took long.

    Attributes:
        seconds: What its last attempt took.
        name: Of the input.
        frames: What its source has sent.
    """

    seconds: float
    name: str
    frames: int


@dataclass
class Status:
    """Counts over all runs in a folder; rates of the last one.

    Attributes:
        inputs: How many the last run has.
        done: Inputs whose results are there.
        failed: Inputs that failed, by kind.
        examples: Some failures of each kind, in a line.
        failures: All of them, in the order of the manifest.
        slowest: The inputs that took longest, the slowest first.
        frames: In all that is done.
        per_second: Inputs that the last run has ended in a second; 0 if it has ended none.
        running: Whether it goes on.
    """

    inputs: int = 0
    done: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    slowest: list[Slow] = field(default_factory=list)
    frames: int = 0
    per_second: float = 0.0
    running: bool = False

    @property
    def left(self) -> int:
        """Inputs that are still to be done."""
        return max(0, self.inputs - self.done - self.failed.total())

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take; None if nobody knows."""
        return self.left / self.per_second if self.per_second else None


def status_of(folder: Path, results: str = "") -> Status:
    """Read the manifest of a folder.

    Args:
        folder: Where it is.
        results: Where the results are, for messages; in the folder unless given.

    Raises:
        UnusableFile: There is none, or it is damaged.
    """
    status = Status(running=is_being_written(folder))
    last: dict[str, dict[str, Any]] = {}
    began = ended = 0.0
    count = 0
    for record in records(folder, results):
        if "run" in record:
            status.inputs, began = record["run"]["inputs"], record["run"]["began"]
            count = 0
        elif "input" in record:
            keys = ("status", "frames", "seconds") if record["status"] == DONE else _OF_FAILURES
            last[record["input"]] = {key: record[key] for key in keys if key in record}
            ended = record["ended"]
            count += 1
    if count and ended > began:
        status.per_second = count / (ended - began)
    for name, record in last.items():
        if record["status"] == DONE:
            status.done += 1
            status.frames += record.get("frames", 0)
        else:
            kind = record["error"]["kind"]
            status.failed[kind] += 1
            path, error = str(record.get("path", "")), record["error"]
            stat = Stat(record.get("size", 0), record["etag"]) if "etag" in record else None
            status.failures.append(Failure(name, path, record["attempts"], error, stat))
            examples = status.examples.setdefault(kind, [])
            if len(examples) < _PER_KIND:
                examples.append(f"{name}: {told(record['error'])}")
    slow = (Slow(record.get("seconds", 0.0), name, record.get("frames", 0)) for name, record in last.items())
    status.slowest = nlargest(_SLOWEST, slow)
    return status
