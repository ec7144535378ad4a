"""FlowLimiter: frames are dropped at the entrance of a graph that cannot keep up."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import Any, Generic, TypeVar

from graphflow import Bound, Calculator, Context, Immediate, Many, Option, Outputs, Packet, Timestamp, next_allowed

T = TypeVar("T")


class Limited(Outputs, Generic[T]):
    """The outputs of FlowLimiter.

    Args:
        out: The frames that may be worked on, and the auxiliary packets that belong to them.
        allow: For each frame whether it went on (true) or was dropped (false).
    """

    out: Many[Packet[T] | None]
    allow: Packet[bool] | None = None


class FlowLimiter(Calculator):
    """Let at most a few frames into the graph at a time, and drop frames that come meanwhile.

    The first stream of `item` has the frames. A frame is in flight until `finished` has settled its time; connect the
    graph's last stream there, as a back edge. Further streams of `item` follow the decision on the latest frame at or
    before their time. Dropped packets are in the counters ``dropped`` (frames) and ``dropped_auxiliary``.

    Args:
        item: Frames, then any number of auxiliary streams.
        finished: A packet or bound at t retires all frames up to t.
        max_in_flight: Replaces the option of that name.
    """

    max_in_flight: int = Option(default=1, ge=0, doc="How many frames may be worked on at a time.")
    max_in_queue: int = Option(default=0, ge=0, doc="How many frames may wait; older ones are dropped.")
    in_flight_timeout: int = Option(
        default=0, ge=0, doc="Microseconds before the newest frame at which a frame in flight is given up; 0: never."
    )

    input_policy = Immediate()
    drops = True
    counter_kinds = {"dropped_auxiliary": "dropped"}

    stateful = False  # of a file nothing is dropped: it waits

    def open(self, ctx: Context, max_in_flight: int | None = None) -> None:
        self._max_in_flight = self.max_in_flight if max_in_flight is None else max_in_flight
        self._queues: list[deque[Packet[Any]]] = [deque() for _ in range(ctx.connected("item"))]
        self._promised: list[int] = [Timestamp.UNSET] * len(self._queues)
        self._in_flight: deque[int] = deque()
        self._allow = ctx.connected("allow") > 0
        # The decision at _decided_at[i] holds until _decided_at[i + 1]; for the auxiliary streams.
        self._decided_at: list[int] = [Timestamp.UNSET]
        self._decisions = [True]

    def process(self, item: Many[Packet[T] | Bound], finished: Bound, ctx: Context) -> Limited[T] | None:
        """Retire, release and drop frames; all is sent through the context, each packet at its own time."""
        for queue, arrived in zip(self._queues, item, strict=True):
            if isinstance(arrived, Packet):
                queue.append(arrived)
        self._retire(item[0].timestamp, finished.timestamp, ctx.timestamp)
        self._decide(ctx)
        frames = self._promise(ctx, 0, item[0])
        if self._allow and not self._queues[0]:
            _advance(ctx, "allow", next_allowed(item[0].timestamp))
        if len(item) > 1:
            for index in range(1, len(item)):
                self._follow(ctx, index, frames)
            self._forget(min(frames, *(self._promise(ctx, index, item[index]) for index in range(1, len(item)))))
        return None

    def _retire(self, latest: int, finished: int, now: int) -> None:
        """Take frames that are done, or too old, out of flight."""
        if finished == now:
            while self._in_flight and self._in_flight[0] <= now:
                self._in_flight.popleft()
        if self.in_flight_timeout and latest == now < Timestamp.MAX:
            while self._in_flight and now - self._in_flight[0] > self.in_flight_timeout:
                self._in_flight.popleft()

    def _decide(self, ctx: Context) -> None:
        """Release waiting frames while there is room, then drop the oldest of those that may not wait."""
        queue = self._queues[0]
        while queue and len(self._in_flight) < self._max_in_flight:
            frame = queue.popleft()
            ctx.send("out", frame)
            self._promised[0] = frame.timestamp + 1  # as every packet does
            self._record(ctx, frame.timestamp, True)
            self._in_flight.append(frame.timestamp)
        while len(queue) > self.max_in_queue:
            self._record(ctx, queue.popleft().timestamp, False)
            ctx.count("dropped")

    def _record(self, ctx: Context, time: int, allowed: bool) -> None:
        if self._allow:
            ctx.send("allow", allowed, time)
        if len(self._queues) > 1:
            self._decided_at.append(time)
            self._decisions.append(allowed)

    def _follow(self, ctx: Context, index: int, frames: int) -> None:
        """Send or drop the auxiliary packets of times at which nothing more will be decided."""
        queue = self._queues[index]
        while queue and queue[0].timestamp < frames:
            packet = queue.popleft()
            if self._decisions[bisect_right(self._decided_at, packet.timestamp) - 1]:
                ctx.send("out", packet, index=index)
            else:
                ctx.count("dropped_auxiliary")

    def _promise(self, ctx: Context, index: int, arrived: Packet[Any] | Bound) -> int:
        """Nothing comes on an output before what waits for it, or before its input's bound. Returns that bound."""
        queue = self._queues[index]
        bound = queue[0].timestamp if queue else next_allowed(arrived.timestamp)
        if bound > self._promised[index]:
            self._promised[index] = bound
            _advance(ctx, "out", bound, index)
        return bound

    def _forget(self, bound: int) -> None:
        """Drop the decisions that no packet can ask for any more."""
        first = bisect_right(self._decided_at, bound) - 1
        del self._decided_at[:first], self._decisions[:first]


def _advance(ctx: Context, port: str, bound: int, index: int = 0) -> None:
    if bound > Timestamp.MAX:
        ctx.close(port, index)
    else:
        ctx.set_bound(port, bound, index)
