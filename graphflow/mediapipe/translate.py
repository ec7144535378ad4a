"""One of MediaPipe's graphs, as the values that a YAML graph would hold.

The result goes through the same reader as YAML, so that every check and message is the same. What MediaPipe says in
another way is put in our words here: names of ports (`ports`), of node types (`node_types`), options (`options`) and
graph options, switches, input policies and executors (`settings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphflow.config.diagnostics import Diagnostic, quoted
from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.mediapipe.fields import plain, refuse_unknown, text_of
from graphflow.mediapipe.graph_options import GraphOptions
from graphflow.mediapipe.node_types import NodeTypes
from graphflow.mediapipe.nodes import Nodes
from graphflow.mediapipe.options import entry, scalar
from graphflow.mediapipe.ports import SECTIONS, UNTAGGED, Tagged, read_all
from graphflow.mediapipe.settings import read_executors, read_input_policy
from graphflow.mediapipe.text_format import Field, Message


@dataclass
class Translation:
    """What a graph file of MediaPipe's says.

    Attributes:
        tree: In the form of a YAML graph.
        comments: What stands above entries, by the place of their key.
        notes: What a user may want to know.
        classes: Our names of calculators, by the places of MediaPipe's.
        type: The name that the file gives itself: others are to include it.
    """

    tree: MapValue
    comments: dict[Span, tuple[str, ...]] = field(default_factory=dict)
    notes: list[Diagnostic] = field(default_factory=list)
    classes: dict[Span, str] = field(default_factory=dict)
    type: str = ""

    def use_our_names(self) -> None:
        """Put our names of calculators in place of MediaPipe's."""
        nodes = self.tree.entries["nodes"].value
        for node in nodes.entries.values() if isinstance(nodes, MapValue) else ():
            if isinstance(node.value, MapValue):
                self._rename(node.value.entries)

    def _rename(self, entries: dict[str, Entry]) -> None:
        for word, one in entries.items():
            value = one.value
            if word == "calculator" and isinstance(value, Scalar) and value.span in self.classes:
                ours = self.classes[value.span]
                entries[word] = Entry(one.key, Scalar(value.span, ours, ours))
            elif word == "switch" and isinstance(value, ListValue):
                for branch in value.items:
                    if isinstance(branch, MapValue):
                        self._rename(branch.entries)


def translate(message: Message, file: str, types: NodeTypes, report: Report, *, top: bool) -> Translation:
    """Put a graph into the form of a YAML graph.

    Args:
        message: A ``CalculatorGraphConfig``.
        file: What messages call it.
        types: Finds what its nodes are.
        report: Takes what is wrong.
        top: It is what the user named. Its streams go by their own names then, as in MediaPipe; those of a graph that
            another one includes go by their tags.
    """
    return _Translator(message, file, types, report, top).graph()


