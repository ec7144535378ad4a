"""What a run's side packets select: the plan with only the branches of switches that they chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from graphflow.config.diagnostics import Diagnostic
from graphflow.contract import MISSING
from graphflow.errors import SidePacketError
from graphflow.plan.plan import GraphPlan


class Build(Protocol):
    """Makes a plan; `graphflow.plan.checks.build_plan` for one graph."""

    def __call__(self, *, diagnostics: list[Diagnostic], known: Mapping[str, Any]) -> GraphPlan | None:
        """The plan, given what is known of side packets."""
        ...


class Choice:
    """`GraphPlan.choose`. Each plan is made once.

    Args:
        plan: The plan with all branches.
        build: Makes one with fewer.
    """

    def __init__(self, plan: GraphPlan, build: Build) -> None:
        self._plan = plan
        self._build = build
        self._made: dict[tuple[Any, ...], GraphPlan] = {}

    def __call__(self, side_packets: Mapping[str, Any]) -> GraphPlan:
        """The plan for a run with these side packets.

        Raises:
            SidePacketError: One of them selects a branch that does not exist.
        """
        plan = self._plan
        known = {name: side_packets.get(name, plan.side_packets[name].default) for name in plan.selectors}
        left_out = {name for name, value in known.items() if value is MISSING and not plan.side_packets[name].required}
        if any(not isinstance(value, int) for name, value in known.items() if name not in left_out):
            return plan  # the start of the run says what is missing or of a wrong type
        key = tuple(known.values())
        if key not in self._made:
            found: list[Diagnostic] = []
            chosen = self._build(diagnostics=found, known=known)
            if chosen is None:
                wrong = next(item for item in found if item.severity == "error")
                raise SidePacketError(f"{wrong.message} ({wrong.help})" if wrong.help else wrong.message)
            self._made[key] = chosen
        return self._made[key]
