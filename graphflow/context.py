"""What the rare calculator may ask of the run (`Context`) and of the check of its node (`NodeCheck`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from graphflow.policies import InputPolicy


class Context(ABC):
    """The run, as seen from one node; given to a parameter annotated ``Context``.

    Only for what a return value cannot say. `port` is always the word used in graph files, `index` picks one stream
    of a port that repeats. Valid during the call it was given to, on the thread of that call.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def timestamp(self) -> int:
        """The input timestamp in microseconds: ``Timestamp.UNSTARTED`` in ``open``, ``Timestamp.DONE`` in ``close``."""

    @property
    @abstractmethod
    def node_name(self) -> str:
        """The node's full name, such as ``landmarks/detector``."""

    @abstractmethod
    def send(self, port: str, value: Any, t: int | None = None, index: int = 0) -> None:
        """Send `value` on an output at time `t`, by default the input timestamp. Sending ``None`` sends nothing.

        Raises:
            TimestampError: `t` lies below the output's bound, or no packet may carry it.
            PayloadTypeError: `value` is not of the port's type.
        """

    @abstractmethod
    def set_bound(self, port: str, t: int, index: int = 0) -> None:
        """Promise that no packet below `t` will follow on an output; a bound that is higher already stays.

        Raises:
            TimestampError: `t` is no time that a bound may have.
        """

    @abstractmethod
    def bound(self, port: str, index: int = 0) -> int:
        """The lowest time at which an output can still send; ``Timestamp.DONE`` if it has ended or is unconnected.

        What this call has sent and promised counts.
        """

    @abstractmethod
    def set_offset(self, offset: int) -> None:
        """Set the timestamp offset of all outputs, where it depends on the options; in ``open`` only.

        Raises:
            RunStateError: ``open`` is over.
        """

    @abstractmethod
    def set_live(self, live: bool) -> None:
        """Say whether a source of a `live` class is live in this run: a camera is, a file is not; in ``open`` only.

        Raises:
            RunStateError: ``open`` is over, or the class is not `live` and so has no thread of its own.
        """

    @abstractmethod
    def close(self, port: str, index: int = 0) -> None:
        """End an output: nothing will follow on it. Closing twice is harmless."""

    @abstractmethod
    def is_closed(self, port: str, index: int = 0) -> bool:
        """Whether an output has ended. An unconnected output counts as closed."""

    @abstractmethod
    def stop_sources(self) -> None:
        """End every source of the run; what is under way is still processed, and graph inputs stay open."""

    @property
    @abstractmethod
    def graph_status(self) -> BaseException | None:
        """How the run stands: None while all is well, else what went wrong first. For ``close``, as in MediaPipe.

        What a node raised, `Cancelled`, or `IncompleteInput`. A sink whose ``close`` finds anything but None has not
        seen everything.
        """

    @abstractmethod
    def incomplete(self, reason: str, *, fails: bool = True) -> None:
        """Say that not all of the input will be processed. Packets under way still are, and sources go on.

        From now on `graph_status` is an `IncompleteInput`, so sinks know that their file is a part.

        Args:
            reason: Which part of which input is missing.
            fails: Whether the run raises it at its end, as for a damaged file; not if the user wanted no more.
        """

    @abstractmethod
    def count(self, name: str, n: int = 1) -> None:
        """Add `n` to the run's counter ``node/name``. `Calculator.counter_kinds` says what it counts."""

    @abstractmethod
    def settled(self, port: str, index: int = 0) -> int:
        """The latest time at which an input is settled: its packet is here or will never be."""

    @abstractmethod
    def done(self, port: str, index: int = 0) -> bool:
        """Whether an input has ended and all its packets have been given to this node."""

    @abstractmethod
    def connected(self, port: str) -> int:
        """How many streams or side packets the input called `port` has in the graph; 0 if it is unconnected.

        Of the output of that name where no input has it.
        """

    @abstractmethod
    def set_side_packet(self, port: str, value: Any) -> None:
        """Set a side packet that ``open`` left unset. Nodes that wait for it open then.

        Raises:
            SidePacketError: It is set already.
        """


class NodeCheck(ABC):
    """A node while its graph is being checked; given to ``Calculator.check``.

    The mappings tell how many streams or side packets each connected port has; a port that is missing from them is
    unconnected. Types are those known so far and may still be ``Any``.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """The node's full name."""

    @property
    @abstractmethod
    def inputs(self) -> Mapping[str, int]:
        """Streams per connected input port, in signature order."""

    @property
    @abstractmethod
    def outputs(self) -> Mapping[str, int]:
        """Streams per connected output port, in signature order."""

    @property
    @abstractmethod
    def side_packets(self) -> Mapping[str, int]:
        """Side packets per connected side packet port, in and out."""

    def connected(self, port: str) -> int:
        """How many streams or side packets the input called `port` has; 0 if it is unconnected.

        Of the output of that name where no input has it.
        """
        return self.inputs.get(port) or self.side_packets.get(port) or self.outputs.get(port, 0)

    @abstractmethod
    def written_in_file(self, option: str) -> bool:
        """Whether an option's value stands in a graph file: neither the command line nor the program has given it."""

    @abstractmethod
    def set_policy(self, policy: InputPolicy) -> None:
        """Choose the input policy of this node; the graph file still overrides it."""

    @abstractmethod
    def set_type(self, port: str, type_: Any) -> None:
        """Narrow the payload type of a port of this node."""

    @abstractmethod
    def error(self, message: str, help: str = "", port: str | None = None) -> None:
        """Report that the node cannot work as written. `help` says what to type; `port` says where to point."""

    @abstractmethod
    def warning(self, message: str, help: str = "", port: str | None = None) -> None:
        """Report what will work, but probably not as meant."""
