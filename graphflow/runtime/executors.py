"""Which executors a run has, with how many threads, and which of them runs a node."""

from __future__ import annotations

from collections.abc import Callable

from graphflow.plan.plan import MAIN, GraphPlan, PlanNode

LIVE_PREFIX = "live:"
"""Begins the names of the executors that live sources have for themselves."""


def executors_of(plan: GraphPlan, threads: int | None) -> tuple[dict[str, int], Callable[[PlanNode], str]]:
    """Thread counts by executor, empty for a run without threads; and the executor of each node."""
    live = [node.name for node in plan.nodes if node.contract.live and not node.inputs]
    named = {node.executor for node in plan.nodes if node.executor}
    threads = plan.threads if threads is None else threads
    if threads is None and not live and not named - {MAIN}:
        return {}, one_executor
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    executors = {"": threads or 1} | {name: plan.executors[name] for name in sorted(named - {MAIN})}
    executors |= {LIVE_PREFIX + name: 1 for name in live}
    if MAIN in named:
        executors[MAIN] = 0
    live_names = set(live)

    def executor_of(node: PlanNode) -> str:
        return LIVE_PREFIX + node.name if node.name in live_names else node.executor

    return executors, executor_of


def one_executor(node: PlanNode) -> str:
    """The executor of each node where there is but one."""
    return ""
