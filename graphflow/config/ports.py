"""Ports, as a node connects them: ``port: stream``, ``port: [stream, stream]`` and their longer forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from graphflow.config.diagnostics import quoted
from graphflow.config.fields import found, is_empty, known_entries, literal, read_bool, read_if, read_text, wrong_type
from graphflow.config.location import Located
from graphflow.config.model import PortSidePackets, PortStreams, SidePacketRef, StreamRef
from graphflow.config.names import check_name, check_stream_read
from graphflow.config.report import Report
from graphflow.config.tree import ListValue, MapValue, Scalar, Value

R = TypeVar("R")
ReadRef = Callable[[Value, str], R | None]


def read_node_inputs(value: Value, node: str, report: Report) -> tuple[PortStreams, ...]:
    """``inputs`` of a node. `node` is how messages call it: ``node 'a'``."""

    def read(item: Value, what: str) -> StreamRef | None:
        if not isinstance(item, MapValue):
            return _stream(item, what, report)
        entries = known_entries(item, what, ("stream", "back_edge"), report)
        if "stream" not in entries:
            report.error("missing-key", f"{what} names no stream", item.span, "write {stream: name, back_edge: true}")
            return None
        ref = _stream(entries["stream"].value, what, report)
        back_edge = read_if(entries, "back_edge", lambda v: read_bool(v, f"{what}: back_edge", report), None)
        return ref and StreamRef(ref.name, ref.span, back_edge is not None and back_edge.value)

    ports = _read_ports(value, f"{node}: inputs", f"{node}: input", "{item: stream}", read, report)
    return tuple(PortStreams(port, tuple(refs)) for port, refs in ports)


def read_node_outputs(value: Value, node: str, report: Report) -> tuple[PortStreams, ...]:
    """``outputs`` of a node."""

    def read(item: Value, what: str) -> StreamRef | None:
        if not isinstance(item, MapValue):
            return _stream(item, what, report)
        help = f"write {what.rpartition(' ')[2].strip(chr(39))}: stream"
        if "back_edge" in item.entries:
            help = "mark the input that closes the cycle: {stream: name, back_edge: true}"
        wrong_type(item, what, "a stream name", help, report)
        return None

    ports = _read_ports(value, f"{node}: outputs", f"{node}: output", "{out: stream}", read, report)
    return tuple(PortStreams(port, tuple(refs)) for port, refs in ports)


def read_node_side_packets(value: Value, node: str, report: Report) -> tuple[PortSidePackets, ...]:
    """``side_packets`` of a node."""

    def read(item: Value, what: str) -> SidePacketRef | None:
        if not isinstance(item, MapValue):
            return _side_packet(item, what, report)
        entries = known_entries(item, what, ("value",), report)
        if not entries:
            if not item.entries:
                report.error(
                    "missing-key", f"{what} has no value", item.span, "write {value: 1}, or a side packet's name"
                )
            return None
        return _literal(entries["value"].value, what, report)

    ports = _read_ports(value, f"{node}: side_packets", f"{node}: side packet", "{port: side_packet}", read, report)
    return tuple(PortSidePackets(port, tuple(refs)) for port, refs in ports)


def read_node_output_side_packets(value: Value, node: str, report: Report) -> tuple[PortSidePackets, ...]:
    """``output_side_packets`` of a node."""

    def read(item: Value, what: str) -> SidePacketRef | None:
        name = read_text(item, what, "the name of a side packet", "", report)
        if name is None:
            return None
        check_name(name, f"{what}: side packet", report)
        return SidePacketRef(name.span, name.value)

    what = f"{node}: output side packet"
    ports = _read_ports(value, f"{node}: output_side_packets", what, "{port: side_packet}", read, report)
    return tuple(PortSidePackets(port, tuple(refs)) for port, refs in ports)


def _read_ports(
    value: Value, section: str, what: str, example: str, read: ReadRef[R], report: Report
) -> list[tuple[Located[str], list[R]]]:
    """The ports of one section, each with what `read` makes of its one entry or its list."""
    if not isinstance(value, MapValue):
        if not is_empty(value):
            wrong_type(value, section, "a map of ports", f"write {_as_map(value, section, example)}", report)
        return []
    ports = []
    for entry in value.entries.values():
        port = f"{what} {quoted(entry.key.value)}"
        check_name(entry.key, what, report)
        refs = [ref for item in _items(entry.value, port, report) if (ref := read(item, port)) is not None]
        ports.append((entry.key, refs))
    return ports


def _items(value: Value, port: str, report: Report) -> Sequence[Value]:
    if not isinstance(value, ListValue):
        return (value,)
    if not value.items:
        report.error("bad-value", f"{port} has an empty list", value.span, "leave the port out if nothing is connected")
    return value.items


def _as_map(value: Value, section: str, example: str) -> str:
    """What to type instead of a list or a single word where a map of ports belongs."""
    key = section.rpartition(" ")[2]
    port = example[1:].partition(":")[0]
    names = [item.text for item in getattr(value, "items", [value]) if isinstance(item, Scalar)]
    if not names or any(len(name) > 30 or not name.isprintable() for name in names[:4]):
        return f"{key}: {example}"
    shown = names[0] if len(names) == 1 else f"[{', '.join(names[:4])}{', ...' if len(names) > 4 else ''}]"
    return f"{key}: {{{port}: {shown}}}"


def _stream(value: Value, what: str, report: Report) -> StreamRef | None:
    if is_empty(value):
        wrong_type(value, what, "the name of a stream", "write it after the ':', or delete the line", report)
        return None
    name = read_text(value, what, "the name of a stream", "", report)
    if name is None:
        return None
    check_stream_read(name, f"{what}: stream", report)
    return StreamRef(name.value, name.span)


def _side_packet(value: Value, what: str, report: Report) -> SidePacketRef | None:
    if isinstance(value, Scalar) and value.value is not None and not isinstance(value.value, str):
        help = f"write {{value: {value.text}}} for a fixed value"
        report.error("wrong-type", f"{what} must be the name of a side packet, found {found(value)}", value.span, help)
        return None
    name = read_text(value, what, "the name of a side packet", "write {value: ...} for a fixed value", report)
    if name is None:
        return None
    check_stream_read(name, f"{what}: side packet", report)
    return SidePacketRef(name.span, name.value)


def _literal(value: Value, what: str, report: Report) -> SidePacketRef | None:
    if is_empty(value):
        message = f"{what} has the value null, and null is never a packet"
        report.error("bad-value", message, value.span, "write a value, or delete the line")
        return None
    return SidePacketRef(value.span, literal=literal(value))
