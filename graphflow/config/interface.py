"""What a graph shows to the outside: its inputs, outputs, side packets and options."""

from __future__ import annotations

from typing import NamedTuple

from graphflow.config.diagnostics import Related, did_you_mean, quoted
from graphflow.config.fields import (
    Entries,
    found,
    is_empty,
    known_entries,
    literal,
    read_bool,
    read_entries,
    read_if,
    read_text,
    wrong_type,
)
from graphflow.config.location import Located
from graphflow.config.model import GraphOption, GraphPort
from graphflow.config.names import check_name
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.values import GRAPH_OPTION_TYPES, is_of


class Section(NamedTuple):
    """How one of the four sections of ports is written.

    Attributes:
        key: Its key in the file.
        what: One entry, as messages call it.
        inner_key: The key for the name inside, in an entry's long form.
        has_default: Entries may have a ``default``.
    """

    key: str
    what: str
    inner_key: str
    has_default: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What an entry's long form may hold."""
        return (self.inner_key, "type", "optional", *(("default",) if self.has_default else ()), "help")


INPUTS = Section("inputs", "graph input", "stream")
OUTPUTS = Section("outputs", "graph output", "stream")
SIDE_PACKETS = Section("side_packets", "graph side packet", "side_packet", has_default=True)
OUTPUT_SIDE_PACKETS = Section("output_side_packets", "graph output side packet", "side_packet")


def read_graph_ports(value: Value, section: Section, report: Report) -> tuple[GraphPort, ...]:
    """One section: a list of names, or a map from name to the name inside or to the long form."""
    if isinstance(value, ListValue):
        return _read_list(value, section, report)
    if not isinstance(value, MapValue):
        if not is_empty(value):
            example = (
                value.text if isinstance(value, Scalar) and value.text.isidentifier() and _is_text(value) else "name"
            )
            help = f"write {section.key}: [{example}]"
            wrong_type(value, section.key, "a list of names or a map", help, report)
        return ()
    ports = []
    for entry in value.entries.values():
        check_name(entry.key, section.what, report)
        ports.append(_read_port(entry, section, report))
    return tuple(ports)


def _read_list(value: ListValue, section: Section, report: Report) -> tuple[GraphPort, ...]:
    ports: dict[str, GraphPort] = {}
    for item in value.items:
        help = f"write {section.key}: [name], or a map: {section.key}: {{name: {{help: ...}}}}"
        name = read_text(item, f"an entry of {section.key}", "a name", help, report)
        if name is None:
            continue
        check_name(name, section.what, report, listed=True)
        if name.value in ports:
            related = (Related(ports[name.value].name.span, "first written here"),)
            message = f"{section.what} {quoted(name.value)} is listed twice"
            report.error("duplicate-name", message, name.span, "keep one of the two", related)
        ports.setdefault(name.value, GraphPort(name, name))
    return tuple(ports.values())


def _read_port(entry: Entry, section: Section, report: Report) -> GraphPort:
    name, value = entry
    what = f"{section.what} {quoted(name.value)}"
    if is_empty(value):
        return GraphPort(name, name)
    if not isinstance(value, MapValue):
        return GraphPort(name, _read_inner(value, name, what, section, report))
    entries = known_entries(value, what, section.keys, report, {"stream": section.inner_key})
    inner = entries.get(section.inner_key)
    kind, optional, help = _read_described(entries, what, report)
    return GraphPort(
        name=name,
        inner=_read_inner(inner.value, name, what, section, report) if inner else name,
        type=kind,
        optional=optional,
        default=_read_default(entries, what, report),
        help=help,
    )


def _read_inner(value: Value, name: Located[str], what: str, section: Section, report: Report) -> Located[str]:
    kind = section.inner_key.replace("_", " ")
    if section.has_default and isinstance(value, (Scalar, ListValue)) and not _is_text(value):
        shown = value.text if isinstance(value, Scalar) else "[...]"
        help = f"write {{default: {shown}}} if that is its default"
        report.error("wrong-type", f"{what} must be the name of a {kind}, found {found(value)}", value.span, help)
        return name
    inner = read_text(value, what, f"the name of a {kind}", f"write the name of the {kind} inside", report)
    if inner is None:
        return name
    check_name(inner, f"{what}: {kind}", report)
    return inner


