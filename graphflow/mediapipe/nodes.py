"""The nodes of MediaPipe's graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphflow.config.diagnostics import Diagnostic, quoted
from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.mediapipe.fields import plain, refuse_unknown, text_of
from graphflow.mediapipe.graph_options import GraphOptions
from graphflow.mediapipe.node_names import NodeNames
from graphflow.mediapipe.node_types import MAX_FILES, NodeType, NodeTypes
from graphflow.mediapipe.options import entry, read_options, scalar
from graphflow.mediapipe.ports import (
    SECTIONS,
    UNTAGGED,
    Tagged,
    ports_of_calculator,
    ports_of_graph,
    read_all,
    tag_index,
)
from graphflow.mediapipe.settings import read_input_policy
from graphflow.mediapipe.text_format import Field, Message

SWITCH = "SwitchContainer"

_UNUSED_SIDE_PACKETS = frozenset({"op_resolver", "custom_op_resolver"})
"""What MediaPipe hands to an interpreter, which knows its operators by itself here."""


class Nodes:
    """Reads the nodes of one file.

    Args:
        file: What messages call it.
        start: Its first place.
        types: Finds what nodes are.
        options: The file's graph options; those that nodes take are added.
        report: Takes what is wrong.

    Attributes:
        notes: What a user may want to know.
        comments: What stands above entries, by the place of their key.
        classes: Our names of calculators, by the places of MediaPipe's.
    """

    def __init__(self, file: str, start: Span, types: NodeTypes, options: GraphOptions, report: Report) -> None:
        self._file = file
        self._start = start
        self._types = types
        self._options = options
        self._report = report
        self._names = NodeNames()
        self.notes: list[Diagnostic] = []
        self.comments: dict[Span, tuple[str, ...]] = {}
        self.classes: dict[Span, str] = {}

    def read(self, written: Field) -> Entry:
        """One node, by its name."""
        message, report, errors = written.value, self._report, self._report.errors
        if not isinstance(message, Message):
            report.error("wrong-type", "a node must be a message", written.name.span, "write node { ... }")
            return entry(self._names.of("node"), MapValue(written.name.span, {}, incomplete=True), written.name.span)
        calculator, given = text_of(message, "calculator", report), text_of(message, "name", report)
        name = self._names.of(given.text if given else calculator.text.rpartition(".")[2] if calculator else "node")
        what = f"node {quoted(name)}" if given or calculator else "the node"
        refuse_unknown(message, what, "CalculatorGraphConfig.Node", report)
        if calculator is None:
            if report.errors == errors:
                help = 'write calculator: "PassThroughCalculator"'
                report.error("missing-key", f"{what} names no calculator", written.name.span, help)
            return entry(name, MapValue(written.name.span, {}, incomplete=True), written.name.span)
        key = Located(name, given.span if given else calculator.span)
        entries: dict[str, Entry] = {}
        sections = {
            section: read_all(message.all(field_name), f"{what}: {field_name}", UNTAGGED[section], report)
            for section, field_name in SECTIONS.items()
        }
        options = [one for name in ("options", "node_options") for one in message.all(name)]
        if calculator.text == SWITCH:
            naming = self._switch(entries, options, what, calculator.span, sections)
        else:
            naming = self._kind(entries, calculator, options, what)
        self._options.substitute(entries, message.all("option_value"), what)
        self._ports(entries, naming, sections, message)
        self._settings(entries, message)
        inside = [*message.fields, *(one for outer in options for one in getattr(outer.value, "fields", ()))]
        if comments := [text for one in (written, *inside) for text in one.comments]:
            self.comments[key.span] = tuple(comments)
        return Entry(key, MapValue(key.span, entries, incomplete=report.errors > errors))

    def _kind(self, entries: dict[str, Entry], calculator: Scalar, options: Sequence[Field], what: str) -> NodeType:
        """``calculator`` or ``subgraph``, and the options."""
        word = calculator.text.rpartition(".")[2]  # graphs of the Tasks library have the name of a package in front
        calculator = Scalar(calculator.span, word, word)
        found = self._types.find(word, self._file)
        if found.subgraph:
            entries["subgraph"] = entry("subgraph", Scalar(calculator.span, found.subgraph, found.subgraph))
            if found.instead_of:
                text = f"{what}: {calculator.text} is {found.subgraph} of graphflow; {found.instead_of} is not used"
                help = "--prefer-graph-path uses the file"
                self.notes.append(Diagnostic("own-graph", text, calculator.span, "note", help))
        else:
            entries["calculator"] = entry("calculator", calculator)
            for folder in self._types.cut if not found.calculator else ():
                text = f"{what}: {quoted(folder, 300)} has more than {MAX_FILES:,} files, and not all were looked at"
                help = "give --graph-path a folder further below"
                self.notes.append(Diagnostic("large-folder", text, calculator.span, "note", help))
            if found.contract:
                self.classes[calculator.span] = found.contract.name
        given = self._node_options(options, found, what)
        if given is not None:
            entries["options"] = given
        return found

    def _node_options(self, options: Sequence[Field], found: NodeType, what: str) -> Entry | None:
        messages = [
            one for outer in options if isinstance(outer.value, Message) for one in outer.value.fields if one.typed
        ]
        for outer in options:
            bare = [one for one in getattr(outer.value, "fields", ()) if not one.typed]
            if bare or not isinstance(outer.value, Message):
                place = bare[0].name.span if bare else outer.value.span
                help = "write options { [mediapipe.XCalculatorOptions.ext] { ... } }"
                self._report.error("wrong-options", f"{what}: options name no message", place, help)
        values: dict[str, Entry] = {}
        for one in messages:
            if isinstance(one.value, Message):
                values |= read_options(one.value, one.name.value, found.contract)
                self._comments_inside(one.value)
        return entry("options", MapValue(messages[0].name.span, values), messages[0].name.span) if values else None

    def _switch(
        self,
        entries: dict[str, Entry],
        options: Sequence[Field],
        what: str,
        place: Span,
        sections: Mapping[str, Sequence[Tagged]],
    ) -> NodeType:
        """``SwitchContainer``: its branches, what selects where nothing is connected, and how its ports are named."""
        errors = self._report.errors
        message = next(
            (one.value for outer in options if isinstance(outer.value, Message) for one in outer.value.fields), None
        )
        fields = message.fields if isinstance(message, Message) else []
        if isinstance(message, Message):
            refuse_unknown(message, f"{what}: {SWITCH}", f"{SWITCH}Options", self._report)
        branches: list[Value] = []
        naming = NodeType()
        for one in fields:
            word = one.name.value
            if word == "contained_node" and isinstance(one.value, Message):
                calculator = text_of(one.value, "calculator", self._report)
                if calculator is None:
                    self._report.error("missing-key", f"{what}: a branch names no calculator", one.name.span)
                    continue
                branch: dict[str, Entry] = {}
                inner = [o for name in ("options", "node_options") for o in one.value.all(name)]
                found = self._kind(branch, calculator, inner, what)
                naming = naming if branches else found
                branches.append(MapValue(calculator.span, branch))
            elif word in ("select", "enable"):
                entries[word] = Entry(one.name, plain(one))
            elif word == "async_selection":
                if isinstance(one.value, Scalar) and one.value.value is True:
                    entries["input_policy"] = entry("input_policy", Scalar(one.value.span, "Immediate", "Immediate"))
            elif word == "contained_node":
                text = f"{what}: a branch must be a message"
                self._report.error("wrong-type", text, one.name.span, 'write contained_node { calculator: "..." }')
        settings = dict(entries)
        entries.clear()
        if branches:
            entries["switch"] = entry("switch", ListValue(self._start, branches))
        elif self._report.errors == errors:
            help = 'write options { [mediapipe.SwitchContainerOptions.ext] { contained_node { calculator: "..." } } }'
            self._report.error("missing-key", f"{what}: the switch has no branch", place, help)
        entries |= settings
        selecting = [one for section in ("inputs", "side_packets") for one in sections[section]]
        ports = [one for one in selecting if one.tag in ("select", "enable")]
        if any(one in sections["inputs"] for one in ports):
            entries.pop("select", None)
            entries.pop("enable", None)
        elif not entries.keys() & {"select", "enable"}:  # what MediaPipe does where nothing selects
            word = ports[0].tag if ports else "select"
            entries[word] = entry(word, scalar(False if word == "enable" else 0, self._start))
        return naming

    def _ports(
        self,
        entries: dict[str, Entry],
        naming: NodeType,
        sections: Mapping[str, Sequence[Tagged]],
        message: Message,
    ) -> None:
        contract = naming.contract
        declared: Mapping[str, tuple[Sequence[Any], Any]] = {
            "inputs": (contract.inputs, contract.rest_input),
            "outputs": (contract.outputs, contract.rest_output),
            "side_packets": (contract.side_inputs, contract.rest_side_input),
            "output_side_packets": (contract.side_outputs, contract.rest_side_output),
        } if contract else {}  # fmt: skip
        for section, tagged in sections.items():
            ports, rest = declared.get(section, ((), None))
            names = {port.name for port in ports}
            if section == "side_packets":
                tagged = [one for one in tagged if one.tag in names or one.tag not in _UNUSED_SIDE_PACKETS]
            selectors = [one for one in tagged if "switch" in entries and one.tag in ("select", "enable")]
            tagged = [one for one in tagged if one not in selectors]
            if naming.subgraph:
                value = ports_of_graph(tagged)
            else:
                value = ports_of_calculator(tagged, section, contract.name if contract else "", ports, rest is not None)
            for one in selectors:
                value = value or MapValue(one.span, {})
                value.entries[one.tag] = Entry(Located(one.tag, one.span), Scalar(one.span, one.name, one.name))
            if value is not None:
                entries[section] = entry(section, value)
        if contract and contract.name == "PacketCloner":
            _last_is_tick(entries)
        self._back_edges(entries, naming, message)

    def _back_edges(self, entries: dict[str, Entry], naming: NodeType, message: Message) -> None:
        """``input_stream_info { tag_index: "FINISHED" back_edge: true }`` marks the stream itself."""
        for info in message.all("input_stream_info"):
            if not isinstance(info.value, Message):
                continue
            refuse_unknown(info.value, "input_stream_info", "InputStreamInfo", self._report)
            back_edge = [one.value.value for one in info.value.all("back_edge") if isinstance(one.value, Scalar)]
            place = text_of(info.value, "tag_index", self._report)
            meant = tag_index(place.text, UNTAGGED["inputs"]) if place else None
            if back_edge != [True] or place is None:
                continue
            ports = entries["inputs"].value.entries if "inputs" in entries else {}  # type: ignore[union-attr]
            name, index = meant or ("", 0)
            if naming.subgraph and index:
                name, index = f"{name}_{index}", 0
            one = ports.get(name)
            if one is None:
                help = f"its inputs are {', '.join(ports)}" if ports else ""
                text = f"tag_index names the port {quoted(place.text)}, which the node does not connect"
                self._report.error("unknown-port", text, place.span, help)
                continue
            refs = one.value.items if isinstance(one.value, ListValue) else [one.value]
            if index < len(refs):
                refs[index] = _back_edge(refs[index])
                ports[name] = Entry(one.key, one.value if isinstance(one.value, ListValue) else refs[0])

    def _settings(self, entries: dict[str, Entry], message: Message) -> None:
        for name in ("executor", "max_in_flight", "source_layer"):
            for one in message.all(name):
                if isinstance(one.value, Scalar) and one.value.value not in ("", 0):
                    entries[name] = Entry(one.name, one.value)
        for one in message.all("input_stream_handler"):
            policy = read_input_policy(one, self._report)
            if not isinstance(policy, Scalar) or policy.value != "Default":
                entries["input_policy"] = Entry(Located("input_policy", one.name.span), policy)

    def _comment(self, place: Span, written: Field) -> None:
        if written.comments:
            self.comments[place] = written.comments

    def _comments_inside(self, message: Message) -> None:
        for one in message.fields:
            self._comment(one.name.span, one)


def _back_edge(ref: Value) -> Value:
    return MapValue(ref.span, {"stream": entry("stream", ref), "back_edge": entry("back_edge", scalar(True, ref.span))})


def _last_is_tick(entries: dict[str, Entry]) -> None:
    """Without TICK, the last stream of a PacketCloner is the tick."""
    ports = entries["inputs"].value if "inputs" in entries else None
    if isinstance(ports, MapValue) and "tick" not in ports.entries and "item" in ports.entries:
        items = ports.entries["item"].value
        if isinstance(items, ListValue) and len(items.items) > 1:
            tick = items.items.pop()
            ports.entries["tick"] = entry("tick", tick)
            if len(items.items) == 1:
                ports.entries["item"] = Entry(ports.entries["item"].key, items.items[0])
