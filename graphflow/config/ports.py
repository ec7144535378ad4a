"""Ports, as a node connects them: ``port: stream``, ``port: [stream, stream]`` and their longer forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphflow.config.diagnostics import quoted
from graphflow.config.fields import found, is_empty, known_entries, literal, read_bool, read_if, read_text, wrong_type
from graphflow.config.model import PortRefs, Ref
from graphflow.config.names import check_name, check_stream_read
from graphflow.config.node_keys import NODE_KEYS, beside
from graphflow.config.report import Report
from graphflow.config.tree import ListValue, MapValue, Scalar, Value

ReadRef = Callable[[Value, str, Report], Ref | None]

_NO_PORTS = {*NODE_KEYS} - {"select", "enable"}
"""Keys of a node that are no ports of a switch."""
_OF_A_PORT = {"stream", "back_edge", "value"}
"""What the map of one stream or side packet has."""


def read_ports(value: Value, node: str, section: str, report: Report) -> tuple[PortRefs, ...]:
    """One section of a node's ports.

    Args:
        value: What stands there.
        node: As messages call it: ``node 'a'``.
        section: ``inputs``, ``outputs``, ``side_packets`` or ``output_side_packets``.
        report: Takes what is wrong.
    """
    kind, example, read = _SECTIONS[section]
    section, what = f"{node}: {section}", f"{node}: {kind}"
    if not isinstance(value, MapValue):
        if not is_empty(value):
            wrong_type(value, section, "a map of ports", f"write {_as_map(value, section, example)}", report)
        return ()
    ports = []
    for entry in value.entries.values():
        key = entry.key.value
        if key in _NO_PORTS and isinstance(entry.value, MapValue) and not entry.value.entries.keys() & _OF_A_PORT:
            message = f"{section} has {quoted(key)}, which is no {kind}"
            report.error("misplaced-key", message, entry.key.span, beside(key, section.rpartition(" ")[2]))
            continue
        port = f"{what} {quoted(key)}"
        check_name(entry.key, what, report)
        refs = (read(item, port, report) for item in _items(entry.value, port, report))
        ports.append(PortRefs(entry.key, tuple(ref for ref in refs if ref is not None)))
    return tuple(ports)


def _input(item: Value, what: str, report: Report) -> Ref | None:
    if not isinstance(item, MapValue):
        return _stream(item, what, report)
    entries = known_entries(item, what, ("stream", "back_edge"), report)
    if "stream" not in entries:
        report.error("missing-key", f"{what} names no stream", item.span, "write {stream: name, back_edge: true}")
        return None
    ref = _stream(entries["stream"].value, what, report)
    back_edge = read_if(entries, "back_edge", lambda v: read_bool(v, f"{what}: back_edge", report), None)
    return ref and ref._replace(back_edge=back_edge is not None and back_edge.value)


def _output(item: Value, what: str, report: Report) -> Ref | None:
    if not isinstance(item, MapValue):
        return _stream(item, what, report)
    help = f"write {what.rpartition(' ')[2].strip(chr(39))}: stream"
    if "back_edge" in item.entries:
        help = "mark the input that closes the cycle: {stream: name, back_edge: true}"
    wrong_type(item, what, "a stream name", help, report)
    return None


def _side_packet(item: Value, what: str, report: Report) -> Ref | None:
    if not isinstance(item, MapValue):
        return _side_packet_name(item, what, report)
    entries = known_entries(item, what, ("value",), report)
    if not entries:
        if not item.entries:
            report.error("missing-key", f"{what} has no value", item.span, "write {value: 1}, or a side packet's name")
        return None
    return _literal(entries["value"].value, what, report)


def _output_side_packet(item: Value, what: str, report: Report) -> Ref | None:
    name = read_text(item, what, "the name of a side packet", "", report)
    if name is None:
        return None
    check_name(name, f"{what}: side packet", report)
    return Ref(name.span, name.value)


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


def _stream(value: Value, what: str, report: Report) -> Ref | None:
    if is_empty(value):
        wrong_type(value, what, "the name of a stream", "write it after the ':', or delete the line", report)
        return None
    name = read_text(value, what, "the name of a stream", "", report)
    if name is None:
        return None
    errors = report.errors
    check_stream_read(name, f"{what}: stream", report)
    return Ref(name.span, name.value) if report.errors == errors else None  # one message about it is enough


def _side_packet_name(value: Value, what: str, report: Report) -> Ref | None:
    if isinstance(value, Scalar) and value.value is not None and not isinstance(value.value, str):
        help = f"write {{value: {value.text}}} for a fixed value"
        report.error("wrong-type", f"{what} must be the name of a side packet, found {found(value)}", value.span, help)
        return None
    name = read_text(value, what, "the name of a side packet", "write {value: ...} for a fixed value", report)
    if name is None:
        return None
    errors = report.errors
    check_stream_read(name, f"{what}: side packet", report)
    return Ref(name.span, name.value) if report.errors == errors else None


def _literal(value: Value, what: str, report: Report) -> Ref | None:
    if is_empty(value):
        message = f"{what} has the value null, and null is never a packet"
        report.error("bad-value", message, value.span, "write a value, or delete the line")
        return None
    return Ref(value.span, literal=literal(value))


_SECTIONS: dict[str, tuple[str, str, ReadRef]] = {
    "inputs": ("input", "{item: stream}", _input),
    "outputs": ("output", "{out: stream}", _output),
    "side_packets": ("side packet", "{port: side_packet}", _side_packet),
    "output_side_packets": ("output side packet", "{port: side_packet}", _output_side_packet),
}
"""What messages call a port of each section, an example, and what reads one entry."""
