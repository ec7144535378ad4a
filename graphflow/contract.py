"""What a calculator promises: its ports, their types and how `process` is to be called.

A :class:`Contract` is derived once per class from the signatures of ``process`` and ``open``
(``graphflow.signature``) and then only read: by the plan (types, connections), by the runtime (the call) and by
``graphflow inspect``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from graphflow import introspect
from graphflow.policies import Default, InputPolicy

if TYPE_CHECKING:
    from graphflow.options import OptionField


class Missing(enum.Enum):
    """The one value that stands for "no default"."""

    MISSING = enum.auto()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing.MISSING

ANY_NAME = "*"
"""The name of what stands for ports of any name."""


class Form(enum.Enum):
    """What `process` receives for one stream."""

    VALUE = "value"
    PACKET = "packet"
    BOUND = "bound"
    PACKET_OR_BOUND = "packet or bound"


class InputPort(NamedTuple):
    """A stream input of a calculator.

    Attributes:
        name: The word used in graph files.
        type: The payload type as annotated; ``Any`` accepts all, a ``TypeVar`` ties ports together.
        form: What the method receives.
        many: The port repeats: the method receives a tuple in YAML order. `form`, `nullable` and `owned` then hold for
            each of its streams: ``Many[X]`` waits for a packet on all of them, ``Many[X | None]`` for none.
        nullable: The method is called although nothing is there (``X | None``); always set where a bound is asked for.
        default: What the method receives if the port is not connected; MISSING makes connecting it compulsory.
        owned: The method may write into the payload (``Owned[X]``).
        doc: From the class docstring's ``Args`` if given.
    """

    name: str
    type: Any
    form: Form = Form.VALUE
    many: bool = False
    nullable: bool = False
    default: Any = MISSING
    owned: bool = False
    doc: str = ""

    @property
    def required(self) -> bool:
        """Whether the method is called only when a packet is there."""
        return not self.nullable and self.form in (Form.VALUE, Form.PACKET)

    @property
    def compulsory(self) -> bool:
        """Whether a graph file has to connect it."""
        return self.default is MISSING


class OutputPort(NamedTuple):
    """A stream output of a calculator.

    Attributes:
        name: The word used in graph files.
        type: The payload type as annotated.
        many: The port repeats: the method returns a sequence in YAML order.
        optional: The port may stay unconnected.
        packet: The method returns packets, each at its own timestamp.
        doc: Text for people.
    """

    name: str
    type: Any
    many: bool = False
    optional: bool = False
    packet: bool = False
    doc: str = ""

    @property
    def compulsory(self) -> bool:
        """Whether a graph file has to connect it."""
        return not self.optional


class SidePort(NamedTuple):
    """A side packet that ``open`` receives, or one that the node produces.

    Attributes:
        name: The word used in graph files.
        type: The payload type as annotated.
        many: The port repeats.
        default: For inputs, what ``open`` receives if nobody provides it; MISSING makes it compulsory.
        optional: For outputs, the port may stay unconnected.
        doc: Text for people.
    """

    name: str
    type: Any
    many: bool = False
    default: Any = MISSING
    optional: bool = False
    doc: str = ""

    @property
    def compulsory(self) -> bool:
        """Whether a graph file has to connect it."""
        return self.default is MISSING and not self.optional


class Inject(enum.Enum):
    """What a parameter of ``process``, ``open`` or ``close`` is filled with, other than a port."""

    TIMESTAMP = "timestamp"
    CONTEXT = "context"
    CLOCK = "clock"
    SERVICE = "service"


class Parameter(NamedTuple):
    """One parameter of a method, in signature order.

    Attributes:
        name: The parameter's name in Python.
        port: The name of the port that fills it (without the trailing underscore of a Python keyword), or None.
        inject: What fills it instead.
        service: The type asked for, when `inject` is SERVICE.
        default: What an injected service is if the program provides none; MISSING makes it compulsory.
        rest: This is ``**ports``.
    """

    name: str
    port: str | None = None
    inject: Inject | None = None
    service: Any = None
    default: Any = MISSING
    rest: bool = False


class Result(enum.Enum):
    """The shape of what `process` returns."""

    NOTHING = "nothing"
    VALUE = "value"
    """One output: the value, a Packet or (a port that repeats) a sequence."""
    OUTPUTS = "outputs"
    """An instance of an `Outputs` class: a field per port."""
    MAPPING = "mapping"
    """The mapping that ``**ports`` received, or one of the same keys."""


@dataclass(frozen=True)
class Contract:
    """Everything the framework knows about a calculator class.

    Attributes:
        calculator: The class.
        inputs, outputs: Stream ports in signature order.
        side_inputs, side_outputs: Side packet ports in signature order.
        rest_input: What each port of ``process(**ports)`` is, but for its name; None if there are none.
        rest_output: The same of each output that such a port is mirrored to, under its name (``item`` under ``out``);
            only where `result` is MAPPING.
        rest_side_input: The same of each side packet of ``open(**side_packets)``.
        rest_side_output: The same of each side packet output that such a one is mirrored to; only where `side_result`
            is MAPPING.
        process: Parameters of ``process``.
        open: Parameters of ``open``.
        close: Parameters of ``close``.
        result: Shape of what ``process`` returns (each item, where it returns an iterator).
        iterator: ``process`` returns an iterator: a source, or several results of one call.
        outputs_class: The `Outputs` class when `result` is OUTPUTS.
        side_result: Shape of what ``open`` returns: NOTHING, VALUE, OUTPUTS (a `SidePackets` class) or MAPPING.
        side_outputs_class: The `SidePackets` class when `side_result` is OUTPUTS.
        options: The class's `Option` fields by Python name, each with its type resolved.
        doc: First paragraph of the class docstring.
        input_policy: What the class asks for.
        timestamp_offset: d promises nothing below t + 1 + d once t is processed; None promises nothing.
        process_bounds: Call ``process`` also when only bounds move.
        parallel: Several timestamps may be processed at once.
        live: A source that must not wait for others.
        source: No stream inputs and at least one stream output.
    """

    calculator: type[Any]
    inputs: tuple[InputPort, ...] = ()
    outputs: tuple[OutputPort, ...] = ()
    side_inputs: tuple[SidePort, ...] = ()
    side_outputs: tuple[SidePort, ...] = ()
    rest_input: InputPort | None = None
    rest_output: OutputPort | None = None
    rest_side_input: SidePort | None = None
    rest_side_output: SidePort | None = None
    process: tuple[Parameter, ...] = ()
    open: tuple[Parameter, ...] = ()
    close: tuple[Parameter, ...] = ()
    result: Result = Result.NOTHING
    iterator: bool = False
    outputs_class: type[Any] | None = None
    side_result: Result = Result.NOTHING
    side_outputs_class: type[Any] | None = None
    options: Mapping[str, OptionField] = field(default_factory=dict)
    doc: str = ""
    input_policy: InputPolicy = field(default_factory=Default)
    timestamp_offset: int | None = 0
    process_bounds: bool = False
    parallel: bool = False
    live: bool = False
    source: bool = False

    @property
    def location(self) -> str:
        """``file:line`` of the class."""
        file, line = introspect.class_place(self.calculator)
        return f"{introspect.shown_path(file)}:{line}"

    @property
    def name(self) -> str:
        """The calculator's name, as graph files spell it."""
        return self.calculator.__name__

    def limits_of_side_packet(self, port: str) -> OptionField | None:
        """The option that a side packet replaces, because it has its name: its limits hold for the side packet too."""
        return self.options.get(port) or self.options.get(f"{port}_")  # as `annotations.port_name` has it
