"""Whether clips may be cut for a graph: its source must find a part of one, and no node may remember earlier frames."""

from __future__ import annotations

from typing import Any

from graphflow.clip_part import ClipPart
from graphflow.errors import UnusableFile
from graphflow.plan.plan import GraphPlan, PlanNode

_MOST_NAMED = 3


def refuse_cutting(plan: GraphPlan, overlap: float | None) -> None:
    """Say why clips cannot be cut.

    Args:
        plan: The graph, as it is run.
        overlap: What the user says of it; with one, what the graph remembers across frames is no reason.

    Raises:
        UnusableFile: They cannot.
    """
    sources = [node for node in plan.nodes if node.contract.source]
    if len(sources) != 1 or not any(one.service is ClipPart for one in sources[0].contract.open):
        raise UnusableFile(
            f"--split: {plan.file} has no single source that can send a part of a clip, as VideoSource can"
        )
    if sources[0].options.get("max_frames"):
        raise UnusableFile(
            f"--split: 'max_frames' of node '{sources[0].name}' counts the frames of a whole clip, and clips are cut "
            "by time before anybody has counted; leave --split out where only the first frames are wanted"
        )
    for option in ("loop", "realtime"):
        if sources[0].options.get(option):
            raise UnusableFile(
                f"--split: '{option}' of node '{sources[0].name}' is about whole clips; leave one of them out"
            )
    if overlap is None and (found := [node for node in plan.nodes if remembers(node)]):
        found.sort(key=lambda node: not any(entry.back_edge for entry in node.inputs))
        named = ", ".join(f"'{node.name}'" for node in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise UnusableFile(
            f"--split: in {plan.file}, what comes of {named}{more} may depend on earlier frames, and change at a cut; "
            "add --overlap SECONDS to begin each piece earlier by so much (0 if you know that it does not matter)"
        )


def remembers(node: PlanNode) -> bool:
    """Whether what a node gives may depend on earlier timestamps: by what its class says, or else by how it is made."""
    cls: Any = node.contract.calculator
    if node.contract.source:
        return False
    if cls.stateful is not None:
        return bool(cls.stateful)
    if any(entry.back_edge for entry in node.inputs):
        return True
    return not cls.__module__.startswith("graphflow.") and _has_state(cls)


def _has_state(cls: type[Any]) -> bool:
    """Whether a class has more than its options: then nobody but its author knows what it keeps."""
    return any(name in vars(base) for base in cls.__mro__[:-2] for name in ("open", "close", "__init__"))
