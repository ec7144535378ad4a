"""One graph under one schedule: run it, and say what is wrong."""

from __future__ import annotations

from tools.simulation.compare import differences, free_streams
from tools.simulation.invariants import broken
from tools.simulation.reference import evaluate
from tools.simulation.runner import Run, Schedule, run_engine
from tools.simulation.spec import Graph


def check(graph: Graph, schedule: Schedule) -> list[str]:
    """Run and compare. An empty list if all is well."""
    if schedule.idle:
        graph = graph.with_idles()
    try:
        run = run_engine(graph, schedule)
    except Exception as error:  # the graph file was refused, or the tool itself failed
        return [f"{type(error).__name__}: {error}"]
    return findings(graph, run, schedule)


def findings(graph: Graph, run: Run, schedule: Schedule) -> list[str]:
    """What is wrong with a run."""
    seen = run.seen
    expected = evaluate(graph, given=seen.streams(free_streams(graph)))
    due = expected.failures(graph)
    planned = any(node.failure for node in graph.nodes)
    found = [f"unplanned {text}" for text in run.unplanned if not (graph.report_deadlock and is_deadlock(text))]
    if seen.error and not planned and not run.unplanned:
        found.append(f"failed without a plan: {seen.error}")
    if due and not seen.error:
        found.append(f"the planned failure of {', '.join(due)} never came")
    found += differences(graph, seen, idle=schedule.idle and not planned)
    found += broken(graph, seen, run.recorder.events, expected)
    if run.recorder.watch:
        found += run.recorder.watch.found
    return found


def is_deadlock(text: str) -> bool:
    """Whether an error reports that full queues stood in each other's way, which depends on arrival."""
    return text.startswith("StallError: deadlock")


def schedules(seed: int, count: int) -> list[Schedule]:
    """`count` ways to run one graph: the calling thread first, real threads once, then seeded orders."""
    chosen = [Schedule("calling", idle=seed % 2 == 0), Schedule("threads", seed)]
    chosen += [Schedule("seeded", seed * 1000 + k) for k in range(max(0, count - 2))]
    return chosen[:count]
