"""What is checked of each node by itself: its class, its options, its own `check`, and the keys of its entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from graphflow.bundled import bundled_graph
from graphflow.config.diagnostics import Diagnostic, Related, Severity
from graphflow.config.findings import Findings, suggestion
from graphflow.config.location import Span, key_span
from graphflow.config.model import GraphConfig
from graphflow.context import NodeCheck
from graphflow.contract import Contract, Inject
from graphflow.errors import ContractError
from graphflow.plan.connection import Connection
from graphflow.plan.flat import FlatGraph, FlatNode
from graphflow.plan.input_policies import Chosen
from graphflow.plan.option_values import validate_options
from graphflow.plan.options import Passed
from graphflow.plan.plan import MAIN
from graphflow.plan.ports import DraftNode
from graphflow.plan.subgraph_files import MEDIAPIPE_SUFFIXES
from graphflow.policies import Default, InputPolicy
from graphflow.registry import CalculatorLookupError
from graphflow.signature import contract_of

DEFAULT_EXECUTOR = ""
"""`PlanNode.executor` of a node that names none."""


class Lookup(Protocol):
    """Finds calculator classes; `graphflow.registry.Registry` is one."""

    def resolve(self, name: str, *, built_in: bool = False) -> type[Any]:
        """The class for a name in a graph file; `built_in`: in one that comes with graphflow.

        Raises:
            CalculatorLookupError: There is none.
        """
        ...


def look_up(node: FlatNode, registry: Lookup) -> Contract | None:
    """The contract of a node's calculator, or None after saying why there is none."""
    if node.calculator is None or node.findings.too_many:  # looking for what was meant takes long
        return None
    try:
        return contract_of(registry.resolve(node.calculator.value, built_in=node.built_in))
    except CalculatorLookupError as error:
        message, help = error.message, error.help
        name, file = node.calculator.value, node.calculator.span.file
        if error.code == "unknown-calculator" and file.endswith(MEDIAPIPE_SUFFIXES) and not _says_calculator(name):
            message = f"there is no calculator or graph '{name}'"
            near = f"{help} If not, and " if help.startswith("did you mean") else ""
            folder = (
                "if it is a graph, say below which folder its file lies: --graph-path FOLDER, in a program graph_path"
            )
            help = near + folder
        elif bundled_graph(f"modules/{name}"):
            help = f"'{name}' is a module: write 'subgraph: {name}'"
        node.findings.error(error.code, f"node '{node.name}': {message}", node.calculator.span, help=help)
    except ContractError as error:
        text = f"node '{node.name}': calculator {node.calculator.value} cannot be used: {error}"
        node.findings.error("broken-calculator", text, node.calculator.span)
    return None


def _says_calculator(name: str) -> bool:
    """Whether one of MediaPipe's names is that of a calculator; graphs have names of the same kind without the word."""
    return "Calculator" in name


def check_options(node: FlatNode, contract: Contract, flat: FlatGraph) -> dict[str, Any] | None:
    """The keyword arguments of the node's class; None if the options are wrong."""
    raw = {name: located.value for name, located in node.options.items()}
    values, problems = validate_options(contract.calculator, raw)
    for problem in problems:
        given = node.options.get(problem.name)
        if given is None and node.config.incomplete:
            continue
        who, findings, span, related = f"node '{node.name}'", node.findings, node.span, []
        message, help = problem.message, problem.help
        if given is not None:
            span = given.span if problem.code == "bad-option" else key_span(given)
        if isinstance(given, Passed) and problem.code == "bad-option":
            who, findings = given.owner, given.findings
            message = f"option '{given.option}' {problem.reason}"
            if not node.scope.bundled:
                related = [Related(given.key, f"node '{node.name}' inside takes it as its option '{problem.name}'")]
        elif given is None and problem.name in node.unset:
            needed = _needed(node, node.unset[problem.name], flat)
            if needed is None:
                continue
            outer, name = needed
            who, findings, span = f"node '{outer.name}'", outer.findings, outer.span
            path = outer.config.subgraph
            message = f"option '{name}' of {path.value if path else 'the subgraph'} is missing"
            help = problem.help.replace(f"{{{problem.name}: ", f"{{{name}: ")
        elif problem.code == "unknown-option" and any(p.name == problem.name for p in contract.side_inputs):
            help = f"'{problem.name}' is a side packet: 'side_packets: {{{problem.name}: {{value: ...}}}}'"
        findings.error(problem.code, f"{who}: {message}", span, help=help, related=related)
    return None if problems else values


