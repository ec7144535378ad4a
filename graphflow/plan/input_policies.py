"""Which input policy a node has, and whether it can have it."""

from __future__ import annotations

import dataclasses
from typing import Any

from graphflow.config.diagnostics import Related, quoted
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, PolicyRef
from graphflow.plan.findings import Findings, listing, suggestion
from graphflow.plan.ports import BoundNode
from graphflow.plan.types import Fit, fits
from graphflow.policies import POLICIES, Default, FixedSize, InputPolicy, Mux, SyncSets, TimestampAlign, named_streams

_ONE_NODE = (SyncSets, TimestampAlign, Mux)


def read_policy(ref: PolicyRef, owner: str, findings: Findings) -> InputPolicy | None:
    """The policy that a file writes, or None after saying what is wrong with it.

    Args:
        ref: As written.
        owner: ``node 'x'``, or the file.
        findings: Where to report.
    """
    cls = POLICIES.get(ref.name.value)
    if cls is None:
        findings.error(
            "unknown-policy",
            f"{owner}: there is no input policy '{ref.name.value}'",
            ref.name.span,
            help=suggestion(ref.name.value, POLICIES, otherwise=f"there are {listing(POLICIES)}"),
        )
        return None
    fields = {field.name: field for field in dataclasses.fields(cls)}
    values: dict[str, Any] = {}
    good = True
    for name, located in ref.options.items():
        field = fields.get(name)
        if field is None:
            has = listing(fields, "no options")
            findings.error(
                "unknown-policy-option",
                f"{owner}: input policy {cls.__name__} has no option '{name}'",
                located.span,
                help=suggestion(name, fields, otherwise=f"it has {has}"),
            )
            good = False
            continue
        value = _value(located.value, field.default)
        if value is None:
            findings.error(
                "wrong-policy-option",
                f"{owner}: '{name}' of {cls.__name__} must be {_wanted(field.default)}, "
                f"not {quoted(str(located.value))}",
                located.span,
            )
            good = False
        values[name] = value
    if not good:
        return None
    policy = cls(**values)
    return policy if _consistent(policy, ref, owner, findings) else None


def _value(value: Any, default: Any) -> Any:
    """An option's value in the form the policy has it; None if it is not of the default's type."""
    if isinstance(default, bool):
        return value if isinstance(value, bool) else None
    if isinstance(default, int):
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None
    if isinstance(default, str):
        return value if isinstance(value, str) else None
    groups: list[Any] = value if isinstance(value, list) else [None]
    good = all(isinstance(g, list) and g and all(isinstance(n, str) for n in g) for g in groups)
    return tuple(tuple(group) for group in groups) if good else None


def _wanted(default: Any) -> str:
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, int):
        return "a whole number of at least 1"
    return "a port's name" if isinstance(default, str) else "a list of lists of ports, such as [[image, rect], [tick]]"


def _consistent(policy: InputPolicy, ref: PolicyRef, owner: str, findings: Findings) -> bool:
    if isinstance(policy, FixedSize) and policy.target_queue_size >= policy.trigger_queue_size:
        findings.error(
            "wrong-policy-option",
            f"{owner}: a queue cut at {policy.trigger_queue_size} packets cannot keep {policy.target_queue_size}",
            (ref.options.get("target_queue_size") or ref.options.get("trigger_queue_size") or ref.name).span,
            help="target_queue_size must be below trigger_queue_size",
        )
        return False
    if isinstance(policy, TimestampAlign) and not policy.base:
        findings.error("wrong-policy-option", f"{owner}: TimestampAlign needs 'base'", ref.name.span,
                       help="write 'input_policy: {TimestampAlign: {base: image}}'")  # fmt: skip
        return False
    return True


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """A node's policy and where it was chosen: the line of a file, or the node's own if the class did."""

    policy: InputPolicy
    span: Span


def graph_policy(config: GraphConfig, findings: Findings) -> Located[InputPolicy] | None:
    """The policy that the top graph sets for all nodes."""
    if config.input_policy is None:
        return None
    policy = read_policy(config.input_policy, config.file, findings)
    if isinstance(policy, _ONE_NODE):
        findings.error(
            "wrong-policy",
            f"{config.file}: {type(policy).__name__} depends on a node's ports and cannot hold for all nodes",
            config.input_policy.name.span,
            help="set it on the nodes that need it",
        )
        return None
    return Located(policy, config.input_policy.name.span) if policy else None


