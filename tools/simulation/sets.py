"""Input policies as set algebra over whole streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.simulation.spec import DONE, ONE_OVER, Node

if TYPE_CHECKING:
    from tools.simulation.bodies import Body
    from tools.simulation.results import Stream


@dataclass
class InputSets:
    """The input sets of a node in order, whether it then closes, and else the time that it waits for."""

    sets: list[tuple[int, list[Any]]]
    closes: bool
    waiting: int = DONE


def input_sets(node: Node, inputs: list[Stream], body: Body) -> InputSets:
    """What the node's policy makes of its inputs."""
    if not inputs:
        return InputSets([], closes=True)
    policy = node.policy.name if node.policy else "Default"
    if policy == "Barrier":
        return barrier(inputs)
    if policy == "Mux":
        return mux(inputs)
    if policy == "EarlyClose":
        return early_close(inputs)
    if policy in ("Immediate", "SyncSets"):
        return apart(node, inputs)
    batch = node.policy.options.get("batch_size", 1) if node.policy else 1
    return default(inputs, batch)


def rows(inputs: list[Stream], below: int) -> list[tuple[int, list[Any]]]:
    """All packets below a bound, grouped by time."""
    table: dict[int, list[Any]] = {}
    for k, stream in enumerate(inputs):
        for time, value in stream.packets:
            if time < below:
                table.setdefault(time, [None] * len(inputs))[k] = value
    return sorted(table.items())


def default(inputs: list[Stream], batch: int = 1) -> InputSets:
    """Every time below the least bound; a partial batch only once the inputs are done."""
    least = min(stream.bound for stream in inputs)
    sets = rows(inputs, least)
    if least >= ONE_OVER:
        return InputSets(sets, closes=True)
    full = len(sets) // batch * batch
    waiting = sets[full][0] if full < len(sets) else least
    return InputSets(sets[:full], closes=False, waiting=waiting)


def early_close(inputs: list[Stream]) -> InputSets:
    """Default, but over as soon as one input is exhausted: it is done and its last packet is processed."""
    found = default(inputs)
    least = min(stream.bound for stream in inputs)
    ends = [s.packets[-1][0] if s.packets else -DONE for s in inputs if s.bound == DONE]
    if not ends or min(ends) >= least:
        return found
    return InputSets([s for s in found.sets if s[0] <= min(ends)], closes=True)


def barrier(inputs: list[Stream]) -> InputSets:
    """The i-th packets of all inputs, whatever their times."""
    count = min(len(s.packets) for s in inputs)
    sets = [(min(s.packets[i][0] for s in inputs), [s.packets[i][1] for s in inputs]) for i in range(count)]
    if any(s.bound == DONE and len(s.packets) == count for s in inputs):
        return InputSets(sets, closes=True)
    return InputSets(sets, False, min(s.packets[count][0] if len(s.packets) > count else s.bound for s in inputs))


def mux(inputs: list[Stream]) -> InputSets:
    """For each control packet the selected input, once that is settled."""
    *data, control = inputs
    sets: list[tuple[int, list[Any]]] = []
    for time, index in control.packets:
        chosen = data[index]
        if chosen.bound <= time:
            return InputSets(sets, closes=False, waiting=time)
        values: list[Any] = [None] * len(inputs)
        values[index] = dict(chosen.packets).get(time)
        values[-1] = index
        sets.append((time, values))
    return InputSets(sets, closes=control.bound == DONE, waiting=control.bound)


def apart(node: Node, inputs: list[Stream]) -> InputSets:
    """Groups that know nothing of each other, one after the other: the order between them is free."""
    sets, least = [], DONE
    for group in groups(node):
        found = default([inputs[k] for k in group])
        least = min(least, found.waiting)
        for time, values in found.sets:
            row: list[Any] = [None] * len(inputs)
            for k, value in zip(group, values, strict=True):
                row[k] = value
            sets.append((time, row))
    closes = all(default([inputs[k] for k in group]).closes for group in groups(node))
    return InputSets(sets, closes, least)


def groups(node: Node) -> list[list[int]]:
    """Positions of the inputs that are synchronised with each other."""
    count = len(node.inputs)
    if node.policy is None or node.policy.name == "Immediate":
        return [[k] for k in range(count)]
    listed = [list(group) for group in node.policy.options["groups"]]
    rest = [k for k in range(count) if not any(k in group for group in listed)]
    return listed + ([rest] if rest else [])
