"""The entries of ``nodes``."""

from __future__ import annotations

from typing import Any

from graphflow.config.diagnostics import Related, quoted
from graphflow.config.fields import (
    Entries,
    forbid_together,
    is_whole,
    known_entries,
    literal,
    read_bool,
    read_entries,
    read_if,
    read_int,
    read_text,
    wrong_type,
)
from graphflow.config.location import Keyed, Located
from graphflow.config.model import Branch, NodeConfig, PolicyRef, PortRefs
from graphflow.config.names import check_class_name, check_name, check_node_name, option_named
from graphflow.config.node_keys import KINDS, NODE_KEYS, without_keys_of_nodes
from graphflow.config.ports import read_ports
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value

MISPLACED = {
    "subgraph": ("executor", "input_policy", "max_in_flight", "source_layer", "select", "enable"),
    "switch": ("executor", "max_in_flight", "source_layer", "options"),
    "calculator": ("select", "enable"),
}
"""Keys that a node of each kind cannot have."""
_MISPLACED_HELP = {
    "executor": "name executors at the nodes inside",
    "input_policy": "set it at the nodes inside",
    "max_in_flight": "set it at the nodes inside",
    "source_layer": "set it at the sources inside",
    "options": "give each branch its own: switch: [{calculator: A, options: {...}}]",
    "select": "it belongs to a switch",
    "enable": "it belongs to a switch",
}
_EXECUTOR = "declare it at the top, 'executors: {drawing: {threads: 2}}', and write executor: drawing"
_SELECTORS = ("select", "enable")
_BRANCH_EXAMPLE = "switch: [{calculator: A}, {subgraph: b.yaml}]"

MEDIAPIPE_NODE_KEYS = {
    "input_stream": "inputs",
    "output_stream": "outputs",
    "input_side_packet": "side_packets",
    "output_side_packet": "output_side_packets",
    "node_options": "options",
    "option_value": "options",
    "input_stream_handler": "input_policy",
    "input_stream_info": "inputs",
    "type": "calculator",
}
"""What MediaPipe calls them."""


_ELSEWHERE = {
    "back_edge": "it belongs to an input: inputs: {port: {stream: name, back_edge: true}}",
    **dict.fromkeys(
        ("executors", "threads", "max_queue_size", "report_deadlock", "nodes"),
        "it belongs to the whole graph: write it at the top of the file",
    ),
}
"""Keys that stand at an input or at the top, and what to write for each."""


def read_nodes(value: Value, report: Report) -> tuple[NodeConfig, ...]:
    """``nodes`` of a file, in the order in which they are written."""
    if isinstance(value, ListValue):
        help = "give each node a name: nodes: {my_node: {calculator: ...}}"
        wrong_type(value, "nodes", "a map from node name to node", help, report)
        return ()
    help = "write nodes: {my_node: {calculator: ...}}"
    entries = without_keys_of_nodes([*read_entries(value, "nodes", help, report).values()], report)
    return tuple(_read_node(entry, report) for entry in entries)


def read_policy(value: Value, what: str, report: Report) -> PolicyRef | None:
    """``input_policy: Name``, or ``input_policy: {Name: {option: value}}``."""
    example = "write input_policy: Immediate, or input_policy: {FixedSize: {trigger_queue_size: 4}}"
    if not isinstance(value, MapValue):
        name = read_text(value, what, "the name of a policy", example, report)
        if name is None:
            return None
        check_class_name(name, what, report)
        return PolicyRef(name)
    if len(value.entries) != 1:
        message = f"{what} must name one policy, found {len(value.entries)}"
        report.error("bad-value", message, value.span, example)
        return None
    entry = next(iter(value.entries.values()))
    check_class_name(entry.key, what, report)
    options = read_entries(entry.value, f"{what}: options of {quoted(entry.key.value)}", example, report)
    return PolicyRef(entry.key, _located(options))


