"""Matching what a node connects with the ports that its calculator has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphflow.config.diagnostics import did_you_mean
from graphflow.config.findings import counted, listing, suggestion
from graphflow.config.location import Located
from graphflow.config.node_keys import NODE_KEYS, beside
from graphflow.contract import Contract, InputPort, OutputPort, Result
from graphflow.plan.connection import Connection
from graphflow.plan.flat import Entries, FlatNode
from graphflow.plan.types import names_in, variables_of
from graphflow.registry import is_built_in

KEYS = {
    "input": "inputs",
    "output": "outputs",
    "side packet": "side_packets",
    "output side packet": "output_side_packets",
}
"""Kinds of ports, and the key of a node under which they stand."""


@dataclass(slots=True)
class DraftNode:
    """A node on its way into the plan: its contract, and what it connects, in signature order, then list order.

    Attributes:
        position: Among the flat nodes.
        names: What its module calls types that have no name of their own.
        types: Payload types of ports that the class narrowed for this node.
        solution: What its type variables stand for.
        conflicts: Inputs that bring a type other than the one, given here, which a type variable has already.
    """

    flat: FlatNode
    contract: Contract
    position: int
    names: Mapping[Any, str]
    types: dict[str, Any] = field(default_factory=dict)
    inputs: list[Connection] = field(default_factory=list)
    outputs: list[Connection] = field(default_factory=list)
    side_inputs: list[Connection] = field(default_factory=list)
    side_outputs: list[Connection] = field(default_factory=list)
    solution: dict[Any, Any] = field(default_factory=dict)
    conflicts: list[tuple[Connection, Any]] = field(default_factory=list)

    @property
    def reads(self) -> list[Connection]:
        """What it reads and takes, literals aside."""
        return [*self.inputs, *(one for one in self.side_inputs if one.name)]

    @property
    def sends(self) -> list[Connection]:
        """What it sends and provides."""
        return [*self.outputs, *self.side_outputs]


def bind(flat: FlatNode, contract: Contract, position: int) -> DraftNode:
    """Match the ports; what does not match is reported and left out."""
    binder = _Binder(flat, contract)
    node = DraftNode(flat, contract, position, names_in(contract.calculator.__module__))
    node.inputs = binder.bind("input", flat.inputs, contract.inputs, contract.rest_input)
    node.side_inputs = binder.bind("side packet", flat.side_inputs, contract.side_inputs, contract.rest_side_input)
    node.outputs = binder.bind("output", flat.outputs, contract.outputs, contract.rest_output)
    node.side_outputs = binder.bind(
        "output side packet", flat.side_outputs, contract.side_outputs, contract.rest_side_output
    )
    binder.check_required(node)
    binder.check_counts(node)
    if contract.rest_output:
        reads, sends = _rest(node.inputs, contract.inputs), _rest(node.outputs, contract.outputs)
        binder.check_mirror("input", "output", reads, sends)
    if contract.rest_side_output:
        reads = _rest(node.side_inputs, contract.side_inputs)
        binder.check_mirror("side packet", "output side packet", reads, _rest(node.side_outputs, contract.side_outputs))
    return node


def output_word(port: str) -> str:
    """The output that an input of ``**ports`` is mirrored to."""
    return "out" if port == "item" else port


def _rest(connections: Iterable[Connection], declared: Iterable[Any]) -> list[Connection]:
    names = {port.name for port in declared}
    return [one for one in connections if one.port.name not in names]


class _Binder:
    def __init__(self, flat: FlatNode, contract: Contract) -> None:
        self.flat = flat
        self.contract = contract
        self.findings = flat.findings
        self.who = f"node '{flat.name}'"
        self.strays: dict[str, int] = {}
        """Names that are no port and resemble none, by kind: likely what ports that are missing were meant by."""

    def bind(self, kind: str, entries: Entries, ports: Sequence[Any], rest: Any | None) -> list[Connection]:
        """What stands at each port. `rest` is that of any name that is not among `ports`; None refuses it."""
        written = {port.value: (port, uses) for port, uses in entries}
        declared = {port.name: port for port in ports}
        order = [name for name in declared if name in written]
        # Ports of **ports have no order of their own: untagged first, then by name, as MediaPipe orders its tags.
        order += sorted((n for n in written if n not in declared), key=lambda n: (n not in ("item", "out"), n))
        connections: list[Connection] = []
        for name in order:
            located, uses = written[name]
            port = declared.get(name) or (rest and rest._replace(name=name))
            if not port:
                port = declared.get(self._unknown(kind, located, declared))
                if port is None or port.name in written:
                    continue
            if len(uses) > 1 and not port.many:
                self.findings.error(
                    "too-many-streams",
                    f"{self.who}: {kind} '{name}' of {self.contract.name} takes one name, not {len(uses)}",
                    uses[1].span,
                    help=self._for_several(name) if kind == "input" else "",
                )
                uses = uses[:1]
            for index, use in enumerate(uses):
                use.port, use.index = port, index
            connections += uses
        return connections

    def _for_several(self, name: str) -> str:
        if is_built_in(self.contract.calculator):
            return ""
        return f"for several streams write '{name}: Many[...]' in the class; a list is one payload"

    def _unknown(self, kind: str, written: Located[str], declared: Iterable[str]) -> str:
        """Report a port that does not exist. Returns the one that was most likely meant: it is checked in its place."""
        if self.findings.too_many:  # looking for what was meant takes long
            return ""
        contract = self.contract
        homes: dict[str, Sequence[Any]] = {
            "input": contract.inputs,
            "output": contract.outputs,
            "side packet": contract.side_inputs,
            "output side packet": contract.side_outputs,
        }
        has = f"it has {listing(declared, f'no {kind}s at all')}"
        if kind == "output" and contract.result is Result.VALUE:
            has += "; for several outputs, process returns a class of its own that derives from Outputs"
        help = suggestion(written.value, declared, otherwise=has)
        for other, ports in homes.items():
            if any(port.name == written.value for port in ports):
                help = f"'{written.value}' belongs under '{KEYS[other]}'"
        if help == has and written.value in NODE_KEYS:
            help = beside(written.value, KEYS[kind])
        self.findings.error(
            "unknown-port", f"{self.who}: {contract.name} has no {kind} '{written.value}'", written.span, help=help
        )
        meant = did_you_mean(written.value, declared)
        if not meant:
            self.strays[kind] = self.strays.get(kind, 0) + 1
        return meant

    # -- required ports -----------------------------------------------------------------------------------------------

    def check_required(self, node: DraftNode) -> None:
        """Ports that must be connected are, and none is connected as a stream and as a side packet."""
        inputs = {use.port.name: use for use in node.inputs}
        sides = {use.port.name: use for use in node.side_inputs}
        for port in self.contract.inputs:
            if port.name in inputs and port.name in sides:
                self.findings.error(
                    "stream-and-side-packet",
                    f"{self.who}: '{port.name}' is connected to a stream and to a side packet",
                    sides[port.name].span,
                    help="keep one of the two",
                )
            elif port.compulsory and port.name not in inputs:
                self._missing("input", port.name, self._written(self.flat.inputs))
        for side in self.contract.side_inputs:
            if side.compulsory and side.name not in sides:
                self._missing("side packet", side.name, self._written(self.flat.side_inputs))
        outputs = {use.port.name for use in node.outputs}
        for output in self.contract.outputs:
            if output.compulsory and output.name not in outputs:
                self._missing("output", output.name, self._written(self.flat.outputs))
        side_outputs = {use.port.name for use in node.side_outputs}
        for side in self.contract.side_outputs:
            if not side.optional and side.name not in side_outputs:
                self._missing("output side packet", side.name, self._written(self.flat.side_outputs))

    def _written(self, entries: Entries) -> set[str]:
        return {port.value for port, _ in entries}

    def _missing(self, kind: str, name: str, written: set[str]) -> None:
        if self.flat.config.incomplete:
            return
        if self.strays.get(kind):
            self.strays[kind] -= 1  # what it was called has been told
            return
        omission = self.flat.omitted.get(name)
        code = f"missing-{kind.replace(' ', '-')}"
        if omission is not None and kind in ("input", "side packet"):
            omission.findings.error(
                code,
                f"node '{omission.node}' must connect '{omission.port}': node '{self.flat.name}' inside it needs it "
                f"for {kind} '{name}' of {self.contract.name}",
                omission.span,
                help=f"add '{omission.port}: ...' to the {kind}s of node '{omission.node}'",
                once=omission.port,
            )
        elif name not in written:
            help = f"add '{KEYS[kind]}: {{{name}: ...}}'"
            if kind == "input" and name in self._written(self.flat.side_inputs):
                help = f"it is connected as a side packet, which is a parameter of 'open', not of 'process'; or {help}"
            self.findings.error(
                code,
                f"{self.who}: {kind} '{name}' of {self.contract.name} is not connected",
                self.flat.span,
                help=help,
            )

    # -- counts -------------------------------------------------------------------------------------------------------

    def check_counts(self, node: DraftNode) -> None:
        """Ports that repeat and have the same type variable have the same number of streams."""
        for entries, outputs in tied_ports(self.contract).values():
            for output in outputs:
                for entry in entries:
                    sends = [use for use in node.outputs if use.port.name == output]
                    reads = [use for use in node.inputs if use.port.name == entry]
                    if reads and sends and len(reads) != len(sends):
                        self.findings.error(
                            "unequal-counts",
                            f"{self.who}: input '{entry}' has {counted(len(reads), 'stream')}, "
                            f"so output '{output}' must have as many, not {len(sends)}",
                            sends[-1].span,
                        )

    def check_mirror(self, kind: str, out_kind: str, reads: Sequence[Connection], sends: Sequence[Connection]) -> None:
        """Every port of ``**ports`` has its mirror image on the other side, with as many streams."""
        if self.flat.config.incomplete:
            return
        counts = _counts(output_word(use.port.name) for use in reads)
        sent = _counts(use.port.name for use in sends)
        for use in reads:
            word = output_word(use.port.name)
            if use.index == 0 and word not in sent:
                self.findings.error(
                    f"missing-{out_kind.replace(' ', '-')}",
                    f"{self.who}: {kind} '{use.port.name}' goes to {out_kind} '{word}', which is not connected",
                    use.span,
                    help=f"add '{word}: ...' to the {out_kind}s",
                )
        for use in sends:
            word = use.port.name
            if use.index == 0 and word not in counts:
                source = "item" if word == "out" else word
                self.findings.error(
                    f"missing-{kind.replace(' ', '-')}",
                    f"{self.who}: {out_kind} '{word}' comes from {kind} '{source}', which is not connected",
                    use.span,
                    help=f"add '{source}: ...' to the {kind}s",
                )
            elif use.index == 0 and counts[word] != sent[word]:
                self.findings.error(
                    "unequal-counts",
                    f"{self.who}: {out_kind} '{word}' has {counted(sent[word], 'name')}, "
                    f"and the {kind} it comes from has {counts[word]}",
                    use.span,
                )


def tied_ports(contract: Contract) -> Mapping[Any, tuple[list[str], list[str]]]:
    """For each type variable that repeats on both sides, the input and output ports that repeat with it."""
    tied: dict[Any, tuple[list[str], list[str]]] = {}
    sides: tuple[tuple[InputPort | OutputPort, ...], ...] = (contract.inputs, contract.outputs)
    for side, ports in enumerate(sides):
        for port in ports:
            for variable in variables_of(port.type) if port.many else ():
                tied.setdefault(variable, ([], []))[side].append(port.name)
    return {variable: pair for variable, pair in tied.items() if pair[0] and pair[1]}


def _counts(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
