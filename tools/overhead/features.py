"""What each feature costs: chains of ten that differ from the first one in a single respect."""

from __future__ import annotations

from dataclasses import dataclass

from graphflow import Timings
from tools.overhead.graphs import chain
from tools.overhead.measure import Work, alternate

_NODES = 10


@dataclass(frozen=True)
class Feature:
    """A row of the table: the cost is the difference to the row named `base`."""

    name: str
    work: Work
    base: str = "ordinary calculators, int to int"


def features(packets: int) -> list[Feature]:
    """All rows. The first is what the others are compared with."""

    def forms(calculator: str, **more: object) -> Work:
        return Work(chain(_NODES, calculator), _NODES, packets, **more)  # type: ignore[arg-type]

    streams = tuple(f"s{i}" for i in range(1, _NODES))
    return [
        Feature("ordinary calculators, int to int", forms("Ordinary")),
        Feature("types not checked (Any to Any)", forms("Untyped")),
        Feature("Packet in, Packet out", forms("TimedPacket")),
        Feature("ports by ** (PassThrough)", forms("PassThrough")),
        Feature("two outputs", Work(chain(_NODES, "TwoOutputs", second="other"), _NODES, packets)),
        Feature("process_bounds", forms("WithBounds")),
        Feature("input policy Immediate", forms("AtOnce")),
        Feature("a Context that is not made use of", forms("WithContext")),
        Feature("sending through a Context", forms("Sends")),
        Feature("an iterator of results", forms("Several")),
        Feature("max_in_flight 2", Work(chain(_NODES, "Parallel", max_in_flight=2), _NODES, packets)),
        Feature("an observer on every stream", forms("Ordinary", observed=streams)),
        Feature("an instrument (Timings)", forms("Ordinary", instruments=lambda: (Timings(),))),
    ]


def threads(packets: int, each: bool) -> list[Feature]:
    """Rows about threads, one packet at a time or all at once."""

    def on(*executors: str, count: int | None = None) -> Work:
        return Work(chain(_NODES, "Ordinary", executors), _NODES, packets, each=each, threads=count)

    name = "without threads"
    return [
        Feature(name, on(), name),
        Feature("one thread for all nodes", on(count=1), name),
        Feature("two threads for all nodes", on(count=2), name),
        Feature("two executors in turn: a hand-over per node", on("a", "b"), "one thread for all nodes"),
    ]


def report(rows: list[Feature], repeats: int) -> None:
    """Measure the rows in turn and print them, each with its cost above its base."""
    figures = alternate(
        [row.work.seconds for row in rows], [row.work.nodes * row.work.packets for row in rows], repeats
    )
    best = {row.name: figure.best for row, figure in zip(rows, figures, strict=True)}
    for row, figure in zip(rows, figures, strict=True):
        cost = "" if row.name == row.base else f"{figure.best - best[row.base]:+8.2f}"
        print(f"  {row.name:45s} {figure.best:8.2f} {figure.median:8.2f} {cost}")