def _read_node(entry: Entry, report: Report) -> NodeConfig:
    name, value = entry
    what = f"node {quoted(name.value)}"
    errors = report.errors
    check_node_name(name, report)
    if not isinstance(value, MapValue):
        example = value.text if isinstance(value, Scalar) and value.text.isidentifier() else "PassThrough"
        wrong_type(value, what, "a map", f"write {{calculator: {example}, inputs: ..., outputs: ...}}", report)
        return NodeConfig(name, name.span, incomplete=True)
    entries = known_entries(value, what, NODE_KEYS, report, MEDIAPIPE_NODE_KEYS, _homes(value), _ELSEWHERE)
    _check_kind(entries, what, value, name, report)
    options, options_from = _read_options(entries, what, report)

    def ports(section: str) -> tuple[PortRefs, ...]:
        return read_if(entries, section, lambda v: read_ports(v, what, section, report), ())

    node = NodeConfig(
        name=name,
        span=name.span,
        calculator=_read_calculator(entries, what, report),
        subgraph=_read_subgraph(entries, what, report),
        switch=read_if(entries, "switch", lambda v: _read_switch(v, what, report), None),
        select=read_if(entries, "select", lambda v: _read_selector(v, what, "select", report), None),
        enable=read_if(entries, "enable", lambda v: _read_selector(v, what, "enable", report), None),
        inputs=ports("inputs"),
        outputs=ports("outputs"),
        side_packets=ports("side_packets"),
        output_side_packets=ports("output_side_packets"),
        options=options,
        options_from=options_from,
        executor=read_if(entries, "executor", lambda v: _read_executor(v, what, report), None),
        input_policy=read_if(entries, "input_policy", lambda v: read_policy(v, f"{what}: input_policy", report), None),
        max_in_flight=read_if(
            entries, "max_in_flight", lambda v: read_int(v, f"{what}: max_in_flight", 1, report), None
        ),
        source_layer=read_if(entries, "source_layer", lambda v: read_int(v, f"{what}: source_layer", 0, report), None),
    )
    if "switch" in entries:
        _check_selector(node, entries, what, report)
    return node._replace(incomplete=report.errors > errors or not is_whole(value))


def _homes(node: MapValue) -> dict[str, str]:
    """Where words stand that are none of a node's keys: what they may be, and what to write then."""
    homes = {"one of the options": "options: {NAME: ...}"}
    policy = node.entries.get("input_policy")
    if policy is not None and isinstance(policy.value, Scalar) and policy.value.text.isidentifier():
        homes["one of the policy's"] = f"input_policy: {{{policy.value.text}: {{NAME: ...}}}}"
    return homes


def _check_kind(entries: Entries, what: str, value: MapValue, name: Located[str], report: Report) -> None:
    """One of calculator, subgraph and switch, and nothing that has no meaning for it."""
    kinds = [key for key in KINDS if key in entries]
    if not kinds and not value.incomplete:
        help = f"write calculator: Name, subgraph: file.yaml, or {_BRANCH_EXAMPLE}"
        report.error("missing-key", f"{what} has no calculator, subgraph or switch", name.span, help)
    elif len(kinds) > 1:
        forbid_together(entries, KINDS, what, report)
    elif kinds:
        for key in MISPLACED[kinds[0]]:
            if key in entries:
                message = f"{what}: {quoted(key)} has no meaning for a {kinds[0]}"
                report.error("misplaced-key", message, entries[key].key.span, _MISPLACED_HELP[key])


def _check_selector(node: NodeConfig, entries: Entries, what: str, report: Report) -> None:
    """A switch has exactly one thing that selects: a key, or a stream or side packet port of that name.

    A key beside a side packet of the same name is what counts where nobody gives the side packet.
    """
    places = [connected.port for connected in node.inputs if connected.port.value in _SELECTORS]
    sides = [connected.port for connected in node.side_packets if connected.port.value in _SELECTORS]
    places += [entries[key].key for key in _SELECTORS if key in entries and [key] != [side.value for side in sides]]
    places += sides
    if not places:
        help = "write select: 0, enable: true, or connect a stream or side packet to the port select or enable"
        report.error("missing-key", f"{what}: nothing selects a branch of the switch", node.span, help)
    elif len(places) > 1:
        related = (Related(places[0].span, "the other one"),)
        message = f"{what}: two things select the branch of the switch"
        report.error("conflicting-keys", message, places[1].span, "keep one of the two", related)
    if node.switch and node.select and isinstance(node.select.value, int) and node.select.value >= len(node.switch):
        message = f"{what}: select is {node.select.value}, but the switch has {len(node.switch)} branches, from 0 on"
        last = len(node.switch) - 1
        report.error("bad-value", message, node.select.span, f"write 0 to {last}" if last else "write 0")