def _needed(node: FlatNode, option: str, flat: FlatGraph) -> tuple[FlatNode, str] | None:
    """The outermost including node that has to give a graph option; None, noted, if that is whoever includes all."""
    outer = node.scope.node
    while outer is not None:
        if option not in outer.unset:
            return outer, option
        option, outer = outer.unset[option], outer.scope.node
    flat.needed.add(option)
    return None


def run_own_check(node: DraftNode, options: Mapping[str, Any], flat: FlatGraph) -> InputPolicy:
    """Call the class's `check`; what it reports is reported. Returns the policy that the class asks for."""
    view = _View(node, flat)
    cls = node.contract.calculator
    try:
        cls.check(view, options)
    except Exception as error:  # a user's class may raise anything; a bad graph file never shows a traceback
        node.flat.findings.error(
            "broken-calculator",
            f"node '{node.flat.name}': {cls.__name__}.check raised {type(error).__name__}: {error}",
            node.flat.span,
            help=f"this is a mistake in the class, {node.contract.location}",
        )
    return view.policy


class _View(NodeCheck):
    """A `DraftNode` as calculators see it."""

    def __init__(self, node: DraftNode, graph: FlatGraph) -> None:
        self._node = node
        self._graph = graph
        self.policy: InputPolicy = node.contract.input_policy

    @property
    def name(self) -> str:
        return self._node.flat.name

    @property
    def inputs(self) -> Mapping[str, int]:
        return _counts(self._node.inputs)

    @property
    def outputs(self) -> Mapping[str, int]:
        return _counts(self._node.outputs)

    @property
    def side_packets(self) -> Mapping[str, int]:
        return _counts([*self._node.side_inputs, *self._node.side_outputs])

    def written_in_file(self, option: str) -> bool:
        given = self._node.flat.options.get(option)
        return given is not None and not given.span.typed

    def set_policy(self, policy: InputPolicy) -> None:
        if not isinstance(policy, InputPolicy):
            raise TypeError(f"set_policy takes a policy such as Immediate(), not {policy!r}")
        self.policy = policy

    def set_type(self, port: str, type_: Any) -> None:
        contract = self._node.contract
        ports: list[Any] = [*contract.inputs, *contract.outputs, *contract.side_inputs, *contract.side_outputs]
        if all(known.name != port for known in ports) and not contract.rest_input and not contract.rest_side_input:
            raise ValueError(f"set_type: {contract.name} has no port '{port}'")
        self._node.types[port] = type_

    def error(self, message: str, help: str = "", port: str | None = None) -> None:
        self._report("error", message, help, port)

    def warning(self, message: str, help: str = "", port: str | None = None) -> None:
        self._report("warning", message, help, port)

    def _report(self, severity: Severity, message: str, help: str, port: str | None) -> None:
        flat = self._node.flat
        if flat.config.incomplete:  # what it asks for may stand in what could not be read
            return
        who, findings, span = f"node '{flat.name}'", flat.findings, self._place(port)
        if flat.unset:  # it lacks something that an including graph may give
            needed = [_needed(flat, option, self._graph) for option in flat.unset.values()]
            if None in needed:
                return
            if needed[0] is not None:
                outer, _ = needed[0]
                who, findings, span = f"node '{outer.name}': {who} inside", outer.findings, outer.span
        findings.add(Diagnostic("calculator-check", f"{who}: {message}", span, severity, help))

    def _place(self, port: str | None) -> Span:
        flat = self._node.flat
        entries = (*flat.inputs, *flat.outputs, *flat.side_inputs, *flat.side_outputs)
        return next((written.span for written, _ in entries if written.value == port), flat.span)