def choose_policy(node: BoundNode, asked: InputPolicy, graph: Located[InputPolicy] | None) -> Chosen:
    """The policy of one node: its own over the graph's over its class's.

    Args:
        node: The node.
        asked: What its class asks for.
        graph: What the top graph sets.
    """
    flat = node.flat
    ref = flat.config.input_policy
    if ref is not None:
        own = read_policy(ref, f"node '{flat.name}'", flat.findings)
        if own is not None and node.inputs and _suits(node, own, ref.name.span):
            return Chosen(own, ref.name.span)
        if own is not None and not node.inputs:
            text = f"node '{flat.name}' has no inputs for an input policy"
            flat.findings.error("useless-setting", text, ref.name.span, help="remove it")
        return Chosen(asked, flat.span)
    if graph is None or not node.inputs or graph.value == asked:
        asked = _for_connected(node, asked)
        good = not node.inputs or _suits(node, asked, flat.span)
        return Chosen(asked if good else Default(), flat.span)
    if asked != Default():
        flat.findings.warning(
            "policy-replaced",
            f"node '{flat.name}': the graph's input policy {type(graph.value).__name__} replaces "
            f"{type(asked).__name__}, which {node.contract.name} asks for",
            flat.span,
            help=f"add 'input_policy: {type(asked).__name__}' to the node if that is not meant",
            related=(Related(graph.span, "set for all nodes here"),),
        )
    return Chosen(graph.value, graph.span)


def _for_connected(node: BoundNode, asked: InputPolicy) -> InputPolicy:
    """What a class asks for, without ports that this node leaves unconnected."""
    if not isinstance(asked, SyncSets):
        return asked
    connected = {name for bound in node.inputs for name in (bound.port.name, f"{bound.port.name}:{bound.index}")}
    kept = (tuple(name for name in group if name in connected) for group in asked.sets)
    return SyncSets(tuple(group for group in kept if group))


def _suits(node: BoundNode, policy: InputPolicy, span: Span) -> bool:
    if isinstance(policy, SyncSets):
        return _suits_sync_sets(node, policy, span)
    if isinstance(policy, TimestampAlign) and policy.base not in _meant(node):
        _unknown_port(node, policy.base, span)
        return False
    if isinstance(policy, Mux):
        return _suits_mux(node, span)
    return True


def _suits_sync_sets(node: BoundNode, policy: SyncSets, span: Span) -> bool:
    seen: set[int] = set()
    all_meant = _meant(node)
    for written in (name for group in policy.sets for name in group):
        meant = all_meant.get(written)
        if meant is None:
            _unknown_port(node, written, span)
            return False
        if not seen.isdisjoint(meant):
            node.flat.findings.error(
                "wrong-policy-option", f"node '{node.flat.name}': SyncSets lists '{written}' twice", span,
                help="each port belongs to one set",
            )  # fmt: skip
            return False
        seen.update(meant)
    return True


def _meant(node: BoundNode) -> dict[str, list[int]]:
    """What ``name`` or ``name:index`` names: connected inputs, by position."""
    return named_streams((bound.port.name, bound.index) for bound in node.inputs)


def _unknown_port(node: BoundNode, written: str, span: Span) -> None:
    unique = list(dict.fromkeys(bound.port.name for bound in node.inputs))
    node.flat.findings.error(
        "unknown-port",
        f"node '{node.flat.name}': its input policy names '{written}', which is not a connected input",
        span,
        help=suggestion(written, unique, otherwise=f"its inputs are {listing(unique)}"),
    )


def _suits_mux(node: BoundNode, span: Span) -> bool:
    if len(node.inputs) < 2:
        text = f"node '{node.flat.name}': Mux needs streams to select from, and last the stream that selects"
        node.flat.findings.error("wrong-policy", text, span)
        return False
    last = node.inputs[-1]
    if fits(int, last.port.type) is Fit.NO:
        node.flat.findings.error(
            "wrong-policy",
            f"node '{node.flat.name}': the last input of Mux carries integers that select, and "
            f"'{last.port.name}' does not take integers",
            last.use.span,
        )
        return False
    return True
