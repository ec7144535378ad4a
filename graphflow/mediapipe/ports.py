"""Names at the ports of MediaPipe's nodes: ``TAG:index:name`` to the ports that classes and graphs have here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphflow.config.diagnostics import quoted
from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.mediapipe.text_format import Field

_TAGGED = re.compile(r"(?:([A-Z_][A-Z0-9_]*):)?(?:([0-9]{1,4}):)?([a-z_][a-z0-9_]*)")
_TAG_INDEX = re.compile(r"([A-Z_][A-Z0-9_]*)?(?::([0-9]{1,4}))?")
_HARDWARE = ("_gpu", "_cpu")

SECTIONS = {
    "inputs": "input_stream",
    "outputs": "output_stream",
    "side_packets": "input_side_packet",
    "output_side_packets": "output_side_packet",
}
"""The sections of a node, and what MediaPipe calls them."""

UNTAGGED = {"inputs": "item", "outputs": "out", "side_packets": "item", "output_side_packets": "out"}
"""What the port without a tag is called here, by the section of a node in which it stands."""

_OTHER_TAGS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "PacketResampler": {"inputs": {"data": "item"}, "outputs": {"data": "out"}},
}
"""Tags that have another name here, by calculator and section."""


_THEIR_TAGS = {
    ("EndLoop", "inputs", "item"): "ITEM",
    ("EndItemLoop", "inputs", "item"): "ITEM",
    ("ClipVectorSize", "side_packets", "max_vec_size"): "",
    ("CollectionHasMinSize", "side_packets", "min_size"): "",
}
"""MediaPipe's tags that do not follow from our ports, by calculator, section and port."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """``TAG:index:name``.

    Attributes:
        tag: In small letters; empty if there is none.
        name: Of the stream or side packet.
    """

    tag: str
    index: int
    name: str
    span: Span

    @property
    def port(self) -> str:
        """The port of a graph, which has no lists: ``norm_rects``, ``norm_rects_1``."""
        return f"{self.tag}_{self.index}" if self.index else self.tag


def read_tagged(field: Field, what: str, untagged: str, count: Mapping[str, int], report: Report) -> Tagged | None:
    """One name at a port; None, with an error, for what is none.

    Args:
        field: Its value is the text.
        what: How messages call it.
        untagged: The word for the port without a tag.
        count: How often each port came up: names without a tag are numbered by their order.
        report: Takes errors.
    """
    text = field.value.value if isinstance(field.value, Scalar) else None
    match = _TAGGED.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        shown = quoted(text) if isinstance(text, str) else "it is no text"
        help = 'write "TAG:name", "TAG:index:name" or "name": capitals for the tag, small letters for the name'
        report.error("bad-name", f"{what} is no name at a port: {shown}", field.value.span, help)
        return None
    tag, index, name = match.groups()
    port = tag.lower() if tag else untagged
    return Tagged(port, int(index) if index else count.get(port, 0) if not tag else 0, name, field.value.span)


def read_all(fields: Sequence[Field], what: str, untagged: str, report: Report) -> list[Tagged]:
    """All names of one section, in the order of the file."""
    count: dict[str, int] = {}
    found: dict[tuple[str, int], Tagged] = {}
    for field in fields:
        tagged = read_tagged(field, what, untagged, count, report)
        if tagged is None:
            continue
        place = tagged.tag, tagged.index
        if place in found:
            port = quoted(tagged.tag.upper()) if tagged.tag != untagged else "the port without a tag"
            tag = tagged.tag.upper()
            help = f'number them: "{tag}:0:{found[place].name}", "{tag}:1:{tagged.name}"'
            report.error("duplicate-name", f"{what} has {port} twice with index {tagged.index}", tagged.span, help)
        found[place] = tagged
        count[tagged.tag] = max(count.get(tagged.tag, 0), tagged.index + 1)
    for tagged in found.values():
        if tagged.index and (tagged.tag, tagged.index - 1) not in found:
            text = f"{what} has index {tagged.index} of {quoted(tagged.tag.upper())}, and not {tagged.index - 1}"
            report.error("bad-name", text, tagged.span, "count them from 0 without a gap")
    return list(found.values())


def tag_index(text: str, untagged: str) -> tuple[str, int] | None:
    """``TAG``, ``TAG:index`` or ``:index``, which other fields use to name a port."""
    match = _TAG_INDEX.fullmatch(text)
    return ((match[1] or untagged).lower(), int(match[2] or 0)) if match else None


def ports_of_calculator(
    tagged: Sequence[Tagged], section: str, calculator: str, declared: Any, rest: bool
) -> MapValue | None:
    """The section of a node that is a calculator: lists where an index occurs.

    Args:
        tagged: What is connected.
        section: ``inputs``, ``outputs``, ``side_packets`` or ``output_side_packets``.
        calculator: Name of the class; empty if it is not known.
        declared: The ports that the class has in this section.
        rest: It takes ports of any name.
    """
    names = [port.name for port in declared]
    others = _OTHER_TAGS.get(calculator, {}).get(section, {})
    by_port: dict[str, list[Tagged]] = {}
    for one in tagged:
        port = others.get(one.tag, one.tag)
        by_port.setdefault(port if rest or not calculator else _meant(port, section, names), []).append(one)
    return _section({port: sorted(those, key=lambda one: one.index) for port, those in by_port.items()})


def ports_of_graph(tagged: Sequence[Tagged]) -> MapValue | None:
    """The section of a node that is a graph: a port of its own for each index."""
    return _section({one.port: [one] for one in tagged})


def _meant(port: str, section: str, names: Sequence[str]) -> str:
    """The port of a class that a tag stands for."""
    if port in names:
        return port
    plain = port
    for word in _HARDWARE:
        plain = plain.removesuffix(word)
    if plain in names:
        return plain
    return names[0] if port == UNTAGGED[section] and len(names) == 1 else port


def _section(ports: Mapping[str, Sequence[Tagged]]) -> MapValue | None:
    if not ports:
        return None
    entries = {}
    for port, those in ports.items():
        refs: list[Value] = [Scalar(one.span, one.name, one.name) for one in those]
        value = refs[0] if len(refs) == 1 else ListValue(refs[0].span, refs)
        entries[port] = Entry(Located(port, those[0].span), value)
    return MapValue(next(iter(entries.values())).key.span, entries)


def tag_of(port: str, section: str, calculator: str = "") -> str:
    """MediaPipe's tag for one of our ports; empty if it has none."""
    return _THEIR_TAGS.get((calculator, section, port), "" if port == UNTAGGED[section] else port.upper())


def tag_index_of(word: str) -> str:
    """``port`` or ``port:index`` as other fields name it."""
    port, colon, index = word.partition(":")
    tag = tag_of(port, "inputs")
    return f"{tag}{colon}{index}" if tag or colon else ":0"
