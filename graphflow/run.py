"""GraphRun: one execution of a graph, from `Graph.start` to the end of the ``with`` block."""

from __future__ import annotations

import inspect
import threading
import warnings
from collections.abc import Callable, Mapping, Sized
from types import TracebackType
from typing import Any, Self

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import (
    Cancelled,
    PayloadTypeError,
    RunStateError,
    SidePacketError,
    StallError,
    Throttled,
    UnknownName,
)
from graphflow.numpy_scalars import fitting
from graphflow.packet import Packet
from graphflow.plan.plan import GraphPlan
from graphflow.plan.types import shown
from graphflow.runtime import process
from graphflow.runtime.build import Observer, RunParts, add_observer
from graphflow.runtime.ownership import unshared
from graphflow.runtime.scheduler import Driver
from graphflow.runtime.silence import Skipped, skipped_calls, tell_silence, why_silent
from graphflow.runtime.stall import explain, in_call
from graphflow.runtime.streams import Stream
from graphflow.runtime.throttle import Room
from graphflow.stream_reader import StreamReader
from graphflow.timestamp import as_timestamp

_WAITING_FUNCTIONS = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)


class GraphRun:
    """A running graph. Use it as a context manager.

    Without threads the nodes run inside the calls of this class: `send`, `set_bound` and the closes run whatever they
    make ready, except sources; iterating, the waits and the end of the ``with`` block also resume sources.

    Leaving the block closes the graph inputs, lets everything finish, closes every node and raises what went wrong;
    leaving it with an exception cancels. Afterwards nothing of the run is alive.

    Once something has failed, the next call raises it. `errors` tells without raising.
    """

    def __init__(self, plan: GraphPlan, driver: Driver, parts: RunParts) -> None:
        self._plan = plan
        self._driver = driver
        self._parts = parts
        self._copies = driver.has_executors
        self._core = parts.core
        entries = {
            position: (-1 - index, parts.streams[position], parts.checks[position])
            for index, position in enumerate(plan.inputs)
        }
        self._inputs: dict[str, tuple[int, Stream, Any]] = {
            plan.streams[position].name: entry for position, entry in entries.items()
        }
        # A port of the file may have another name than the stream inside: both will do.
        self._inputs |= {alias: entries[at] for alias, at in plan.aliases.items() if at in entries}
        self._sources = [node for node in parts.core.nodes if node.is_source]
        self._streams = {stream.name: i for i, stream in enumerate(plan.streams)} | plan.aliases
        self._begun = False
        self._beginning = threading.Lock()
        self._closed = False
        self._told = 0
        self._readers: list[StreamReader] = []
        driver.bind(parts.core)

    # --- watching ----------------------------------------------------------------------------------------------

    def observe(self, stream: str, callback: Callable[[Packet[Any]], object], *, bounds: bool = False) -> None:
        """Call `callback` with every packet of any stream, in order, never two at a time.

        Args:
            stream: Name of a stream; those of a subgraph are ``node/stream``.
            callback: What it raises ends the run.
            bounds: Also call it with ``Packet(None, t)`` when the stream settles up to t without a packet.

        Raises:
            UnknownName: There is no such stream.
            RunStateError: The run has begun, so that packets may have been missed.
        """
        if not callable(callback):
            raise TypeError(f"a callback is a function that takes a packet, not {callback!r}")
        if any(waits(one) for one in (callback, type(callback).__call__) for waits in _WAITING_FUNCTIONS):
            raise TypeError(
                f"the callback {callback!r} is async or has a yield, and nobody awaits it: write 'def', and in it, for "
                "example, asyncio.run_coroutine_threadsafe(handle(packet), loop)"
            )
        self._observe(Observer(self._position(stream), callback, bounds))

    def stream(
        self, stream: str, *, timeout: float | None = None, bounds: bool = False, max_queue_size: int | None = None
    ) -> StreamReader:
        """An iterator over the packets of any stream, which ends when the stream is closed.

        Args:
            stream: Name of a stream.
            timeout: Seconds that one step may take before it raises `TimeoutError`.
            bounds: As for `observe`.
            max_queue_size: Packets that may wait to be read before sources and graph inputs are throttled. Without it,
                as in MediaPipe, there is no limit, and whatever nobody reads is kept; a warning tells so once.

        Raises:
            UnknownName: There is no such stream.
            RunStateError: The run has begun.
        """
        if max_queue_size is not None and max_queue_size < 1:
            raise ValueError(f"max_queue_size must be at least 1, not {max_queue_size}")
        reader = StreamReader(self, stream, timeout, on_demand=max_queue_size is not None)
        observer = Observer(self._position(stream), reader.receive, bounds, max_queue_size)
        reader.attach(self._observe(observer))
        self._readers.append(reader)
        return reader

    def _observe(self, observer: Observer) -> Any:
        if self._begun:
            raise RunStateError(
                "the run has begun and packets may have been missed: observe before the first send or wait, "
                "or write graph.start(observe={stream: callback})"
            )
        return add_observer(self._plan, self._parts, observer, self._driver.observer_queue)

    def _position(self, stream: str) -> int:
        position = self._streams.get(stream)
        if position is None:
            near = did_you_mean(stream, self._streams)
            raise UnknownName(f"there is no stream '{stream}'" + (f"; did you mean '{near}'?" if near else ""))
        return position

    # --- feeding -----------------------------------------------------------------------------------------------

    def send(
        self, stream: str, value: Any, timestamp: int | None = None, *, block: bool = True, owned: bool = False
    ) -> None:
        """Send a payload, or a `Packet`, into a graph input.

        What was sent belongs to the run: it is shared by its readers and may still be looked at when `send` has
        returned. So with threads a NumPy array that can be written to is copied (0.1 ms for 1280 x 720 pixels), and the
        program may use its buffer again; any other payload, and every one without threads, has to be left alone as
        long as a node may need it.

        Args:
            stream: Name of a graph input.
            value: The payload; or a packet, whose own timestamp counts unless `timestamp` is given.
            timestamp: Microseconds; greater than that of the packet before.
            block: Wait while the input is throttled; otherwise raise `Throttled`.
            owned: The program does not write into the array any more, so that it need not be copied.

        Raises:
            TimestampError: The timestamp is not above those before. The run goes on.
            PayloadTypeError: The payload is not what the readers of the stream take. The run goes on.
            Throttled: The input is throttled and `block` is false.
        """
        if not self._begun:
            self._begin()
        core = self._core
        if core.errors or self._closed:
            self._refuse()
        entry = self._inputs.get(stream)
        slot, target, check = entry if entry is not None else self._input(stream)
        if value.__class__ is Packet:
            packet = value if timestamp is None else value.at(timestamp)
        elif timestamp is None:
            raise TypeError("send() needs a timestamp, or a Packet that has one")
        else:
            packet = Packet(value, timestamp)
        if packet.value is None:
            raise PayloadTypeError("None is not a payload; use set_bound to say that nothing comes")
        if packet.timestamp.__class__ is not int:
            packet = packet.at(as_timestamp(packet.timestamp))
        if check is not None and not isinstance(packet.value, check):
            packet = self._fitting(stream, slot, packet, check)
        if self._copies and not owned:
            packet = unshared(packet)
        if core.throttle.counts[slot]:
            self._make_room(slot, block)
        self._driver.perform(core.send, target, packet)

    def set_bound(self, stream: str, bound: int) -> None:
        """Promise that no packet below `bound` will be sent into a graph input.

        Raises:
            TimestampError: The bound is lower than what was promised already. The run goes on.
        """
        self._prepare()
        self._driver.perform(self._core.set_bound, self._input(stream)[1], as_timestamp(bound))

    def close_input(self, stream: str) -> None:
        """End a graph input. Closing twice is harmless."""
        self._prepare()
        self._driver.perform(self._core.close_input, self._input(stream)[1])

    def close_inputs(self) -> None:
        """End every graph input."""
        self._prepare()
        for stream in self._core.inputs:
            self._driver.perform(self._core.close_input, stream)

    def stop_sources(self) -> None:
        """End every graph input and every source; what is under way is still processed. Safe in a signal handler."""
        self._prepare()
        self._driver.interrupt(self._core.stop_sources)
        self.close_inputs()

    def _input(self, stream: str) -> tuple[int, Stream, Any]:
        try:
            return self._inputs[stream]
        except KeyError:
            known = ", ".join(f"'{name}'" for name in self._inputs) or "none"
            raise UnknownName(f"there is no graph input '{stream}'; the graph has: {known}") from None

    def _fitting(self, stream: str, slot: int, packet: Packet[Any], check: Any) -> Packet[Any]:
        """A NumPy number where one of Python's is meant is that one; everything else is refused."""
        value = fitting(packet.value, check)
        if not isinstance(value, check):
            wanted = shown(self._plan.streams[self._plan.inputs[-1 - slot]].type)
            raise PayloadTypeError(f"graph input '{stream}' takes {wanted}, not {type(value).__name__}")
        return Packet(value, packet.timestamp)

    def _make_room(self, slot: int, block: bool) -> None:
        counts = self._core.throttle.counts
        if not block:
            name = self._plan.streams[self._plan.inputs[-1 - slot]].name
            raise Throttled(f"graph input '{name}' is throttled: a queue downstream of it is full")
        made = not self._driver.drives_here and self._driver.wait(
            lambda: not counts[slot] or bool(self._core.errors), until=Room(counts, slot)
        )
        if self._core.errors:
            self._refuse()
        elif not made:
            # Only this very thread could: as a reader, or when the callback that it is in returns.
            self._core.throttle.grown += 1

    # --- waiting -----------------------------------------------------------------------------------------------

    def wait_until_idle(self, timeout: float | None = None) -> None:
        """Run, or wait, until nothing is running and nothing can run.

        Raises:
            TimeoutError: It took longer than `timeout` seconds.
        """
        self._prepare()
        if not self._driver.wait(self._driver.idle, timeout=timeout) and timeout is not None:
            raise TimeoutError(f"the graph was not idle after {timeout} s")
        self._raise_errors()

    def wait_until_done(self, timeout: float | None = None) -> None:
        """Run, or wait, until the graph has finished; then close what is open and raise what went wrong.

        Raises:
            StallError: It can never finish: graph inputs are open and nobody is left to close them.
            TimeoutError: It took longer than `timeout` seconds.
        """
        self._prepare()
        if not self._driver.wait(lambda: self._core.finished, timeout=timeout):
            if timeout is not None:
                raise TimeoutError(f"the graph had not finished after {timeout} s:\n{self.explain()}")
            raise StallError(
                "the graph cannot finish; call close_inputs() when everything is sent "
                f"(a thread that Python does not know is waited for with a timeout only):\n{self.explain()}"
            )
        self._finish()
        self._raise_errors()

    def pause(self) -> None:
        """Start no further node until `resume`. Sending goes on. A run that is ending cannot be paused."""
        self._driver.paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        self._driver.paused = False
        if self._begun and not self._closed:
            self._driver.run(sources=False)

    def cancel(self) -> None:
        """End the run as soon as the nodes that are running return. Safe in a signal handler."""
        self._driver.cancel()

    def leave(self) -> bool:
        """Close the nodes, except for those that are in a call, which is not waited for. Then only end the program.

        Safe on any thread: it is for a program whose run does not end although it was cancelled.

        Returns:
            False if the run is closing its nodes already, so that its end can be waited for.
        """
        return self._driver.leave()

    # --- asking ------------------------------------------------------------------------------------------------

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
        """What nodes have counted, as ``node/name``, and the packets that were not processed, by node and reason.

        * ``node/dropped_by_policy``: its input policy dropped it (FixedSize, Mux), or closed the node early;
        * ``node/dropped_after_close``: it came when the node had closed already;
        * ``node/dropped_at_end``: it still waited when the run ended, at a failure or for what never came;
        * ``node/dropped``: a live source replaced it by a newer one while it was held back;
        * ``node/skipped``: input sets for which `process` was not called, because a required input was absent.

        ``graph/queues_grown`` counts how often a full queue took one more packet, because everything would have stood
        still otherwise.
        """
        counters = dict(self._core.counters)
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
            raise UnknownName(f"the graph has no side packet '{name}'")
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
        """What every waiting node waits for, a line each, with its place in the graph file.

        After a run that has come to its end: why an output carried nothing.
        """
        if self._core.finished and not self._core.errors:
            return "\n".join(why_silent(self._plan, self._core.nodes, self._parts.streams))
        paused = "the run is paused\n" if self._driver.paused else ""
        return paused + explain(self._core)

    @property
    def live(self) -> bool:
        """Whether every source is open and live, so that it ends only when somebody ends it."""
        return bool(self._sources) and all(node.live and (node.opened or node.closed) for node in self._sources)

    @property
    def finished(self) -> bool:
        """Whether the run is over."""
        return self._core.finished

    # --- for readers -------------------------------------------------------------------------------------------

    def read(self, node: Any, buffer: Sized, *, on_demand: bool, timeout: float | None) -> None:
        """Run until a reader's buffer has something, or its stream has ended; what `StreamReader` calls."""
        if not self._begun:
            self._begin()
        core, driver = self._core, self._driver
        if on_demand and not node.closed and not self._closed:
            driver.perform(core.admit, node)

        def arrived_or_over() -> bool:
            if buffer or node.closed or self._closed or core.errors:
                return True
            # The graph may have finished before everything has been read.
            return core.finished and not node.in_flight and not node.queues[0].packets

        if not driver.wait(arrived_or_over, until=buffer, timeout=timeout):
            if timeout is not None:
                raise TimeoutError(f"no packet within {timeout} s:\n{self.explain()}")
            raise StallError(f"no packet can come any more:\n{self.explain()}")
        if not buffer and core.errors:
            self._refuse()

    def admit(self, node: Any) -> None:
        """Let a reader's node run without being asked."""
        if self._begun and not self._closed and not node.closed:
            self._driver.perform(self._core.admit, node)

    # --- beginning and end -------------------------------------------------------------------------------------

    def __del__(self) -> None:
        if getattr(self, "_begun", False) and not self._closed:
            message = f"a run of {self._plan.file} was never closed: write 'with graph.start() as run:'"
            warnings.warn(message, ResourceWarning, stacklevel=1, source=self)
            self._driver.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._closed:
            return
        if error is not None:
            if not self._core.errors:
                self.cancel()
            self._finish()
            self._raise_with(error)
            return
        try:
            if not self._core.cancelling and not self._core.errors:
                self._driver.paused = False
                for reader in self._readers:
                    reader.read_ahead()
                self.close_inputs()
                self._driver.wait(lambda: self._core.finished)
        finally:
            self._finish()
        if self._core.cancelling and all(isinstance(item, Cancelled) for item in self._core.errors):
            return
        # What was raised and dealt with inside the block is not raised again.
        self._raise_errors(self._told)

    def _begin(self) -> None:
        # Another thread may make its first call at the same time: it must find the run started, or start it.
        with self._beginning:
            if not self._begun:
                self._driver.start()
                self._begun = True
                process.begun(self._driver)
        self._driver.go()

    def _prepare(self) -> None:
        if not self._begun:
            self._begin()
        if self._core.errors or self._closed:
            self._refuse()

    def _refuse(self) -> None:
        if self._core.errors and not self._driver.drives_here:
            self._raise_errors()
        if self._closed:
            raise RunStateError("the run is over; start the graph again")

    def _finish(self) -> None:
        if not self._closed:
            self._closed = True
            self._driver.close()
            process.over(self._driver)
            tell_silence(self._plan, self._core, self._parts.streams)

    def _raise_with(self, error: BaseException) -> None:
        """What closing raised must not get lost because the block was left by an error already.

        An error of the run is raised together with it, as at the end of the block; the program's own stays what it is.
        """
        errors = [one for one in self._core.errors[self._told :] if one is not error and not isinstance(one, Cancelled)]
        if errors and isinstance(error, Exception) and any(error is one for one in self._core.errors):
            errors.insert(0, error)
            raise BaseExceptionGroup(f"the run failed in {len(errors)} places", errors) from None
        for one in errors:
            places = "".join(f"\n  {note}" for note in getattr(one, "__notes__", ()))
            error.add_note(f"the run failed as well: {type(one).__name__}: {one}{places}")

    def _raise_errors(self, since: int = 0) -> None:
        errors = self._core.errors[since:]
        if not errors:
            return
        self._told = len(self._core.errors)
        if len(errors) == 1:
            raise errors[0]
        raise BaseExceptionGroup(f"the run failed in {len(errors)} places", errors)
