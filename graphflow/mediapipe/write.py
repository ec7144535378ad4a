"""A graph of ours in MediaPipe's text format.

Nodes, subgraphs and switches stay what they are; graph options are folded in. A fixed value becomes a
ConstantSidePacketCalculator, a default a DefaultSidePacketCalculator as well. What MediaPipe cannot say is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.findings import Findings
from graphflow.config.location import Span
from graphflow.config.model import Branch, GraphConfig, GraphPort, NodeConfig, PolicyRef, PortRefs, Ref
from graphflow.contract import Contract
from graphflow.errors import ContractError
from graphflow.mediapipe.node_names import NodeNames
from graphflow.mediapipe.options_written import options_lines, value_line
from graphflow.mediapipe.ports import SECTIONS, UNTAGGED, tag_index_of, tag_of
from graphflow.mediapipe.their_names import calculator_name, candidates, graph_name
from graphflow.plan.node_checks import Lookup
from graphflow.plan.options import graph_options, substitute
from graphflow.registry import CalculatorLookupError
from graphflow.signature import contract_of

_POLICIES = {"SyncSets": "SyncSet"}


@dataclass
class Written:
    """A graph in MediaPipe's words.

    Attributes:
        text: In text format.
        problems: What could not be said.
    """

    text: str
    problems: list[Diagnostic] = field(default_factory=list)


def write_graph(
    config: GraphConfig,
    types: Mapping[str, str],
    registry: Lookup,
    *,
    module: bool = False,
    allow_unknown: bool = False,
) -> Written:
    """Write a graph.

    Args:
        config: What its file says; without errors.
        types: Payload types in words, by the names of streams.
        registry: Finds calculators.
        module: Others are to include it: it gets a type, and its ports are tags.
        allow_unknown: Calculators and options that MediaPipe does not have are written under their own names.
    """
    return _Writer(config, types, registry, module, allow_unknown).graph()


class _Writer:
    def __init__(
        self, config: GraphConfig, types: Mapping[str, str], registry: Lookup, module: bool, allow_unknown: bool
    ) -> None:
        self._config = config
        self._types = types
        self._registry = registry
        self._module = module
        self._allow_unknown = allow_unknown
        self._found: list[Diagnostic] = []
        self._lines: list[str] = []
        self._constants: list[tuple[str, Any]] = []
        self._options = graph_options(config, {}, config.file, Findings([]))
        self._renamed: dict[str, str] = {}
        self._names = NodeNames()
        made = (ref.name for node in config.nodes for entry in node.output_side_packets for ref in entry.refs)
        self._side_packets = {*(port.inner.value for port in config.side_packets), *filter(None, made)}

    def graph(self) -> Written:
        config = self._config
        for option in config.options:
            if option.default is None and option.name.value not in self._options:
                text = f"graph option '{option.name.value}' has no default, which would stand in its place"
                self._problem(
                    "no-counterpart", text, option.name.span, "give it a default: graph options are folded in"
                )
        self._remarks(config.help.splitlines(), "")
        if self._module:
            self._line("type", graph_name(PurePath(config.file).stem))
        self._interface("inputs", config.inputs)
        self._interface("outputs", config.outputs)
        self._interface("side_packets", config.side_packets)
        self._interface("output_side_packets", config.output_side_packets)
        if config.max_queue_size:
            self._lines.append(f"max_queue_size: {config.max_queue_size.value}")
        if config.report_deadlock:
            self._lines.append(f"report_deadlock: {str(config.report_deadlock.value).lower()}")
        if config.threads:
            self._lines.append(f"num_threads: {config.threads.value}")
        for executor in config.executors:
            self._lines += [
                "executor {",
                f'  name: "{executor.name.value}"',
                '  type: "ThreadPoolExecutor"',
                "  options {",
                f"    [mediapipe.ThreadPoolExecutorOptions.ext] {{ num_threads: {executor.threads.value} }}",
                "  }",
                "}",
            ]
        if config.input_policy:
            self._lines += self._policy(config.input_policy, "")
        defaults = [port for port in config.side_packets if port.default is not None]
        for port in defaults:
            self._default(port)
        for node in config.nodes:
            self._lines += ["", *self._node(node)]
        for name, value in self._constants:
            self._constant(name, value)
        return Written("\n".join(self._lines) + "\n", self._found)

    # -- the interface ------------------------------------------------------------------------------------------------

    def _interface(self, section: str, ports: Sequence[GraphPort]) -> None:
        for port in ports:
            self._remarks(port.help.splitlines(), "")
            inner, name = port.inner.value, port.name.value
            tagged = self._module and name != UNTAGGED[section]
            self._line(SECTIONS[section], f"{name.upper()}:{inner}" if tagged or name != inner else inner)

    def _default(self, port: GraphPort) -> None:
        """A side packet with a default: nodes take it from a node that has both."""
        assert port.default is not None
        inner = port.inner.value
        either, default = self._free(f"{inner}_or_default"), self._free(f"default_{inner}")
        self._renamed[inner] = either
        self._constant(default, port.default.value)
        self._names.of("DefaultSidePacketCalculator")
        self._lines += [
            "",
            "node {",
            '  calculator: "DefaultSidePacketCalculator"',
            f'  input_side_packet: "OPTIONAL_VALUE:{inner}"',
            f'  input_side_packet: "DEFAULT_VALUE:{default}"',
            f'  output_side_packet: "VALUE:{either}"',
            "}",
        ]

    def _constant(self, name: str, value: Any) -> None:
        said = value_line(value)
        if said is None:
            text = f"MediaPipe has no constant side packet for {value!r:.60}"
            self._problem("no-counterpart", text, None, "let whoever runs the graph give the side packet")
            return
        self._names.of("ConstantSidePacketCalculator")
        self._lines += [
            "",
            "node {",
            '  calculator: "ConstantSidePacketCalculator"',
            f'  output_side_packet: "PACKET:{name}"',
            "  options {",
            f"    [mediapipe.ConstantSidePacketCalculatorOptions.ext] {{ packet {{ {said} }} }}",
            "  }",
            "}",
        ]

    # -- nodes --------------------------------------------------------------------------------------------------------

    def _node(self, node: NodeConfig) -> list[str]:
        lines: list[str] = []
        self._remarks(self._above(node.name.span), "", lines)
        lines.append("node {")
        name, options, contract = self._kind(node)
        ours = contract.name if contract else ""
        lines.append(f'  calculator: "{name}"')
        if self._names.next(name) != node.name.value:
            lines.append(f'  name: "{self._names.of(node.name.value)}"')
        else:
            self._names.of(name)
        for section, ports in (("inputs", node.inputs), ("outputs", node.outputs)):
            lines += self._ports(section, ports, ours)
        for section, ports in (("side_packets", node.side_packets), ("output_side_packets", node.output_side_packets)):
            lines += self._ports(section, ports, ours, node.name.value)
        for port in node.inputs:
            for index, ref in enumerate(port.refs):
                if ref.back_edge:
                    tag = tag_of(port.port.value, "inputs") + (f":{index}" if len(port.refs) > 1 else "")
                    lines.append(f'  input_stream_info {{ tag_index: "{tag or ":0"}" back_edge: true }}')
        if node.switch is not None:
            lines += self._switch(node, node.switch)
        elif options is not None:
            lines += [f"  {line}" for line in self._option_lines(options, name, contract, node.name.span)]
        if node.executor and node.executor.value == "main":
            self._problem(
                "unknown-executor",
                f"node '{node.name.value}': MediaPipe has no executor 'main' beside others",
                node.executor.span,
                "the node goes to the default executor",
                severe=False,
            )
        elif node.executor:
            lines.append(f'  executor: "{node.executor.value}"')
        for key in ("max_in_flight", "source_layer"):
            if (setting := getattr(node, key)) is not None:
                lines.append(f"  {key}: {setting.value}")
        if node.input_policy and node.switch is None:
            lines += self._policy(node.input_policy, "  ")
        return [*lines, "}"]

    def _kind(self, node: NodeConfig) -> tuple[str, dict[str, Any] | None, Contract | None]:
        """MediaPipe's name, the options, and the class of a calculator."""
        if node.switch is not None:
            return "SwitchContainer", None, None
        streams = [ref.name for entry in (*node.outputs, *node.inputs) for ref in entry.refs if ref.name]
        return self._named(node, streams, node.name.value)

    def _named(
        self, one: NodeConfig | Branch, streams: Iterable[str], who: str
    ) -> tuple[str, dict[str, Any] | None, Contract | None]:
        given, _ = substitute(one.options, one.options_from, self._options, self._config, f"node '{who}'", Findings([]))
        options = {name: located.value for name, located in given.items()}
        if one.subgraph is not None:
            name = graph_name(PurePath(one.subgraph.value).stem)
            return name + "Subgraph" * self._is_calculator(name), options, None
        assert one.calculator is not None
        try:
            contract = contract_of(self._registry.resolve(one.calculator.value))
        except (CalculatorLookupError, ContractError):
            return one.calculator.value, options, None
        types = [self._types[name] for name in streams if name in self._types]
        known, place = candidates(contract.name), one.calculator.span
        name = one.calculator.value if one.calculator.value in known else calculator_name(contract.name, types)
        if not name and known:
            text = f"node '{who}': MediaPipe has {contract.name} once for each payload type, and the type is not known"
            help = f"write its name in the YAML graph: calculator: {known[0]}"
            self._problem("no-counterpart", text, place, help)
        elif not name:
            help = "--allow-unknown writes it under its own name"
            self._problem(
                "no-counterpart", f"node '{who}': MediaPipe has no {contract.name}", one.calculator.span, help
            )
        return name or contract.name, options, contract

    def _is_calculator(self, name: str) -> bool:
        """Whether a name stands for a calculator: they come before graphs."""
        try:
            self._registry.resolve(name)
        except CalculatorLookupError:
            return False
        return True

    def _ports(self, section: str, ports: Sequence[PortRefs], ours: str, node: str = "") -> list[str]:
        lines = []
        for entry in ports:
            tag = tag_of(entry.port.value, section, ours)
            several = len(entry.refs) > 1 and tag
            for index, ref in enumerate(entry.refs):
                name = self._name_of(ref, f"{node}_{entry.port.value}") if node else ref.name
                place = f"{tag}:{index}:" if several else f"{tag}:" if tag else ""
                lines.append(f'  {SECTIONS[section]}: "{place}{name}"')
        return lines

    def _name_of(self, ref: Ref, constant: str) -> str:
        if ref.name is not None:
            return self._renamed.get(ref.name, ref.name)
        name = self._free(constant)
        self._constants.append((name, ref.literal))
        return name

    def _free(self, name: str) -> str:
        """A name for a side packet that no other has."""
        free, number = name, 1
        while free in self._side_packets:
            number += 1
            free = f"{name}_{number}"
        self._side_packets.add(free)
        return free

    def _switch(self, node: NodeConfig, branches: Sequence[Branch]) -> list[str]:
        lines = ["  options {", "    [mediapipe.SwitchContainerOptions.ext] {"]
        for key in ("select", "enable"):
            setting = getattr(node, key)
            if setting is not None:
                found, _ = substitute({"": setting}, None, self._options, self._config, "", Findings([]))
                if "" in found:
                    lines.append(f"      {key}: {str(found[''].value).lower()}")
        if node.input_policy and node.input_policy.name.value == "Immediate":
            lines.append("      async_selection: true")
        streams = [ref.name for entry in (*node.outputs, *node.inputs) for ref in entry.refs if ref.name]
        for branch in branches:
            name, options, contract = self._named(branch, streams, node.name.value)
            lines += ["      contained_node {", f'        calculator: "{name}"']
            inside = self._option_lines(options or {}, name, contract, branch.span)
            lines += [*(f"        {line}" for line in inside), "      }"]
        return [*lines, "    }", "  }"]

    def _option_lines(self, options: Mapping[str, Any], name: str, contract: Contract | None, place: Span) -> list[str]:
        lines, problem = options_lines(options, name, contract, self._allow_unknown)
        if problem:
            self._problem("no-counterpart", problem, place, "--allow-unknown writes it under its own name")
        return lines

    def _policy(self, policy: PolicyRef, margin: str) -> list[str]:
        name = policy.name.value
        handler = f"{_POLICIES.get(name, name)}InputStreamHandler"
        lines = ["input_stream_handler {", f'  input_stream_handler: "{handler}"']
        options = {key: located.value for key, located in policy.options.items()}
        if options:
            lines += ["  options {", f"    [mediapipe.{handler}Options.ext] {{"]
            if name == "SyncSets":
                for group in options.get("sets", ()):
                    tags = " ".join(f'tag_index: "{tag_index_of(word)}"' for word in group)
                    lines.append(f"      sync_set {{ {tags} }}")
            else:
                lines += [f"      {key}: {str(value).lower()}" for key, value in options.items()]
            lines += ["    }", "  }"]
        return [f"{margin}{line}" for line in [*lines, "}"]]

    # -- small things -------------------------------------------------------------------------------------------------

    def _line(self, key: str, value: str) -> None:
        self._lines.append(f'{key}: "{value}"')

    def _remarks(self, texts: Iterable[str], margin: str, lines: list[str] | None = None) -> None:
        (self._lines if lines is None else lines).extend(f"{margin}# {text}".rstrip() for text in texts)

    def _above(self, place: Span) -> list[str]:
        """The comment above a line of the file."""
        found: list[str] = []
        number = place.line - 2
        while 0 <= number < len(self._config.lines) and (text := self._config.lines[number].strip()).startswith("#"):
            found.insert(0, text[1:].strip())
            number -= 1
        return found

    def _problem(self, code: str, message: str, place: Span | None, help: str, *, severe: bool = True) -> None:
        if severe and self._allow_unknown and code == "no-counterpart":
            return
        self._found.append(Diagnostic(code, message, place, "error" if severe else "warning", help))
