"""A node of a run, and the queues of nodes that may run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphflow.runtime.effects import Effects
from graphflow.streams import UNLIMITED, Queue, Stream

if TYPE_CHECKING:
    from graphflow.plan.plan import PlanNode
    from graphflow.policies.input_sets import InputSets

# A node takes no input sets before it is open and after it is closed: its places are all taken, so to say.
SHUT = UNLIMITED

Task = tuple[int, tuple[Any, ...] | None]
"""Timestamp and inputs of one invocation; no inputs at UNSTARTED (open) and DONE (close)."""


class ReadyQueue:
    """What may run on one executor, best first.

    `heap` holds node keys: opening nodes first in node order, then the others, later nodes first. `sources` holds
    ``(layer, progress in time, position)`` and is looked at when `heap` is empty.
    """

    __slots__ = ("heap", "name", "sources")

    def __init__(self, name: str) -> None:
        self.name = name
        self.heap: list[int] = []
        self.sources: list[tuple[int, int, int]] = []


class Node:
    """A node of a run.

    Attributes:
        plan: None for an observer.
        position: Its place in the plan: the higher, the sooner it runs.
        queues, streams: Inputs and outputs in plan order.
        sets: Forms the input sets.
        offset: Timestamp offset; None promises nothing.
        direct: The queue of a node with one input, Default policy and no parallel invocations, which a packet for the
            idle node need not enter; otherwise None.
        call: ``call(timestamp, inputs)`` runs the calculator and returns what `finish` takes.
        finish: ``finish(node, timestamp, result)``: the core's way to deliver this node's kind of result.
        open_call, close_call: Run `open` and `close`.
        in_flight: Invocations scheduled or running.
        running: For parallel nodes: ``[timestamp, result]`` of unfinished invocations in input order.
        awaits: Names of side packets without which it cannot be opened.
        parked: A source that would run but for a full queue.
        held: The newest turn of a live source that is held back.
        opened: `open` succeeded, so that `close` is due.
        counts: See `graphflow.runtime.invocation.Compiled`; None for a node that skips no input set.
    """

    __slots__ = (
        "awaits",
        "call",
        "close_call",
        "closed",
        "closing",
        "counts",
        "direct",
        "finish",
        "heap",
        "held",
        "in_flight",
        "is_source",
        "key",
        "layer",
        "live",
        "max_in_flight",
        "name",
        "offset",
        "open_call",
        "opened",
        "parked",
        "plan",
        "position",
        "queues",
        "ready",
        "running",
        "sets",
        "stream",
        "streams",
        "tasks",
    )

    call: Callable[[int, Any], Any]
    finish: Callable[[Node, int, Any], None]
    open_call: Callable[[], Effects]
    close_call: Callable[[], Effects]

    def __init__(self, name: str, position: int, ready: ReadyQueue, plan: PlanNode | None = None) -> None:
        self.name = name
        self.position = position
        self.plan = plan
        self.ready = ready
        self.heap = ready.heap
        self.key = -position
        self.queues: tuple[Queue, ...] = ()
        self.streams: tuple[Stream, ...] = ()
        self.stream: Stream | None = None
        self.sets: InputSets | None = None
        self.offset: int | None = None
        self.direct: Queue | None = None
        self.in_flight = SHUT
        self.max_in_flight = 1
        self.running: deque[list[Any]] = deque()
        self.tasks: deque[Task] = deque()
        self.awaits: set[str] = set()
        self.is_source = False
        self.live = False
        self.held: Effects | None = None
        self.layer = 0
        self.parked = False
        self.opened = False
        self.closing = False
        self.closed = False
        self.counts: Callable[[], tuple[int, ...]] | None = None

    @property
    def in_call(self) -> bool:
        """Whether its user code is being called, as seen from any thread once the run has begun.

        Nobody notes it down: a place is taken, and no task for it waits.
        """
        if self.opened or self.closing:
            return not self.closed and not self.parked and self.in_flight > len(self.tasks)
        return not self.closed and not self.tasks and not self.awaits and self.in_flight > 0
