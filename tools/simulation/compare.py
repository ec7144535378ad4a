"""Is what was seen what the reference says? The first difference is what people read, so it says where and what."""

from __future__ import annotations

from typing import Any

from tools.simulation.kinds import KINDS, is_free
from tools.simulation.observed import Observed
from tools.simulation.reference import evaluate
from tools.simulation.results import Stream
from tools.simulation.spec import Graph


def free_streams(graph: Graph) -> list[str]:
    """Streams that the reference takes as given."""
    return [port.stream for node in graph.nodes if is_free(node) for port in node.outputs]


def private_streams(graph: Graph) -> set[str]:
    """Streams on the private clock of a loop, where times depend on how bounds coalesce."""
    begins = {p.stream for node in graph.nodes if KINDS[node.kind].clock == "begins" for p in node.outputs}
    return downstream(graph, begins, stop="ends")


def downstream(graph: Graph, streams: set[str], stop: str = "") -> set[str]:
    """`streams` and all that depend on them, up to nodes whose clock is `stop`."""
    found = set(streams)
    size = -1
    while size != len(found):
        size = len(found)
        for node in graph.nodes:
            ports = (*node.inputs, *node.side_inputs)
            if not (stop and KINDS[node.kind].clock == stop) and any(p.stream in found for p in ports):
                found.update(port.stream for port in (*node.outputs, *node.side_outputs))
    return found


def differences(graph: Graph, seen: Observed, *, idle: bool = False) -> list[str]:
    """Where a run that came to its end disagrees with the reference.

    Args:
        graph: What ran.
        seen: What came of it.
        idle: The graph's ops hold idle moments, at which what was seen must be up to date.
    """
    given = seen.streams(free_streams(graph))
    failed = bool(seen.error)
    expected = evaluate(graph, given=given)
    packets = seen.packets()
    found = []
    private = private_streams(graph)
    unknown = uncertain(graph, seen)
    for name in graph.streams():
        if name in given or name in unknown or graph.types[name] == "time":  # Empty batches depend on bounds.
            continue
        want, got = expected.streams[name].packets, packets.get(name, [])
        note = difference(name, want, got, private=name in private, prefix=failed)
        if note:
            found.append(note)
    if idle and not found and not failed:
        found += lagging(graph, seen, private)
    return found


def uncertain(graph: Graph, seen: Observed) -> set[str]:
    """Streams of which nothing is known: in a run that failed, observers may have missed packets of free streams."""
    return downstream(graph, set(free_streams(graph))) if seen.error else set()


def difference(name: str, want: list[Any], got: list[Any], *, private: bool, prefix: bool) -> str:
    """One stream compared; "" if it is right."""
    if private:
        want, got = [(0, v) for _, v in want], [(0, v) for _, v in got]
    if prefix:
        want = want[: len(got)]
    if want == got:
        return ""
    at = next((i for i, (a, b) in enumerate(zip(want, got, strict=False)) if a != b), min(len(want), len(got)))
    return (
        f"stream {name}, packet {at}: expected {want[at] if at < len(want) else 'no more'}, "
        f"got {got[at] if at < len(got) else 'no more'}   (expected {want}, got {got})"
    )


def lagging(graph: Graph, seen: Observed, private: set[str]) -> list[str]:
    """Streams that were behind what had to be known at an idle moment."""
    free = free_streams(graph)
    for act, op in enumerate(graph.ops):
        if op.what != "idle":
            continue
        now = seen.until(act)
        given = {name: now.get(name, Stream()) for name in free}
        least = evaluate(graph, graph.ops[: act + 1], given).streams
        for name in graph.streams():
            if name in private or name in given:
                continue
            want, got = least[name], now.get(name, Stream())
            if got.packets[: len(want.packets)] != want.packets:
                return [f"stream {name} idle after act {act}: expected at least {want.packets}, got {got.packets}"]
            # A closed stream and what is settled up to MIN do not show.
            if got.bound < want.bound < 2**63 - 1 and want.bound > -(2**63) + 4:
                return [f"stream {name} idle after act {act}: expected bound {want.bound}, got {got.bound}"]
    return []
