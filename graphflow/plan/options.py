"""Options on their way to a calculator: graph options of a file, ``${name}``, and ``--set`` from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from graphflow.config.findings import Findings, listing, suggestion
from graphflow.config.location import Keyed, Located, Span, key_span
from graphflow.config.model import GraphConfig, GraphOption
from graphflow.config.names import option_named, reference_inside
from graphflow.values import GRAPH_OPTION_TYPES, convert

COMMAND_LINE = "<command line>"
PROGRAM = "<options>"
"""What messages call the places of options that stand in no file."""


class Override(NamedTuple):
    """One ``--set``: `option` of the node with the full name `node`, or of the graph itself if `node` is empty."""

    node: str
    option: str
    value: Keyed[Any]

    @classmethod
    def of(cls, path: str, value: Any) -> Override:
        """From a program: the path ``landmarks/detector.min_score_thresh``, or ``min_score`` for a graph option."""
        return cls._typed(PROGRAM, path, value, ("options={", repr(path), ": ", f"{value!r:.60}", "}"))

    @classmethod
    def of_setting(cls, path: str, value: Any, text: str) -> Override:
        """From the command line: ``--set PATH=TEXT``, where `text` was read as `value`."""
        return cls._typed(COMMAND_LINE, path, value, ("--set ", path, "=", text.replace("\n", " "), ""))

    @classmethod
    def _typed(cls, place: str, path: str, value: Any, parts: tuple[str, str, str, str, str]) -> Override:
        before, key, between, text, _ = parts
        typed, start = "".join(parts), len(before) + 1
        node, _, option = path.rpartition(".")
        key_place = Span(place, 1, start, len(key), typed)
        return cls(node, option, Keyed(value, Span(place, 1, start + len(key + between), len(text), typed), key_place))


@dataclass(slots=True)
class Overrides:
    """All ``--set`` of one run, and which of them have found their node."""

    items: tuple[Override, ...]
    used: set[int] = field(default_factory=set)

    def of_node(self, node: str) -> dict[str, Located[Any]]:
        """The overrides of one node, marked as used."""
        found: dict[str, Located[Any]] = {}
        for position, item in enumerate(self.items):
            if item.node == node:
                self.used.add(position)
                found[item.option] = item.value
        return found

    def report_unused(self, nodes: Iterable[str], findings: Findings) -> None:
        """Report overrides of nodes that do not exist."""
        known = list(nodes)
        for position, item in enumerate(self.items):
            if position not in self.used:
                findings.error(
                    "unknown-override",
                    f"there is no node '{item.node}'",
                    item.value.key,
                    help=suggestion(item.node, known, otherwise="write NODE.OPTION, or the name of a graph option"),
                )


@dataclass(frozen=True, slots=True)
class Passed(Keyed[Any]):
    """A value that an including node, or whoever runs the graph, gives to a graph option.

    Attributes:
        owner: Who gives it, for messages: ``node 'landmarks'``, or the top file.
        option: The graph option.
        findings: Where that is told.
    """

    owner: str
    option: str
    findings: Findings


def graph_options(
    config: GraphConfig, given: dict[str, Located[Any]], owner: str, findings: Findings
) -> dict[str, Located[Any]]:
    """The graph options of `config` that have a value: its defaults, with `given` in their place.

    Args:
        config: The file that declares them.
        given: Values from the including node or the command line.
        owner: For messages: ``node 'landmarks'``, or the file.
        findings: Unknown names and wrong types are reported here.
    """
    declared = {option.name.value: option for option in config.options}
    values = {name: option.default for name, option in declared.items() if option.default is not None}
    for name, value in given.items():
        if name not in declared:
            has = listing(declared) if declared else "none"
            text = f"{config.file} has no graph option '{name}'"
            findings.error(
                "unknown-graph-option",
                text if owner == config.file else f"{owner}: {text}",
                key_span(value),
                help=_if_side_packet(name, value, config)
                or suggestion(name, declared, otherwise=_of_node(name, config) or f"its graph options are: {has}"),
            )
        elif _accept(declared[name], value, owner, findings):
            outermost = isinstance(value, Passed)
            values[name] = value if outermost else Passed(value.value, value.span, value.span, owner, name, findings)
    return {name: _converted(declared[name], value) for name, value in values.items()}


def _of_node(name: str, config: GraphConfig) -> str:
    """What to write if a node of the file has an option of that name."""
    node = next((node.name.value for node in config.nodes if name in node.options), "")
    return f"an option of a node is named with it: '{node}.{name}'" if node else ""


def _if_side_packet(name: str, value: Located[Any], config: GraphConfig) -> str:
    if all(port.name.value != name for port in config.side_packets):
        return ""
    ways = {
        COMMAND_LINE: f"--side {name}={value.value}",
        PROGRAM: f"start({{'{name}': {value.value!r:.60}}})",
    }
    return f"'{name}' is a side packet: " + ways.get(value.span.file, f"'side_packets: {{{name}: {{value: ...}}}}'")


def substitute(
    options: Mapping[str, Located[Any]],
    whole: Located[str] | None,
    graph: dict[str, Located[Any]],
    config: GraphConfig,
    owner: str,
    findings: Findings,
) -> tuple[dict[str, Located[Any]], dict[str, str]]:
    """A node's options with every ``${name}`` replaced by the graph option of that name.

    Args:
        options: As written.
        whole: ``options: ${options}``: take all graph options that have a value.
        graph: Graph options that have a value; one without leaves the key out.
        config: The file around the node.
        owner: ``node 'x'``, for messages.
        findings: Unknown names are reported here.

    Returns:
        The options; and those that were left out, to the graph option that each is.
    """
    if whole is not None:
        if whole.value != "options":
            findings.error(
                "wrong-options",
                f"{owner}: '${{{whole.value}}}' cannot stand for all options",
                whole.span,
                help="write 'options: ${options}' to pass on all graph options, "
                f"or 'options: {{name: ${{{whole.value}}}}}' for one",
            )
            return {}, {}
        names = [option.name.value for option in config.options]
        options = {name: _at(whole.span, value) for name, value in graph.items()}
        return options, {name: name for name in names if name not in graph}
    result, unset = {}, {}
    for name, located in options.items():
        reference = option_named(located.value)
        if reference is None:
            if part := reference_inside(located.value):
                text = f"{owner}: '{part}' is only a part of the option's value"
                help = f"a graph option is taken as a whole: 'name: {part}'"
                findings.error("wrong-options", text, located.span, help=help)
            result[name] = located
        elif reference in graph:
            result[name] = _at(key_span(located), graph[reference])
        elif _declared(reference, located.span, config, owner, findings):
            unset[name] = reference
    return result, unset


def _at(key: Span, value: Located[Any]) -> Located[Any]:
    """The value of a graph option under the key of a node's option."""
    return replace(value, key=key) if isinstance(value, Keyed) else Keyed(value.value, value.span, key)


def _declared(name: str, span: Span, config: GraphConfig, owner: str, findings: Findings) -> bool:
    declared = [option.name.value for option in config.options]
    if name not in declared and not findings.too_many:
        findings.error(
            "unknown-graph-option",
            f"{owner}: '${{{name}}}' names a graph option that {config.file} does not have",
            span,
            help=suggestion(name, declared, otherwise=f"declare it: 'options: {{{name}: {{default: ...}}}}'"),
        )
    return name in declared


def _type(option: GraphOption) -> Any:
    return Any if option.type is None else GRAPH_OPTION_TYPES[option.type.value]


def _accept(option: GraphOption, value: Located[Any], owner: str, findings: Findings) -> bool:
    problem = convert(value.value, _type(option))[1]
    if problem:
        text = f"{owner}: graph option '{option.name.value}' {problem}"
        findings.error("wrong-graph-option", text, value.span)
    return not problem


def _converted(option: GraphOption, value: Located[Any]) -> Located[Any]:
    converted, problem = convert(value.value, _type(option))
    return value if problem else replace(value, value=converted)
