"""Which nodes are in a call, by the stacks of all threads: it costs nothing, and a crash can be read the same way.

The functions that call a node bear its name (`named`), so that every traceback has it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from graphflow.plan.plan import PlanNode

_PREFIX = "node '"


def named(function: Callable[..., Any], plan: PlanNode, what: str) -> Callable[..., Any]:
    """The same function, called ``node 'find' (Detector), process, graph.yaml:7`` in tracebacks."""
    if isinstance(function, FunctionType):
        place = f"{plan.span.file}:{plan.span.line}"
        name = f"{_PREFIX}{plan.name}' ({plan.contract.name}), {what}, {place}"
        function.__code__ = function.__code__.replace(co_name=name)
    return function


def nodes_in_calls() -> set[str]:
    """The names of nodes whose calculators are at work on some thread, of any run."""
    found = set()
    for frame in sys._current_frames().values():
        at = frame
        while at is not None:
            if at.f_code.co_name.startswith(_PREFIX):
                found.add(at.f_code.co_name[len(_PREFIX) :].partition("' (")[0])
            at = at.f_back  # type: ignore[assignment]  # the stub forgets the outermost one
    return found