def _read_selector(value: Value, what: str, key: str, report: Report) -> Located[Any] | None:
    if isinstance(value, Scalar) and option_named(value.value) is not None:
        return Located(value.value, value.span)
    if isinstance(value, Scalar) and isinstance(value.value, str) and value.value.isidentifier():
        help = f"for a stream write inputs: {{{key}: {value.value}}}, for a side packet side_packets: {{{key}: ...}}"
        wrong_type(value, f"{what}: {key}", "a fixed value or ${option}", help, report)
        return None
    if key == "enable":
        return read_bool(value, f"{what}: enable", report)
    return read_int(value, f"{what}: select", 0, report)


def _read_calculator(entries: Entries, what: str, report: Report) -> Located[str] | None:
    if "calculator" not in entries:
        return None
    name = read_text(entries["calculator"].value, f"{what}: calculator", "the name of a calculator", "", report)
    if name is None:
        return None
    errors = report.errors
    path, _, last = name.value.rpartition(".")
    if last in ("yaml", "yml", "pbtxt", "binarypb"):
        message = f"{what}: calculator {quoted(name.value)} is the name of a graph file"
        report.error("bad-name", message, name.span, f"write subgraph: {name.value}")
    elif path and last.isidentifier():
        message = f"{what}: calculator {quoted(name.value)}: a graph file names calculators, never import paths"
        help = f"write {last}, and --calculators FILE.py for a class that is not installed"
        report.error("bad-name", message, name.span, help)
    else:
        check_class_name(name, f"{what}: calculator", report)
    return name if report.errors == errors else None  # one message about it is enough


def _read_subgraph(entries: Entries, what: str, report: Report) -> Located[str] | None:
    if "subgraph" not in entries:
        return None
    help = "write the subgraph's file: modules/name.yaml"
    path = read_text(entries["subgraph"].value, f"{what}: subgraph", "a file", help, report)
    if path is not None and not path.value.isprintable():
        message = f"{what}: subgraph {quoted(path.value)} holds a character that cannot stand in a file name"
        report.error("bad-name", message, path.span, help)
        return None
    return path


def _read_switch(value: Value, what: str, report: Report) -> tuple[Branch, ...] | None:
    if not isinstance(value, ListValue) or not value.items:
        wrong_type(value, f"{what}: switch", "a list of branches", f"write {_BRANCH_EXAMPLE}", report)
        return None
    read = (_read_branch(item, f"{what}: branch {index}", report) for index, item in enumerate(value.items))
    return tuple(branch for branch in read if branch is not None)


def _read_branch(value: Value, what: str, report: Report) -> Branch | None:
    if not isinstance(value, MapValue):
        wrong_type(value, what, "a map", f"write {_BRANCH_EXAMPLE}", report)
        return None
    entries = known_entries(value, what, ("calculator", "subgraph", "options"), report)
    forbid_together(entries, ("calculator", "subgraph"), what, report)
    if not entries.keys() & {"calculator", "subgraph"}:
        message = f"{what} has no calculator or subgraph"
        report.error("missing-key", message, value.span, f"write {_BRANCH_EXAMPLE}")
    calculator, subgraph = _read_calculator(entries, what, report), _read_subgraph(entries, what, report)
    return Branch(value.span, calculator, subgraph, *_read_options(entries, what, report))


def _read_options(entries: Entries, what: str, report: Report) -> tuple[dict[str, Located[Any]], Located[str] | None]:
    """``options``: a map, or one ``${name}`` for all of them."""
    if "options" not in entries:
        return {}, None
    value = entries["options"].value
    reference = option_named(literal(value))
    if reference is not None:
        name = Located(reference, value.span)
        check_name(name, f"{what}: graph option", report)
        return {}, name
    options = read_entries(value, f"{what}: options", "write options: {name: value}, or options: ${name}", report)
    for entry in options.values():
        check_name(entry.key, f"{what}: option", report)
    return _located(options), None


def _read_executor(value: Value, what: str, report: Report) -> Located[str] | None:
    name = read_text(value, f"{what}: executor", "the name of an executor", _EXECUTOR, report)
    if name is not None:
        check_name(name, f"{what}: executor", report)
    return name


def _located(entries: Entries) -> dict[str, Located[Any]]:
    return {key: Keyed(literal(entry.value), entry.value.span, entry.key.span) for key, entry in entries.items()}
