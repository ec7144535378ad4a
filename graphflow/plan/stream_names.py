"""The streams of a plan by the names that people type."""

from __future__ import annotations

from graphflow.config.diagnostics import did_you_mean
from graphflow.plan.plan import GraphPlan


def positions(plan: GraphPlan) -> dict[str, int]:
    """Where each stream is in `GraphPlan.streams`, by every name that it has; those of graph ports come first."""
    return {stream.name: position for position, stream in enumerate(plan.streams)} | plan.aliases


def meant_instead(plan: GraphPlan, name: str) -> str:
    """What to type for a name that no stream has: one like it, or the graph's outputs."""
    outputs = [plan.streams[position].name for position in plan.outputs]
    match = next((output for output in outputs if name in output), "") or did_you_mean(name, positions(plan))
    if match:
        return f"did you mean '{match}'?"
    own = ", ".join(f"'{output}'" for output in outputs)
    return f"its outputs are {own}" if own else "'graphflow viz' shows its streams"
