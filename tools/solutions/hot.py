"""Heavy calculators that give their first result again: what is left of a frame is the framework, with warm caches.

A model and a picture push everything else out of the processor's caches. The more of them a graph has, the more the
same work of the framework seems to cost.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Iterable
from typing import Any

from graphflow import Graph, Timings

HEAVY = 60_000
"""Nanoseconds of a call from which a calculator is left out."""


def remember_heavy(graph: Graph, timings: Timings) -> list[str]:
    """Let the classes of heavy nodes remember, in this process, from the next run on; their names.

    Args:
        graph: Whose nodes they are.
        timings: How long the nodes take.
    """
    heavy = {node for node, spent in timings.durations.items() if statistics.median(spent) > HEAVY}
    classes = {node.contract.calculator for node in graph.plan.nodes if node.name in heavy}
    for kind in classes:
        kind.process = _remembering(kind.process)
    return sorted(kind.__name__ for kind in classes)


def _remembering(process: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(process)
    def remembered(self: Any, *arguments: Any, **named: Any) -> Any:
        if not hasattr(self, "_remembered"):
            result = process(self, *arguments, **named)
            if isinstance(result, Iterable) and not hasattr(result, "__len__"):
                return result  # an iterator is used up
            self._remembered = result
        return self._remembered

    return remembered
