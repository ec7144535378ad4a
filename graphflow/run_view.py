"""What a run tells of itself: errors, counters, side packets, streams, what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import SidePacketError, UnknownName
from graphflow.plan.plan import GraphPlan
from graphflow.plan.stream_names import positions
from graphflow.runtime.build import RunParts
from graphflow.runtime.silence import Skipped, skipped_calls, stuck_limiters, why_silent
from graphflow.runtime.stall import explain, in_call


class RunView:
    """The half of `GraphRun` that only looks: it changes nothing, and may be asked from any thread."""

    def __init__(self, plan: GraphPlan, parts: RunParts) -> None:
        self._plan = plan
        self._parts = parts
        self._core = parts.core
        self._positions = positions(plan)
        self._sources = [node for node in parts.core.nodes if node.is_source]

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """What has gone wrong so far, in order."""
        return tuple(self._core.errors)

    @property
    def graph_status(self) -> BaseException | None:
        """What has gone wrong first, incomplete input included; None if nothing has. As `Context.graph_status`."""
        return self._core.status

    @property
    def counters(self) -> Mapping[str, int]:
        """Counts of nodes, as ``node/name``, and of packets that were not processed, by node and reason.

        * ``node/dropped_by_policy``: its input policy dropped it (FixedSize, Mux), or closed the node early;
        * ``node/dropped_after_close``: it came when the node had closed already;
        * ``node/dropped_at_end``: it still waited when the run ended, after a failure or for a packet that never came;
        * ``node/dropped``: a live source replaced it by a newer one while it was held back;
        * ``node/skipped``: input sets for which `process` was not called, because a required input was absent.

        ``graph/queues_grown`` counts how often a full queue took one more packet, because everything would have stood
        still otherwise.
        """
        counters = dict(self._core.flow.counters)
        for node in self._core.nodes:
            if node.sets is not None and node.sets.dropped and node.plan is not None:
                counters[f"{node.name}/dropped_by_policy"] = node.sets.dropped
        for skipped in self.skipped():
            counters[f"{skipped.plan.name}/skipped"] = skipped.skipped
        if self._core.throttle.grown:
            counters["graph/queues_grown"] = self._core.throttle.grown
        return counters

    def side_packet(self, name: str) -> Any:
        """The value of a side packet, as soon as it is known.

        Raises:
            UnknownName: The graph has no such side packet.
            SidePacketError: Its node has not produced it.
        """
        if name in self._core.side_packets:
            return self._core.side_packets[name]
        if name not in self._plan.side_packets:
            near = did_you_mean(name, self._plan.side_packets)
            raise UnknownName(f"the graph has no side packet '{name}'" + (f"; did you mean '{near}'?" if near else ""))
        raise SidePacketError(f"side packet '{name}' has not been produced")

    @property
    def in_call(self) -> list[str]:
        """The nodes and observers that are being called at this moment; may be asked from any thread.

        Sources are told only if nothing else is being called: one that waits for its device always is.
        """
        return [node.name for node in in_call(self._core)]

    def skipped(self) -> list[Skipped]:
        """The nodes whose `process` was not called for some input sets, because a required input was absent."""
        return list(skipped_calls(self._core.nodes))

    def explain(self) -> str:
        """A line for each waiting node: what it waits for, and its place in the graph file.

        After the end of a run: why an output carried nothing.
        """
        if self._core.finished and not self._core.errors:
            return "\n".join(why_silent(self._plan, self._core, self._parts.streams))
        paused = ["the run is paused"] if self._core.paused else []
        return "\n".join(filter(None, [*paused, *stuck_limiters(self._core), explain(self._core)]))

    @property
    def streams(self) -> tuple[str, ...]:
        """The names of all streams; those of a subgraph are ``node/stream``."""
        return tuple(stream.name for stream in self._parts.streams)

    def bound(self, stream: str) -> int:
        """The lowest timestamp that may still come on a stream; DONE once it is closed.

        Raises:
            UnknownName: There is no such stream.
        """
        return self._parts.streams[self._position(stream)].bound

    @property
    def live(self) -> bool:
        """Whether every source is open and live, so that it ends only when somebody ends it."""
        return bool(self._sources) and all(node.live and (node.opened or node.closed) for node in self._sources)

    @property
    def finished(self) -> bool:
        """Whether the run is over."""
        return self._core.finished

    def _position(self, stream: str) -> int:
        position = self._positions.get(stream)
        if position is None:
            near = did_you_mean(stream, self._positions)
            raise UnknownName(f"there is no stream '{stream}'" + (f"; did you mean '{near}'?" if near else ""))
        return position
