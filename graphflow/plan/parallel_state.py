"""A class whose calls may run at once, and whose `process` sets what all of them share."""

from __future__ import annotations

import ast
import inspect
import textwrap
from types import FunctionType
from typing import Any

from graphflow.config.findings import listing
from graphflow.plan.ports import DraftNode
from graphflow.registry import is_built_in


def warn_of_parallel_state(node: DraftNode) -> None:
    """Warn where `parallel` classes of the user's set attributes of their object without a ``with``, as of a lock."""
    contract = node.contract
    if not contract.parallel or is_built_in(contract.calculator):
        return
    if names := _set_by(getattr(contract.calculator, "process", None)):
        node.flat.findings.warning(
            "parallel-state",
            f"node '{node.flat.name}': process sets {listing(names)} while other calls of it may run, because "
            f"{contract.name} says 'parallel = True'",
            node.flat.span,
            help="drop 'parallel = True', or set it within 'with self.lock:'",
        )


def _set_by(process: Any) -> list[str]:
    """The attributes of its first parameter that a method sets; none if it has a ``with``, or no source to look at."""
    process = inspect.unwrap(process) if process is not None else None
    if not isinstance(process, FunctionType) or not process.__code__.co_varnames:
        return []
    try:
        nodes = [*ast.walk(ast.parse(textwrap.dedent(inspect.getsource(process))))]
    except (OSError, SyntaxError):
        return []
    if any(isinstance(node, ast.With) for node in nodes):
        return []
    own = process.__code__.co_varnames[0]
    stored = (node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    names = (f"{own}.{node.attr}" for node in stored if isinstance(node.value, ast.Name) and node.value.id == own)
    return [*dict.fromkeys(names)]
