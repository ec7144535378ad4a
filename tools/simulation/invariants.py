"""What must hold in every run, whatever the order: lifecycles, order in streams, what each input set may hold."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tools.simulation.compare import private_streams, uncertain
from tools.simulation.history import Event
from tools.simulation.kinds import KINDS
from tools.simulation.observed import Observed
from tools.simulation.results import Outcome, Result
from tools.simulation.sets import groups
from tools.simulation.spec import UNSTARTED, Graph, Node

Set = tuple[int, tuple[Any, ...]]


def broken(graph: Graph, seen: Observed, events: list[Event], expected: Result) -> list[str]:
    """Everything that does not hold."""
    by_node: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_node[event.node].append(event)
    found = out_of_order(seen)
    hidden = private_streams(graph) | uncertain(graph, seen)
    for node in graph.nodes:
        found += lifecycle(node, by_node[node.name], failed=bool(seen.error))
        if not any(port.stream in hidden for port in (*node.inputs, *node.side_inputs)):
            found += input_sets(node, by_node[node.name], expected.nodes[node.name], failed=bool(seen.error))
        found += limiter(node, graph, seen)
        found += stopped(node, seen)
    return found


def out_of_order(seen: Observed) -> list[str]:
    """Packets and bounds of each stream rise, and no packet comes below a bound."""
    last: dict[str, tuple[int, bool]] = {}
    found = []
    for _, stream, time, value in seen.log:
        before = last.get(stream)
        if before is not None and time <= before[0]:
            what = "packet" if value is not None else "bound"
            found.append(f"stream {stream}: {what} at {time} after {'bound' if before[1] else 'packet'} at {before[0]}")
        last[stream] = (time, value is None)
    return found


def lifecycle(node: Node, events: list[Event], *, failed: bool) -> list[str]:
    """Open first and once; close exactly once for an open that succeeded, after everything else; no overlap."""
    running = 0
    opened = closed = False
    over = "end" if failed else "deliver"
    began = False
    for event in events:
        if event.phase == "begin":
            running += 1
            if event.what == "open" and began:
                return [f"node {node.name}: opened twice"]
            began = True
            if event.what == "process" and not opened:
                return [f"node {node.name}: process before open"]
            if event.what == "process" and closed:
                return [f"node {node.name}: process after close"]
            if event.what == "close" and not opened:
                return [f"node {node.name}: closed without open"]
            if event.what == "close" and closed:
                return [f"node {node.name}: closed twice"]
            most = node.max_in_flight if event.what == "process" else 1
            if running > most:
                return [f"node {node.name}: {running} calls at once, {event.what} among them; {most} allowed"]
            closed = closed or event.what == "close"
            continue
        if event.phase == "raise" or event.phase == (over if event.what == "process" else "end"):
            running -= 1
        if event.what == "open" and event.phase == "end":
            opened = True
    if running:
        return [f"node {node.name}: a call never returned"]
    if opened and not closed:
        return [f"node {node.name}: never closed"]
    if not failed and not opened:
        return [f"node {node.name}: never opened"]
    return []


def input_sets(node: Node, events: list[Event], expected: Outcome, *, failed: bool) -> list[str]:
    """Each call got exactly the packets of its time; nothing was lost, doubled or invented."""
    kind = KINDS[node.kind]
    if kind.whole is not None or not node.inputs:
        return []
    got = [(e.time, e.values) for e in events if e.what == "process" and e.phase == "begin"]
    want = [(t, tuple(values)) for t, values in expected.sets]
    policy = node.policy.name if node.policy else "Default"
    if policy in ("Immediate", "SyncSets"):
        return apart(node, got, want, failed=failed)
    plain = [(t, tuple(v[1] if v else None for v in values)) for t, values in got]
    if node.max_in_flight == 1 and (wrong := rising(node, plain)):
        return wrong
    if kind.clock == "begins" or node.kind == "presence" or node.options.get("style") == "bounds":
        plain = [(t, values) for t, values in plain if any(v is not None for v in values)]
    if policy == "FixedSize":
        extra = [s for s in plain if s not in want]
        return [f"node {node.name}: input set {extra[0]} is none of {want}"] if extra else []
    if failed:
        want = want[: len(plain)]
    if node.max_in_flight > 1:
        plain = sorted(plain, key=lambda s: s[0])
        if failed:
            return []
    if plain == want:
        return []
    at = next((i for i, (a, b) in enumerate(zip(want, plain, strict=False)) if a != b), min(len(want), len(plain)))
    return [
        f"node {node.name}, call {at} of process: expected {want[at] if at < len(want) else 'no more'}, "
        f"got {plain[at] if at < len(plain) else 'no more'}"
    ]


def rising(node: Node, sets: list[Set]) -> list[str]:
    """Input times go up."""
    times = [time for time, _ in sets]
    return [] if times == sorted(set(times)) else [f"node {node.name}: input times {times} do not rise"]


def apart(node: Node, got: list[Any], want: list[Set], *, failed: bool) -> list[str]:
    """Group by group, the sets are those of the Default policy."""
    for group in groups(node):
        mine = [
            (max(v[k][0] for k in group if v[k]), tuple(v[k][1] if v[k] else None for k in group))
            for _, v in got
            if any(v[k] for k in group)
        ]
        wanted = [(t, tuple(v[k] for k in group)) for t, v in want if any(v[k] is not None for k in group)]
        if failed:
            wanted = wanted[: len(mine)]
        if mine != wanted:
            return [f"node {node.name}, inputs {group}: expected the sets {wanted}, got {mine}"]
    return []


def limiter(node: Node, graph: Graph, seen: Observed) -> list[str]:
    """What a limiter lets through is some of what came; it says so of each packet; auxiliary streams follow."""
    if node.kind != "limiter" or seen.error:  # After a failure observers may have missed something.
        return []
    packets = seen.packets()
    data, outs = node.streams_at("item"), [p.stream for p in node.outputs if p.port == "out"]
    came, passed = packets.get(data[0], []), packets.get(outs[0], [])
    if any(packet not in came for packet in passed):
        return [f"limiter {node.name}: passed {passed}, of which not all came in {came}"]
    allow = next((p.stream for p in node.outputs if p.port == "allow"), None)
    if allow is None:
        return []
    said = packets.get(allow, [])
    if [time for time, _ in said] != [time for time, _ in came]:
        return [f"limiter {node.name}: says {said} of the packets {came}"]
    if [time for time, yes in said if yes] != [time for time, _ in passed]:
        return [f"limiter {node.name}: says {said}, passed {passed}"]
    for source, out in zip(data[1:], outs[1:], strict=True):
        wanted = [p for p in packets.get(source, []) if state_at(said, p[0])]
        if wanted != packets.get(out, []):
            return [f"limiter {node.name}: with {said}, of {packets.get(source)} came {packets.get(out)}"]
    return []


def stopped(node: Node, seen: Observed) -> list[str]:
    """A source that may have been stopped sent the beginning of its script."""
    if "stoppable" not in node.options:
        return []
    packets = seen.packets()
    for k, port in enumerate(node.outputs):
        script = [(time, value) for batch in node.options["script"] for output, time, value in batch if output == k]
        came = packets.get(port.stream, [])
        if script[: len(came)] != came:
            return [f"source {node.name}: sent {came}, which is no beginning of {script}"]
    return []


def state_at(said: list[tuple[int, bool]], time: int) -> bool:
    """The decision in force at `time`."""
    return ([True] + [yes for t, yes in said if t <= time])[-1]


__all__ = ["UNSTARTED", "broken"]
