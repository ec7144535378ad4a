"""What a graph file says, field by field, each with its place in the file. Nothing here is interpreted yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from graphflow.config.location import Located, Span

_NONE: Mapping[str, Located[Any]] = MappingProxyType({})


class Ref(NamedTuple):
    """A stream or side packet at a node's port: a name, or (side packets only) a literal (``{value: 1}``)."""

    span: Span
    name: str | None = None
    back_edge: bool = False
    literal: Any = None


class PortRefs(NamedTuple):
    """``port: name`` or ``port: [name, name]`` of a node."""

    port: Located[str]
    refs: tuple[Ref, ...]


class PolicyRef(NamedTuple):
    """``input_policy: Name`` or ``input_policy: {Name: {option: value}}``."""

    name: Located[str]
    options: Mapping[str, Located[Any]] = _NONE


class Branch(NamedTuple):
    """One choice of a ``switch``: a calculator or a subgraph, with options of its own.

    `options` and `options_from` as in `NodeConfig`.
    """

    span: Span
    calculator: Located[str] | None = None
    subgraph: Located[str] | None = None
    options: Mapping[str, Located[Any]] = _NONE
    options_from: Located[str] | None = None


class NodeConfig(NamedTuple):
    """One entry of ``nodes``. Exactly one of `calculator`, `subgraph` and `switch` is given.

    `options` holds raw YAML values (a string ``${name}`` stands for a graph option); `options_from` is set when the
    whole of ``options`` is one ``${...}``. `select` and `enable` are literals or ``${name}``; a stream or side packet
    that selects stands at the port of that name instead.

    `incomplete` says that part of the entry could not be read, which has been reported: something may be missing here
    (even all of `calculator`, `subgraph` and `switch`), and what follows from that is no news to the user.
    """

    name: Located[str]
    span: Span
    calculator: Located[str] | None = None
    subgraph: Located[str] | None = None
    switch: tuple[Branch, ...] | None = None
    select: Located[Any] | None = None
    enable: Located[Any] | None = None
    inputs: tuple[PortRefs, ...] = ()
    outputs: tuple[PortRefs, ...] = ()
    side_packets: tuple[PortRefs, ...] = ()
    output_side_packets: tuple[PortRefs, ...] = ()
    options: Mapping[str, Located[Any]] = _NONE
    options_from: Located[str] | None = None
    executor: Located[str] | None = None
    input_policy: PolicyRef | None = None
    max_in_flight: Located[int] | None = None
    source_layer: Located[int] | None = None
    incomplete: bool = False


class GraphPort(NamedTuple):
    """One entry of a file's ``inputs``, ``outputs``, ``side_packets`` or ``output_side_packets``.

    Attributes:
        name: The port, as seen from outside.
        inner: The stream or side packet inside; the same as `name` unless written otherwise.
        type: A payload type's name, or None.
        optional: The parent may leave it out.
        default: A literal; None if there is none (a literal is never ``null``).
        help: Text for people.
    """

    name: Located[str]
    inner: Located[str]
    type: Located[str] | None = None
    optional: bool = False
    default: Located[Any] | None = None
    help: str = ""


class GraphOption(NamedTuple):
    """One entry of a file's ``options``: a typed graph option.

    Attributes:
        name: As written.
        default: The literal; None means "unset unless given".
        type: ``int``, ``float``, ``bool``, ``str`` or ``list``; taken from the default where not written; None if there
            is neither.
        help: Text for people.
    """

    name: Located[str]
    default: Located[Any] | None = None
    type: Located[str] | None = None
    help: str = ""


class ExecutorConfig(NamedTuple):
    """One entry of ``executors``: a named pool of threads.

    ``main``, the thread that started the run, needs no entry.
    """

    name: Located[str]
    threads: Located[int]


class GraphConfig(NamedTuple):
    """A whole graph file.

    Attributes:
        file: Path as given, or ``<string>``.
        lines: The text by lines, for diagnostics.
        incomplete: Part of the file could not be read, which has been reported: see `NodeConfig`.
        left_out: Optional inputs that whoever starts the graph does not use: they count as not connected.
    """

    file: str
    lines: tuple[str, ...] = ()
    inputs: tuple[GraphPort, ...] = ()
    outputs: tuple[GraphPort, ...] = ()
    side_packets: tuple[GraphPort, ...] = ()
    output_side_packets: tuple[GraphPort, ...] = ()
    options: tuple[GraphOption, ...] = ()
    executors: tuple[ExecutorConfig, ...] = ()
    threads: Located[int] | None = None
    max_queue_size: Located[int] | None = None
    report_deadlock: Located[bool] | None = None
    input_policy: PolicyRef | None = None
    nodes: tuple[NodeConfig, ...] = ()
    help: str = ""
    incomplete: bool = False
    left_out: tuple[GraphPort, ...] = ()

    def without_inputs(self, used: Collection[str]) -> GraphConfig:
        """The graph without the optional inputs whose names are not among `used`."""
        unused = tuple(port for port in self.inputs if port.optional and port.name.value not in used)
        return self._replace(inputs=tuple(port for port in self.inputs if port not in unused), left_out=unused)
