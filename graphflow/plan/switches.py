"""Opening a ``switch``: one node becomes its branches, and calculators that route packets around them.

``s: {switch: [{calculator: A}, {subgraph: b.yaml}], inputs: {image: video, select: which}, outputs: {out: faces}}``
becomes

* ``s/selection`` (SwitchSelection): what ``select`` or ``enable`` says, as the number of a branch;
* ``s/demux_video`` (SwitchDemux), one for each stream that goes in: it sends ``s/to_c0__video`` and
  ``s/to_c1__video``;
* ``s/c0`` and ``s/c1``: the branches, with the ports of the switch; they send ``s/c0__faces`` and ``s/c1__faces``. Side
  packets go to all of them;
* ``s/mux_faces`` (SwitchMux), one for each stream that comes out, and ``s/pick_...`` (SwitchSidePacket) likewise.

The parts are those of MediaPipe's ``framework/tool/switch_container.cc``, which has one demux and one mux for all
streams. Where the selection is known, nothing needs routing: only the branch that it chose is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphflow.config.findings import counted
from graphflow.config.location import Located, Span
from graphflow.config.model import Branch, NodeConfig, PolicyRef
from graphflow.contract import MISSING
from graphflow.plan.connection import SIDE_PACKET, STREAM, Connection
from graphflow.plan.flat import FlatGraph, FlatNode, Scope
from graphflow.plan.options import substitute
from graphflow.values import in_yaml

SELECTORS = ("select", "enable")
"""Ports and keys of a switch that choose a branch: by number, or off and on."""

Selector = tuple[Located[str], Connection]


def fixed_branch(scope: Scope, node: NodeConfig) -> NodeConfig | None:
    """For a switch with the key ``select`` or ``enable``: its branch, under the name of the switch; None if wrong."""
    written = node.select or node.enable
    assert written is not None
    if node.select and isinstance(written.value, int) and written.value >= len(node.switch or ()):
        return None  # told where it was read
    who = f"node '{scope.prefix}{node.name.value}'"
    options, _ = substitute({"": written}, None, scope.options, scope.config, who, scope.findings)
    chosen = options.get("")
    number = _number(scope, who, node.switch or (), written.span, chosen.value if chosen else None)
    return None if number is None else _as_branch(node, number, node.name)


def selects_once(node: NodeConfig) -> bool:
    """Whether a side packet selects the branch of a switch."""
    return any(entry.port.value in SELECTORS for entry in node.side_packets)


def parts_of(switch: FlatNode, flat: FlatGraph, known: Mapping[str, Any]) -> list[FlatNode]:
    """The nodes that take the place of a switch with a port that selects; itself after saying why there are none.

    Args:
        switch: The node with its connections.
        flat: Takes the frame around the parts, the streams between them, and the side packets that select.
        known: Values of the graph's side packets, if this is for one run.
    """
    parts, otherwise = _Parts(switch), _otherwise(switch)
    selector = _selector(switch, otherwise)
    if selector is None:
        return [switch] if otherwise is None else _alone(parts, otherwise.value, otherwise.span, flat)
    port, use = selector
    if use.kind == SIDE_PACKET and otherwise is not None and use.default is MISSING:
        use.default, use.origin = otherwise.value, otherwise.span
    if use.kind == SIDE_PACKET and (not use.name or use.name in known):
        value = use.literal if not use.name else known[use.name]
        return _alone(parts, use.default if value is MISSING else value, use.span, flat)
    if not _may_select(switch, parts, port, use):
        return [switch]
    flat.frames.append((parts.scope.path, "switch"))
    if use.kind == STREAM:
        flat.switching.add(parts.scope.path)
    elif use.name:
        flat.selectors.append(use)
    demuxes = list(parts.demuxes(use))
    flat.unnamed_streams.update(sent.name for demux in demuxes for _, uses in demux.outputs for sent in uses)
    branches = [parts.branch(number, routed=True) for number in range(len(parts.branches))]
    return [parts.selection(port, use), *demuxes, *branches, *parts.muxes(use), *parts.picks(use)]


def _alone(parts: _Parts, value: Any, span: Span, flat: FlatGraph) -> list[FlatNode]:
    """The branch that a known value selects; the switch itself after saying that there is none."""
    switch = parts.switch
    number = _number(switch.scope, f"node '{switch.name}'", parts.branches, span, value)
    if number is None:
        return [switch]
    flat.frames.append((parts.scope.path, "switch"))
    return [parts.branch(number, routed=False)]


def _otherwise(switch: FlatNode) -> Located[Any] | None:
    """The key ``select`` or ``enable`` beside a side packet of that name: it counts where nobody gives that."""
    written = switch.config.select or switch.config.enable
    if written is None:
        return None
    scope, who = switch.scope, f"node '{switch.name}'"
    return substitute({"": written}, None, scope.options, scope.config, who, scope.findings)[0].get("")


def _number(scope: Scope, who: str, branches: Sequence[Branch], span: Span, value: Any) -> int | None:
    """The branch that a value selects; None after saying that it selects none."""
    if isinstance(value, int) and 0 <= value < len(branches):
        return int(value)
    count = counted(len(branches), "branch", "branches")
    given = "nothing" if value is None else in_yaml(value)
    text = f"{who}: the switch has {count}, and {given} selects none of them"
    scope.findings.error("wrong-selector", text, span, help="branches are counted from 0")
    return None


def _as_branch(node: NodeConfig, number: int, name: Located[str]) -> NodeConfig:
    assert node.switch is not None
    branch = node.switch[number]
    return node._replace(name=name, switch=None, select=None, enable=None, input_policy=None,
                         calculator=branch.calculator, subgraph=branch.subgraph,
                         options=branch.options, options_from=branch.options_from)  # fmt: skip


def _selector(switch: FlatNode, otherwise: Located[Any] | None) -> Selector | None:
    """What selects. The reader has seen to it that there is one, but the parent may leave it out."""
    entries: list[tuple[Located[str], Any]] = [*switch.inputs, *switch.side_inputs]
    for port, uses in entries:
        if port.value in SELECTORS:
            return port, uses[0]
    for word in SELECTORS:
        omission = switch.omitted.get(word)
        if omission is not None and otherwise is None:
            omission.findings.error(
                "missing-input",
                f"node '{omission.node}' must connect '{omission.port}': it selects a branch of the switch "
                f"'{switch.name}' inside",
                omission.span,
                help=f"add '{omission.port}: ...' to node '{omission.node}'",
            )
    return None


def _may_select(switch: FlatNode, parts: _Parts, port: Located[str], use: Connection) -> bool:
    """Whether the rest of the node goes with what selects."""
    who, findings, policy = f"node '{switch.name}'", switch.findings, switch.config.input_policy
    if use.kind == SIDE_PACKET:
        if policy is not None:
            text = f"{who}: a side packet selects once, so 'input_policy' has no meaning"
            findings.error("useless-setting", text, policy.name.span, help="remove it")
        return policy is None
    if switch.side_outputs:
        late = switch.side_outputs[0][0]
        text = f"{who}: side packet '{late.value}' is needed before stream '{use.written}' can select a branch"
        help = f"select with a side packet: 'side_packets: {{{port.value}: ...}}'"
        findings.error("late-selection", text, late.span, help=help)
        return False
    if policy is not None and policy.name.value not in ("Default", "Immediate"):
        text = f"{who}: the input policy of a switch is Default or Immediate, not {policy.name.value}"
        findings.error("unknown-policy", text, policy.name.span)
        return False
    if policy is not None and policy.name.value == "Immediate" and not parts.streams:
        text = f"{who}: without an input beside '{port.value}' there is nothing that a selection could come between"
        findings.error("useless-setting", text, policy.name.span, help="remove 'input_policy'")
        return False
    return True


class _Parts:
    """Makes the parts of one switch."""

    def __init__(self, switch: FlatNode) -> None:
        config = switch.config
        self.switch = switch
        self.branches = config.switch or ()
        # Names in the entry are names of the file around it: the frame is for people.
        self.scope = replace(switch.scope, path=(*switch.scope.path, config.name.value))
        self.inputs = [(port, uses) for port, uses in switch.inputs if port.value not in SELECTORS]
        self.side_inputs = [(port, uses) for port, uses in switch.side_inputs if port.value not in SELECTORS]
        self.streams = _distinct(use for _, uses in self.inputs for use in uses)

    def selection(self, port: Located[str], use: Connection) -> FlatNode:
        policy = self.switch.config.input_policy
        node = self._part("selection", "SwitchSelection", policy.name.value if policy else "Default")
        node.options = {"branches": Located(len(self.branches), port.span)}
        if use.kind == SIDE_PACKET:
            node.config = node.config._replace(input_policy=None)
            node.side_inputs.append((port, [use]))
            node.side_outputs.append((Located("selected", port.span), [self._selected(use)]))
            return node
        node.inputs.append((port, [use]))
        node.outputs.append((Located("out", port.span), [self._selected(use)]))
        if policy and policy.name.value == "Immediate":
            node.inputs.append((Located("tick", port.span), [replace(tick) for tick in self.streams]))
        return node

    def demuxes(self, selector: Connection) -> Iterator[FlatNode]:
        for use in self.streams:
            node = self._part(f"demux_{use.written}", "SwitchDemux", "Default")
            node.inputs.append((Located("item", use.span), [use]))
            node.outputs.append((Located("output", use.span), [self._to(n, use) for n in range(len(self.branches))]))
            self._select(node, selector)
            yield node

    def branch(self, number: int, *, routed: bool) -> FlatNode:
        """One branch: between demux and mux, or (not `routed`) alone, with the connections of the switch."""
        span = self.branches[number].span
        config = _as_branch(self.switch.config, number, Located(f"c{number}", span))
        node = FlatNode(f"{self.switch.name}/c{number}", config, self.scope, config.calculator, self.switch.built_in)
        node.omitted = self.switch.omitted
        node.side_inputs = [(port, [replace(use) for use in uses]) for port, uses in self.side_inputs]
        if not routed:
            node.inputs, node.outputs, node.side_outputs = self.inputs, self.switch.outputs, self.switch.side_outputs
            return node
        node.inputs = [(port, [self._to(number, use) for use in uses]) for port, uses in self.inputs]
        node.outputs = [(port, [self._from(number, use) for use in uses]) for port, uses in self.switch.outputs]
        node.side_outputs = [
            (port, [self._from(number, use) for use in uses]) for port, uses in self.switch.side_outputs
        ]
        return node

    def muxes(self, selector: Connection) -> Iterator[FlatNode]:
        for use in _distinct(use for _, uses in self.switch.outputs for use in uses):
            node = self._part(f"mux_{use.written}", "SwitchMux", "Immediate")
            item = [replace(self._from(n, use), span=branch.span) for n, branch in enumerate(self.branches)]
            node.inputs.append((Located("item", use.span), item))
            node.outputs.append((Located("out", use.span), [use]))
            self._select(node, selector)
            yield node

    def picks(self, selector: Connection) -> Iterator[FlatNode]:
        """What chooses one of the branches' side packets."""
        for _, uses in self.switch.side_outputs:
            for use in uses:
                node = self._part(f"pick_{use.written}", "SwitchSidePacket")
                item = [replace(self._from(n, use), span=branch.span) for n, branch in enumerate(self.branches)]
                node.side_inputs.append((Located("item", use.span), item))
                node.side_outputs.append((Located("out", use.span), [use]))
                self._select(node, selector)
                yield node

    def _part(self, name: str, calculator: str, policy: str = "") -> FlatNode:
        written = self.switch.config
        span = written.name.span
        located = Located(calculator, span)
        # Said outright, because a policy for the whole graph is not meant for the inside of a switch.
        ref = PolicyRef(Located(policy, span)) if policy else None
        config = NodeConfig(Located(name, span), written.span, located, input_policy=ref, incomplete=written.incomplete)
        return FlatNode(f"{self.switch.name}/{name}", config, self.scope, located, built_in=True)

    def _select(self, node: FlatNode, selector: Connection) -> None:
        port = Located("select", selector.span)
        entries = node.side_inputs if selector.kind == SIDE_PACKET else node.inputs
        entries.append((port, [self._selected(selector)]))

    def _selected(self, use: Connection) -> Connection:
        return self._between(use, "selection")

    def _to(self, number: int, use: Connection) -> Connection:
        # Another name than that of what the branch sends: in a loop a switch reads what it sends.
        return self._between(use, f"to_c{number}__{use.written}")

    def _from(self, number: int, use: Connection) -> Connection:
        return self._between(use, f"c{number}__{use.written}")

    def _between(self, use: Connection, name: str) -> Connection:
        """A stream or side packet between the parts, which stands for one that the switch connects."""
        return Connection(use.kind, use.written, f"{self.switch.name}/{name}", use.span)


def _distinct(uses: Iterable[Connection]) -> list[Connection]:
    """Each stream once; as a back edge, if it is one anywhere."""
    found: dict[str, Connection] = {}
    for use in uses:
        if use.written not in found or use.back_edge:
            found[use.written] = use
    return list(found.values())