class _Translator:
    def __init__(self, message: Message, file: str, types: NodeTypes, report: Report, top: bool) -> None:
        self._message = message
        self._report = report
        self._top = top
        self._options = GraphOptions(message, report)
        self._nodes = Nodes(file, message.span, types, self._options, report)
        self._result = Translation(
            MapValue(message.span, {}), self._nodes.comments, self._nodes.notes, self._nodes.classes
        )

    def graph(self) -> Translation:
        message, report, entries = self._message, self._report, self._result.tree.entries
        refuse_unknown(message, "the graph", "CalculatorGraphConfig", report)
        nodes = [self._nodes.read(one) for one in message.all("node")]
        kind = text_of(message, "type", report)
        self._result.type = kind.text if kind else ""
        entries["graphflow"] = entry("graphflow", scalar(1, message.span))
        if help := self._help():
            entries["help"] = entry("help", scalar(help, message.span))
        for section, name in SECTIONS.items():
            tagged = read_all(message.all(name), f"{name} of the graph", UNTAGGED[section], report)
            ports = self._interface(section, tagged, message.all(name))
            if section == "side_packets" and self._top:
                ports |= self._unlisted(tagged, nodes)
            if ports:
                entries[section] = entry(section, MapValue(next(iter(ports.values())).key.span, ports))
        if options := self._options.declared():
            entries["options"] = entry("options", MapValue(message.span, options))
        for name in ("max_queue_size", "report_deadlock"):
            for one in message.all(name):
                entries[name] = Entry(one.name, plain(one))
        for one in message.all("num_threads"):
            if isinstance(one.value, Scalar) and one.value.value != 0:
                entries["threads"] = Entry(Located("threads", one.name.span), one.value)
        if executors := read_executors(message.all("executor"), report):
            entries.update(executors)
        for one in message.all("input_stream_handler"):
            entries["input_policy"] = Entry(Located("input_policy", one.name.span), read_input_policy(one, report))
        entries["nodes"] = entry("nodes", MapValue(message.span, {one.key.value: one for one in nodes}))
        return self._result

    def _help(self) -> str:
        """What stands at the top of the file, or above its type."""
        if not self._message.fields:
            return ""
        first = self._message.fields[0]
        blocks = _blocks(first.comments)
        about = blocks if first.name.value in ("type", "package") else blocks[:-1]
        return "\n\n".join(filter(None, map(_prose, about)))

    # -- the interface ------------------------------------------------------------------------------------------------

    def _interface(self, section: str, tagged: Sequence[Tagged], fields: Sequence[Field]) -> dict[str, Entry]:
        ports: dict[str, Entry] = {}
        inner = "stream" if section in ("inputs", "outputs") else "side_packet"
        for one, written in zip(tagged, fields, strict=False):
            port = one.name if self._top else one.port
            described: dict[str, Entry] = {}
            if port != one.name:
                described[inner] = entry(inner, Scalar(one.span, one.name, one.name))
            if not self._top and section in ("inputs", "side_packets"):
                described["optional"] = entry("optional", scalar(True, one.span))
            if help := _prose(_blocks(written.comments)[-1]):
                described["help"] = entry("help", scalar(help, one.span))
            value: Value = MapValue(one.span, described) if described else Scalar(one.span, "", None)
            if port in ports:
                message = f"{quoted(written.name.value)}: {quoted(port)} is listed twice"
                self._report.error("duplicate-name", message, one.span, "keep one of the two")
            ports.setdefault(port, Entry(Located(port, one.span), value))
        return ports

    def _unlisted(self, listed: Iterable[Tagged], nodes: Sequence[Entry]) -> dict[str, Entry]:
        """Side packets that nodes of the top graph take and nothing provides: MediaPipe wants no list of them."""
        known = {one.name for one in listed}
        taken: dict[str, Scalar] = {}
        for one in nodes:
            sections = one.value.entries if isinstance(one.value, MapValue) else {}
            known |= {ref.text for ref in _refs(sections.get("output_side_packets"))}
            for ref in _refs(sections.get("side_packets")):
                taken.setdefault(ref.text, ref)
        return {
            name: Entry(Located(name, ref.span), Scalar(ref.span, "", None))
            for name, ref in taken.items()
            if name not in known
        }


def _blocks(comments: Sequence[str]) -> list[list[str]]:
    """A comment, cut at its gaps."""
    blocks: list[list[str]] = [[]]
    for line in comments:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return blocks if blocks[-1] or len(blocks) == 1 else blocks[:-1]


def _prose(lines: Sequence[str]) -> str:
    """The lines of a comment as one text; an example in it keeps its lines."""
    return ("\n" if any(line.endswith(("{", ":")) for line in lines) else " ").join(lines)


def _refs(section: Entry | None) -> list[Scalar]:
    """The names of streams or side packets in a section of a node."""
    entries = section.value.entries.values() if section and isinstance(section.value, MapValue) else ()
    found: list[Scalar] = []
    for one in entries:
        items = one.value.items if isinstance(one.value, ListValue) else [one.value]
        found += [item for item in items if isinstance(item, Scalar)]
    return found
