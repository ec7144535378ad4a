"""Bugs for the simulation to find: each is patched into the core from outside while a run is going on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from graphflow.packet import Packet
from graphflow.policies import SyncSets, default, immediate, input_sets, mux
from graphflow.policies.barrier import BarrierInputs
from graphflow.policies.early_close import EarlyCloseInputs
from graphflow.policies.fixed_size import FixedSizeInputs
from graphflow.policies.input_sets import CLOSE
from graphflow.runtime import build, calling_driver
from graphflow.runtime.core import Core
from graphflow.runtime.flow import Flow
from graphflow.runtime.throttle import Throttle
from graphflow.testing import seeded_driver
from graphflow.timestamp import DONE

Bug = Callable[[], AbstractContextManager[Any]]
BUGS: dict[str, Bug] = {}


def bug(name: str) -> Callable[[Bug], Bug]:
    """Register a planted bug."""

    def register(plant: Bug) -> Bug:
        BUGS[name] = plant
        return plant

    return register


def around(owner: Any, name: str, wrapper: Callable[..., Any]) -> AbstractContextManager[Any]:
    """Replace a method by `wrapper(original, self, *arguments)`."""
    original = getattr(owner, name)
    return mock.patch.object(owner, name, lambda self, *a, **k: wrapper(original, self, *a, **k))


# --- settling and bounds -----------------------------------------------------------------------------------------


@bug("settled test off by one")
@contextmanager
def settled_off_by_one() -> Iterator[None]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        heads = [q.packets[0].timestamp for q in sets.queues if q.packets]
        if found is None and heads and min(heads) == sets.bound:
            return min(heads), sets._pop(min(heads))
        return found

    with around(default.Synchronized, "take", take), around(default.Pair, "take", take):
        yield


@bug("bound after a call one too high")
def bound_too_high() -> AbstractContextManager[Any]:
    return around(Flow, "promise", lambda original, core, stream, t, d: original(core, stream, t + 1, d))


@bug("bound that a node passes on one too high")
def passed_bound_too_high() -> AbstractContextManager[Any]:
    def look_at(original: Any, core: Any, node: Any) -> None:
        offset, node.offset = node.offset, None if node.offset is None else node.offset + 1
        try:
            original(core, node)
        finally:
            node.offset = offset

    return around(Flow, "look_at", look_at)


@bug("bound not passed on by a waiting node")
def bound_not_passed_on() -> AbstractContextManager[Any]:
    def look_at(original: Any, core: Any, node: Any) -> None:
        offset, node.offset = node.offset, None
        try:
            original(core, node)
        finally:
            node.offset = offset

    return around(Flow, "look_at", look_at)


@bug("bound raised without telling the readers")
def bound_lost() -> AbstractContextManager[Any]:
    def advance(original: Any, core: Any, stream: Any, bound: int) -> None:
        if bound == DONE:
            original(core, stream, bound)
        stream.bound = max(stream.bound, bound)

    return around(Flow, "advance", advance)


@bug("back edge does not carry bounds")
def back_edge_without_bounds() -> AbstractContextManager[Any]:
    def advance(original: Any, core: Any, stream: Any, bound: int) -> None:
        if any(q.node.plan and q.node.plan.inputs[q.index].back_edge for q in stream.queues):
            return
        original(core, stream, bound)

    return around(Flow, "advance", advance)


@bug("offset with the wrong sign")
def wrong_offset() -> AbstractContextManager[Any]:
    original = build._node

    def made(*arguments: Any) -> Any:
        node = original(*arguments)
        node.offset = None if node.offset is None else -node.offset
        return node

    return mock.patch.object(build, "_node", made)


@bug("process_bounds calls twice at one time")
def settled_twice() -> AbstractContextManager[Any]:
    def readiness(original: Any, group: Any) -> Any:
        ready, time = original(group)
        if ready and group.process_bounds and time % 2:
            group.last_processed = time - 1
        return ready, time

    return around(input_sets.SyncSet, "readiness", readiness)


# --- packets -----------------------------------------------------------------------------------------------------


@bug("packet lost in a fan-out")
def lost_in_fan_out() -> AbstractContextManager[Any]:
    def emit(original: Any, core: Any, stream: Any, packets: Any) -> None:
        queues = stream.queues
        if len(queues) > 2 and len(packets) > 1:
            stream.queues = queues[:-1]
        original(core, stream, packets)
        stream.queues = queues

    return around(Flow, "emit_several", emit)


@bug("packet doubled")
def packet_doubled() -> AbstractContextManager[Any]:
    def emit(original: Any, core: Any, stream: Any, packets: Any) -> None:
        original(core, stream, packets)
        for queue in stream.queues:
            if queue.packets and queue.node.plan:
                queue.packets.append(queue.packets[-1])

    return around(Flow, "emit_several", emit)


@bug("parallel results out of order")
def out_of_order() -> AbstractContextManager[Any]:
    def in_order(original: Any, core: Any, deliver: Any) -> Any:
        def finish(node: Any, timestamp: int, result: Any) -> None:
            node.running = type(node.running)(r for r in node.running if r[0] != timestamp)
            deliver(node, timestamp, result)

        return finish

    return around(Flow, "finish_in_order", in_order)


@bug("one invocation too many at once")
def too_many_at_once() -> AbstractContextManager[Any]:
    original = build._node

    def made(*arguments: Any) -> Any:
        node = original(*arguments)
        if node.max_in_flight > 1:
            node.max_in_flight += 1
        return node

    return mock.patch.object(build, "_node", made)


# --- policies ----------------------------------------------------------------------------------------------------


@bug("Immediate mixes timestamps")
def immediate_mixes() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        if found is None or found is CLOSE:
            return found
        inputs = list(found[1])
        for queue in sets.queues:
            if queue.packets and not isinstance(inputs[queue.index], Packet):
                inputs[queue.index] = queue.packets.popleft()
        return found[0], tuple(inputs)

    return around(immediate.ImmediateInputs, "take", take)


@bug("SyncSets synchronises all inputs")
def sync_sets_together() -> AbstractContextManager[Any]:
    return mock.patch.object(SyncSets, "groups", lambda policy, inputs: [list(range(len(inputs)))])


@bug("FixedSize never trims")
def never_trims() -> AbstractContextManager[Any]:
    return around(FixedSizeInputs, "trim", lambda original, sets: None)


@bug("FixedSize drops the newest, input by input")
def drops_newest() -> AbstractContextManager[Any]:
    def trim(original: Any, sets: Any) -> None:
        for queue in sets.queues:
            while len(queue.packets) >= sets._trigger:
                queue.packets.pop()

    return around(FixedSizeInputs, "trim", trim)


@bug("Barrier does not wait for all")
def barrier_does_not_wait() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        if found is None and sum(bool(q.packets) for q in sets.queues) > 1:
            return sets.bound, tuple(q.packets.popleft() if q.packets else None for q in sets.queues)
        return found

    return around(BarrierInputs, "take", take)


@bug("Barrier waits for the end of all")
def barrier_ends_late() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        return None if found is CLOSE and any(q.stream.bound < DONE for q in sets.queues) else found

    return around(BarrierInputs, "take", take)


@bug("EarlyClose closes as Default does")
def early_close_late() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        heads = [q.packets[0].timestamp for q in sets.queues if q.packets]
        if found is CLOSE and heads:
            waits = min((q.stream.bound for q in sets.queues if not q.packets), default=DONE)
            return (min(heads), sets._pop(min(heads))) if waits > min(heads) else None
        return found

    return around(EarlyCloseInputs, "take", take)


@bug("Mux does not wait for the selected input")
def mux_does_not_wait() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        found = original(sets)
        control = sets.queues[-1]
        if found is None and control.packets:
            timestamp = control.packets[0].timestamp
            return timestamp, sets._pop(timestamp)
        return found

    return around(mux.MuxInputs, "take", take)


@bug("batch lost at the end")
def batch_lost() -> AbstractContextManager[Any]:
    def take(original: Any, sets: Any) -> Any:
        if all(not q.packets and q.stream.bound == DONE for q in sets.queues) and not sets._released:
            sets._collected = []
        return original(sets)

    return around(default.Batches, "take", take)


# --- throttling --------------------------------------------------------------------------------------------------


@bug("full queues hold nothing back")
def never_throttles() -> AbstractContextManager[Any]:
    return around(Throttle, "fill", lambda original, throttle, queue: None)


@bug("a source held back once is never let go")
def never_released() -> AbstractContextManager[Any]:
    return around(Core, "_released", lambda original, core, position: None)


# --- lifecycle, side packets, errors -------------------------------------------------------------------------------


@bug("closed twice")
def closed_twice() -> AbstractContextManager[Any]:
    def closed(original: Any, core: Any, node: Any, effects: Any) -> None:
        original(core, node, effects)
        node.opened = True

    return around(Core, "closed", closed)


@bug("never closed after a failure")
def never_closed() -> AbstractContextManager[Any]:
    def close_nodes(core: Any) -> None:
        core.finished = True

    return patch_both("close_nodes", close_nodes)


@bug("opened before its side packets are there")
def opened_early() -> AbstractContextManager[Any]:
    def start(original: Any, core: Any) -> None:
        for node in core.nodes:
            node.awaits.clear()
        original(core)

    return around(Core, "start", start)


@bug("side packet made late is lost")
def side_packet_lost() -> AbstractContextManager[Any]:
    def provide(original: Any, core: Any, name: str, value: Any) -> None:
        core.side_packets[name] = value

    return around(Core, "provide", provide)


@bug("what close sends is lost")
def close_sends_nothing() -> AbstractContextManager[Any]:
    def closed(original: Any, core: Any, node: Any, effects: Any) -> None:
        effects.shards = [None] * len(effects.shards)
        original(core, node, effects)

    return around(Core, "closed", closed)


@bug("error of a source swallowed")
def error_swallowed() -> AbstractContextManager[Any]:
    def failed(original: Any, core: Any, error: BaseException) -> None:
        if "close" not in str(error):
            original(core, error)

    return around(Core, "failed", failed)


def patch_both(name: str, value: Any) -> AbstractContextManager[Any]:
    """Replace a function of all drivers wherever a driver has imported it."""
    from contextlib import ExitStack

    stack = ExitStack()
    for module in (calling_driver, seeded_driver):
        stack.enter_context(mock.patch.object(module, name, value))
    return stack
