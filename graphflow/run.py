"""GraphRun: one execution of a graph, from `Graph.start` to the end of the ``with`` block."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sized
from types import TracebackType
from typing import Any, Self, overload

from graphflow.errors import (
    Cancelled,
    PayloadTypeError,
    RunStateError,
    StallError,
    Throttled,
)
from graphflow.graph_inputs import GraphInputs
from graphflow.packet import Packet
from graphflow.plan.plan import GraphPlan
from graphflow.run_errors import RunErrors
from graphflow.run_view import RunView
from graphflow.runtime import process
from graphflow.runtime.build import Observer, RunParts, add_observer
from graphflow.runtime.driver import Driver, cancel, leave
from graphflow.runtime.node import Node
from graphflow.runtime.ownership import unshared
from graphflow.runtime.silence import tell_silence
from graphflow.runtime.throttle import Room
from graphflow.stream_reader import StreamReader
from graphflow.timestamp import Bound, as_timestamp


class GraphRun(RunView):
    """A running graph. Use it as a context manager.

    Without threads the nodes run inside the calls of this class. `send`, `set_bound` and the closes run the nodes that
    they make ready, except sources. Iterating, the waits and the end of the ``with`` block run sources too.

    Leaving the block closes the graph inputs, lets everything finish, closes every node and raises what went wrong;
    leaving it with an exception cancels. Afterwards nothing of the run is alive.

    Once something has failed, the next call raises it. `errors` tells without raising.
    """

    def __init__(self, plan: GraphPlan, driver: Driver, parts: RunParts) -> None:
        super().__init__(plan, parts)
        self._driver = driver
        self._copies = driver.has_executors
        self._inputs = GraphInputs(plan, parts)
        self._errors = RunErrors(parts.core.errors)
        self._begun = False
        self._beginning = threading.Lock()
        self._closed = False
        self._readers: list[StreamReader[Any]] = []
        driver.bind(parts.core)

    # --- watching ----------------------------------------------------------------------------------------------

    @overload
    def observe(self, stream: str, callback: Callable[[Packet[Any]], object]) -> None: ...
    @overload
    def observe(self, stream: str, callback: Callable[[Packet[Any] | Bound], object], *, bounds: bool) -> None: ...
    def observe(self, stream: str, callback: Callable[[Any], object], *, bounds: bool = False) -> None:
        """Call `callback` with every packet of any stream, in order, never two at a time.

        Args:
            stream: Name of a stream; those of a subgraph are ``node/stream``.
            callback: Called with each packet. Its exception ends the run.
            bounds: Also call it with the stream's `Bound` when that settles times without a packet. Packets and bounds
                both have a `timestamp`: a bound's is the latest time that is settled.

        Raises:
            UnknownName: There is no such stream.
            RunStateError: The run has begun, so that packets may have been missed.
        """
        self._observe(Observer(self._position(stream), callback, bounds))

    @overload
    def stream(
        self, stream: str, *, timeout: float | None = None, max_queue_size: int | None = None
    ) -> StreamReader[Packet[Any]]: ...
    @overload
    def stream(
        self, stream: str, *, timeout: float | None = None, bounds: bool, max_queue_size: int | None = None
    ) -> StreamReader[Packet[Any] | Bound]: ...
    def stream(
        self, stream: str, *, timeout: float | None = None, bounds: bool = False, max_queue_size: int | None = None
    ) -> StreamReader[Any]:
        """An iterator over the packets of any stream, which ends when the stream is closed.

        Args:
            stream: Name of a stream.
            timeout: Seconds that one step may take before it raises `TimeoutError`.
            bounds: As for `observe`.
            max_queue_size: Packets that may wait to be read before sources and graph inputs are throttled. Without it
                there is no limit, as in MediaPipe: unread packets are kept, and one warning says so.

        Raises:
            UnknownName: There is no such stream.
            RunStateError: The run has begun.
        """
        if max_queue_size is not None and max_queue_size < 1:
            raise ValueError(f"max_queue_size must be at least 1, not {max_queue_size}")
        reader: StreamReader[Any] = StreamReader(self, stream, timeout, on_demand=max_queue_size is not None)
        observer = Observer(self._position(stream), reader.receive, bounds, max_queue_size, reader.unread)
        reader.attach(self._observe(observer))
        self._readers.append(reader)
        return reader

    def _observe(self, observer: Observer) -> Node:
        if self._begun:
            raise RunStateError(
                "the run has begun and packets may have been missed: observe before the first send or wait, "
                "or write graph.start(observe={stream: callback})"
            )
        return add_observer(self._plan, self._parts, observer)

    # --- feeding -----------------------------------------------------------------------------------------------

    def send(
        self, stream: str, value: Any, timestamp: int | None = None, *, block: bool = True, owned: bool = False
    ) -> None:
        """Send a payload, or a `Packet`, into a graph input.

        A payload belongs to the run once it is sent. Its readers share it and may still look at it when `send` has
        returned. With threads a writable NumPy array is copied (0.1 ms for 1280 x 720 pixels), so the program may use
        its buffer again. Do not change any other payload, or any payload without threads, while a node may need it.

        Args:
            stream: Name of a graph input.
            value: The payload; or a packet, whose own timestamp counts unless `timestamp` is given.
            timestamp: Microseconds; greater than that of the packet before.
            block: Wait while the input is throttled; otherwise raise `Throttled`.
            owned: The program will not write into the array again, so it need not be copied.

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
        slot, target, check = self._inputs[stream]
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
            packet = self._inputs.fit(stream, packet)
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
        self._driver.perform(self._core.set_bound, self._inputs[stream][1], as_timestamp(bound))

    def close_input(self, stream: str) -> None:
        """End a graph input. Closing twice is harmless."""
        self._prepare()
        self._driver.perform(self._core.close_input, self._inputs[stream][1])

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
            self._core.throttle.count_growth()

    # --- waiting -----------------------------------------------------------------------------------------------

    def wait_until_idle(self, timeout: float | None = None) -> None:
        """Run, or wait, until nothing is running and nothing can run.

        Raises:
            TimeoutError: It took longer than `timeout` seconds.
        """
        self._prepare()
        if not self._driver.wait(self._driver.idle, timeout=timeout) and timeout is not None:
            raise TimeoutError(f"the graph was not idle after {timeout} s")
        self._errors.raise_all()

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
        self._errors.raise_all()

    def pause(self) -> None:
        """Start no further node until `resume`. Sending goes on. A run that is ending cannot be paused."""
        self._core.paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        self._core.paused = False
        if self._begun and not self._closed:
            self._driver.run(sources=False)

    def cancel(self) -> None:
        """End the run as soon as the nodes that are running return. Safe in a signal handler."""
        cancel(self._driver)

    def leave(self) -> bool:
        """Close all nodes that are not being called, and wait for none that is. Afterwards only end the program.

        Safe on any thread. It is for a program whose run does not end after `cancel`.

        Returns:
            False if the run is closing its nodes already, so that its end can be waited for.
        """
        return leave(self._core)

    # --- for readers -------------------------------------------------------------------------------------------

    def read(self, node: Node, buffer: Sized, *, on_demand: bool, timeout: float | None) -> None:
        """Run until a reader's buffer has something, or its stream has ended; what `StreamReader` calls."""
        if not self._begun:
            self._begin()
        core = self._core
        if on_demand:
            self.admit(node)
        if not self._driver.wait(
            lambda: bool(buffer) or self._closed or core.drained(node), until=buffer, timeout=timeout
        ):
            if timeout is not None:
                raise TimeoutError(f"no packet within {timeout} s:\n{self.explain()}")
            raise StallError(f"no packet can come any more:\n{self.explain()}")
        if not buffer and core.errors:
            self._refuse()

    def admit(self, node: Node) -> None:
        """Let a reader's node take a packet."""
        if self._begun and not self._closed:
            self._driver.perform(self._core.admit, node)

    # --- beginning and end -------------------------------------------------------------------------------------

    def __del__(self) -> None:
        if getattr(self, "_begun", False) and not self._closed:
            message = f"a run of {self._plan.file} was never closed: write 'with graph.start() as run:'"
            warnings.warn(message, RuntimeWarning, stacklevel=1)  # a ResourceWarning nobody sees
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
            self._errors.raise_with(error)
            return
        try:
            if not self._core.cancelling and not self._core.errors:
                self._core.paused = False
                for reader in self._readers:
                    reader.read_ahead()
                self.close_inputs()
                self._driver.wait(lambda: self._core.finished)
        finally:
            self._finish()
        if self._core.cancelling and all(isinstance(item, Cancelled) for item in self._core.errors):
            return
        self._errors.raise_new()

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
            self._errors.raise_all()
        if self._closed:
            raise RunStateError("the run is over; start the graph again")

    def _finish(self) -> None:
        if not self._closed:
            self._closed = True
            self._driver.close()
            process.over(self._driver)
            tell_silence(self._plan, self._core, self._parts.streams)