def _counts(connections: list[Connection]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in connections:
        counts[one.port.name] = counts.get(one.port.name, 0) + 1
    return counts


def check_role(node: DraftNode) -> None:
    """A node can run at all."""
    flat, contract = node.flat, node.contract
    if flat.config.incomplete or node.inputs or any(port.compulsory for port in contract.inputs):
        return
    # Without any input `process` is never called; what has a context in `close` can still send there.
    sends_in_close = any(parameter.inject is Inject.CONTEXT for parameter in contract.close)
    if node.outputs and contract.inputs and not sends_in_close:
        flat.findings.error(
            "no-inputs",
            f"node '{flat.name}': no input is connected, so {contract.name} would never run",
            flat.span,
            help=f"add 'inputs: {{{contract.inputs[0].name}: ...}}'",
        )
    elif not node.outputs and not node.side_inputs and not node.side_outputs:
        text = f"node '{flat.name}' is connected to nothing: it is opened and closed, and that is all"
        flat.findings.warning("idle-node", text, flat.span)


def check_promise(node: DraftNode, flat: FlatGraph) -> None:
    """In a branch of a switch, a node says when it has nothing to send: else the next branch waits for it."""
    contract, path = node.contract, node.flat.scope.path
    if promises_nothing(node) and any(path[:depth] in flat.switching for depth in range(1, len(path) + 1)):
        node.flat.findings.warning(
            "unsettled-branch",
            f"node '{node.flat.name}': {contract.name} promises nothing for times that it skips: once another branch "
            "is selected, the switch waits for it until it ends",
            node.flat.span,
            help="set 'timestamp_offset = 0' in the class if it sends at the times of its inputs",
        )


def promises_nothing(node: DraftNode) -> bool:
    """Whether a node settles its outputs by its packets alone."""
    contract = node.contract
    if contract.timestamp_offset is not None or not node.inputs or not node.outputs:
        return False
    # With a context it may set offset and bounds itself.
    return all(parameter.inject is not Inject.CONTEXT for parameter in (*contract.open, *contract.process))


def note_waits(nodes: Collection[DraftNode], policies: Mapping[int, Chosen]) -> None:
    """Who joins a stream of a node that promises nothing waits for its next packet, also where none is to come."""
    silent = {use.name: node for node in nodes if promises_nothing(node) for use in node.outputs}
    for node in nodes:
        streams = {use.name for use in node.inputs}
        late = [name for name in streams if name in silent]
        if not late or len({silent[name].position if name in silent else name for name in streams}) < 2:
            continue
        if type(policies[node.position].policy) is not Default:
            continue
        sender = silent[late[0]]
        sender.flat.findings.note(
            "late-output",
            f"node '{sender.flat.name}': {sender.contract.name} gives packets with times of their own, and promises "
            f"nothing in between: node '{node.flat.name}', which joins them with another stream, waits for the next",
            sender.flat.span,
            help="if they have the times of its inputs, return the payload without Packet, or write "
            "'timestamp_offset = 0' in the class",
        )


def check_keys(node: DraftNode, chosen: Chosen) -> None:
    """``max_in_flight`` and ``source_layer`` stand where they mean something."""
    flat, contract, config = node.flat, node.contract, node.flat.config
    if config.source_layer is not None and not contract.source:
        flat.findings.error(
            "useless-setting",
            f"node '{flat.name}': 'source_layer' is for sources, and {contract.name} is none",
            config.source_layer.span,
            help="remove it",
        )
    if config.max_in_flight is None or config.max_in_flight.value <= 1:
        return
    batch = chosen.policy.batch_size if isinstance(chosen.policy, Default) else 1
    if not contract.parallel:
        flat.findings.error(
            "wrong-max-in-flight",
            f"node '{flat.name}': {contract.name} processes one timestamp at a time",
            config.max_in_flight.span,
            help="remove 'max_in_flight', or set 'parallel = True' in the class if process changes nothing on self",
        )
    elif batch > 1:
        flat.findings.error(
            "wrong-max-in-flight",
            f"node '{flat.name}': 'max_in_flight' and batches of {batch} cannot be combined",
            config.max_in_flight.span,
            help="keep one of the two",
        )
    elif chosen.policy.repeats_times:  # and results leave in the order of their timestamps
        policy = type(chosen.policy).__name__
        flat.findings.error(
            "wrong-max-in-flight",
            f"node '{flat.name}': 'max_in_flight' and the input policy {policy} cannot be combined",
            config.max_in_flight.span,
            help="keep one of the two",
        )


def check_executors(flat: FlatGraph, config: GraphConfig, findings: Findings) -> dict[str, int]:
    """The graph's executors by name; unknown ones that nodes name are reported, unused ones noted."""
    declared = {executor.name.value: executor.threads.value for executor in config.executors}
    used = set()
    for node in flat.nodes:
        named = node.config.executor
        if named is None or named.value == MAIN:
            continue
        used.add(named.value)
        if named.value not in declared:
            where = "at the top of the graph" if not node.scope.path else f"in the top graph, {config.file}"
            node.findings.error(
                "unknown-executor",
                f"node '{node.name}': there is no executor '{named.value}'",
                named.span,
                help=suggestion(named.value, [*declared, MAIN],
                                otherwise=f"declare it {where}: 'executors: {{{named.value}: {{threads: 1}}}}'"),
            )  # fmt: skip
    if not findings.errors:
        for executor in config.executors:
            if executor.name.value not in used:
                text = f"executor '{executor.name.value}' is used by no node"
                findings.note("unused-executor", text, executor.name.span)
    return declared