def _read_described(entries: Entries, what: str, report: Report) -> tuple[Located[str] | None, bool, str]:
    """``type``, ``optional`` and ``help``."""
    kind = read_if(entries, "type", lambda v: read_text(v, f"{what}: type", "the name of a type", "", report), None)
    optional = read_if(entries, "optional", lambda v: read_bool(v, f"{what}: optional", report), None)
    return kind, optional is not None and optional.value, read_help(entries, what, report)


def read_help(entries: Entries, what: str, report: Report) -> str:
    """``help``, a text for people; empty where there is none."""
    if "help" not in entries or is_empty(entries["help"].value):
        return ""
    text = read_text(entries["help"].value, f"{what}: help", "text", "put it in quotes", report)
    return text.value if text else ""


def _read_default(entries: Entries, what: str, report: Report) -> Located[object] | None:
    if "default" not in entries:
        return None
    value = entries["default"].value
    if is_empty(value):
        message = f"{what} has the default null, and null is never a packet"
        report.error("bad-value", message, value.span, "write a value, or {optional: true} if nobody has to give it")
        return None
    return Located(literal(value), value.span)


def read_graph_options(value: Value, report: Report) -> tuple[GraphOption, ...]:
    """``options`` of a file: ``name: default``, or ``name: {default: ..., type: ..., help: ...}``."""
    options = []
    help = "write options: {name: default}, or options: {name: {type: float, help: ...}}"
    for entry in read_entries(value, "options", help, report).values():
        check_name(entry.key, "graph option", report)
        options.append(_read_option(entry, report))
    return tuple(options)


def _read_option(entry: Entry, report: Report) -> GraphOption:
    name, value = entry
    what = f"graph option {quoted(name.value)}"
    if not isinstance(value, MapValue):
        default = None if is_empty(value) else Located(literal(value), value.span)
        return GraphOption(name, default, _type_of(default))
    entries = known_entries(value, what, ("default", "type", "help"), report)
    given = entries.get("default")
    default = None if given is None or is_empty(given.value) else Located(literal(given.value), given.value.span)
    if given and isinstance(given.value, MapValue):
        expected = "a number, text, true, false or a list"
        wrong_type(given.value, f"{what}: default", expected, "write one option for each entry", report)
    written = _read_option_type(entries, what, report)
    inferred = _type_of(default)
    if given and written and inferred and not is_of(literal(given.value), GRAPH_OPTION_TYPES[written.value]):
        message = f"{what} is of type {written.value}, but its default is {found(given.value)}"
        related = (Related(written.span, "the type"),)
        report.error("wrong-type", message, inferred.span, "change one of the two", related)
    return GraphOption(name, default, written or inferred, read_help(entries, what, report))


def _read_option_type(entries: Entries, what: str, report: Report) -> Located[str] | None:
    if "type" not in entries:
        return None
    known = ", ".join(GRAPH_OPTION_TYPES)
    written = read_text(entries["type"].value, f"{what}: type", "the name of a type", f"write one of {known}", report)
    if written and written.value not in GRAPH_OPTION_TYPES:
        near = did_you_mean(written.value, GRAPH_OPTION_TYPES)
        help = (f"did you mean {quoted(near)}? " if near else "") + f"known types: {known}"
        report.error("bad-value", f"{what} has the unknown type {quoted(written.value)}", written.span, help)
        return None
    return written


def _type_of(default: Located[object] | None) -> Located[str] | None:
    if default is None:
        return None
    name = type(default.value).__name__
    return Located(name, default.span) if name in GRAPH_OPTION_TYPES else None


def _is_text(value: Value) -> bool:
    return isinstance(value, Scalar) and isinstance(value.value, str)
