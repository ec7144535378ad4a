"""The command: random graphs under many schedules, until something is wrong or enough was run."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from tools.simulation.check import check, schedules
from tools.simulation.coverage import Coverage
from tools.simulation.generate import engine_graph
from tools.simulation.graphfile import graph_file
from tools.simulation.runner import Schedule
from tools.simulation.shrink import shrink
from tools.simulation.spec import Graph


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 all agree, 1 a divergence."""
    options = parser().parse_args(arguments)
    if options.peer:
        from tools.simulation.against_peer import against_peer

        return against_peer(options.peer, options.graphs, options.seed, options.graph_seed)
    coverage = Coverage()
    print(f"seed {options.seed}: {options.graphs} graphs x {options.schedules} schedules", flush=True)
    start, runs, diverged = time.perf_counter(), 0, 0
    for graph_seed in chosen(options):
        graph = engine_graph(graph_seed)
        coverage.add(graph.features)
        for schedule in plan(options, graph_seed):
            runs += 1
            found = check(graph, schedule)
            if found:
                diverged += 1
                report(graph, schedule, found, small=not options.whole)
                break
        if diverged >= options.stop_after:
            break
        progress(runs, start)
    print(f"\n{runs} runs in {time.perf_counter() - start:.1f} s, {diverged} divergences")
    print(coverage.table())
    return 1 if diverged else 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    result = argparse.ArgumentParser(prog="tools/simulate", description=__doc__)
    result.add_argument("--graphs", type=int, default=200, help="how many random graphs")
    result.add_argument("--schedules", type=int, default=5, help="how many schedules of each")
    result.add_argument("--seed", type=int, default=0, help="graph seeds count up from here x 1000000")
    result.add_argument("--graph-seed", type=int, help="only this graph, as a divergence prints it")
    result.add_argument("--schedule", help="only this schedule, as a divergence prints it: driver:seed[:idle]")
    result.add_argument("--stop-after", type=int, default=1, help="stop after so many divergences")
    result.add_argument("--whole", action="store_true", help="do not make a diverging graph smaller")
    result.add_argument("--peer", metavar="PYTHON", help="compare with MediaPipe 0.10.21 under this Python")
    return result


def chosen(options: argparse.Namespace) -> Sequence[int]:
    """The graph seeds to run."""
    if options.graph_seed is not None:
        return [options.graph_seed]
    first = options.seed * 1_000_000
    return range(first, first + options.graphs)


def plan(options: argparse.Namespace, graph_seed: int) -> list[Schedule]:
    """The schedules of one graph."""
    if options.schedule is None:
        return schedules(graph_seed, options.schedules)
    driver, seed, *rest = options.schedule.split(":")
    return [Schedule(driver, int(seed), idle=bool(rest))]


def report(graph: Graph, schedule: Schedule, found: list[str], *, small: bool) -> None:
    """Print the divergence, as small as it can be had, and how to see it again."""
    print(f"\nDIVERGENCE of graph {graph.seed} under {schedule}")
    if small:
        graph = shrink(graph, same_kind(schedule, found))
        found = check(graph, schedule) or found
    print(graph_file(graph))
    print("fed with:", "; ".join(f"{op.what} {op.stream} {op.time} {op.value!r}" for op in graph.ops) or "nothing")
    for line in found[:5]:
        print("-", line[:1000])
    again = f"{schedule.driver}:{schedule.seed}{':idle' if schedule.idle else ''}"
    print(f"again: tools/simulate --graph-seed {graph.seed} --schedule {again} --whole", flush=True)


def same_kind(schedule: Schedule, found: list[str]) -> Callable[[Graph], bool]:
    """Whether a smaller graph diverges in the same way: the same first words."""
    words = found[0].split()[0]

    def fails(graph: Graph) -> bool:
        try:
            now = check(graph, schedule)
        except Exception:
            return False  # The smaller graph makes no sense.
        return bool(now) and now[0].split()[0] == words

    return fails


def progress(runs: int, start: float) -> None:
    """One line that keeps changing, on a terminal only."""
    if sys.stderr.isatty():
        print(
            f"\r{runs} runs, {runs / (time.perf_counter() - start):.0f} a second", end="", file=sys.stderr, flush=True
        )
