"""Which files a graph needs, before it runs."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from graphflow.errors import SidePacketError
from graphflow.models.kinds import parts_of
from graphflow.models.manifest import manifest, manifest_name
from graphflow.plan.file_use import known_side_packets
from graphflow.plan.plan import GraphPlan


def needed(plan: GraphPlan, given: Mapping[str, Any]) -> list[str]:
    """Names of the manifest's files that the nodes of a graph load when it starts, in the branches that it takes.

    Calculators tell by `Calculator.resources`.

    Args:
        plan: The graph.
        given: Side packets that it is going to be started with, by name.
    """
    if plan.choose:
        with contextlib.suppress(SidePacketError):  # the start of the run tells it
            plan = plan.choose(given)
    names: dict[str, None] = {}
    for node in plan.nodes:
        side_packets = known_side_packets(node, plan, given)
        named = node.contract.calculator.resources(node.options, side_packets)
        names |= dict.fromkeys(parts_of(manifest_name(name))[0] for name in named)
    return [name for name in names if name in manifest()]
