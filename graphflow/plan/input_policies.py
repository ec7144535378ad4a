"""Which input policy a node has, and whether it can have it."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any, NamedTuple

from graphflow.config.diagnostics import Related
from graphflow.config.findings import Findings, listing, suggestion
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, PolicyRef
from graphflow.plan.ports import DraftNode
from graphflow.plan.types import Fit, fits
from graphflow.policies import POLICIES, Default, InputPolicy, PolicyInput
from graphflow.values import in_words, in_yaml, is_of


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
                f"{owner}: '{name}' of {cls.__name__} must be {_wanted(field.default)}, not {in_yaml(located.value)}",
                located.span,
            )
            good = False
        values[name] = value
    if not good:
        return None
    policy = cls(**values)
    if trouble := policy.contradiction():
        span = (ref.options.get(trouble.option) or next(iter(ref.options.values()), ref.name)).span
        findings.error("wrong-policy-option", f"{owner}: {trouble.message}", span, help=trouble.help)
        return None
    return policy


def _value(value: Any, default: Any) -> Any:
    """An option's value in the form the policy has it; None if it is not of the default's type."""
    kind: Any = type(default)
    if kind is not tuple:
        return value if is_of(value, kind) and (kind is not int or value >= 1) else None
    groups: list[Any] = value if isinstance(value, list) else [None]
    good = all(isinstance(g, list) and g and all(isinstance(n, str) for n in g) for g in groups)
    return tuple(tuple(group) for group in groups) if good else None


def _wanted(default: Any) -> str:
    if isinstance(default, int):
        return in_words(type(default)) + ("" if isinstance(default, bool) else " of at least 1")
    return "a port's name" if isinstance(default, str) else "a list of lists of ports, such as [[image, rect], [tick]]"


class Chosen(NamedTuple):
    """A node's policy and where it was chosen: the line of a file, or the node's own if the class did."""

    policy: InputPolicy
    span: Span


def graph_policy(config: GraphConfig, findings: Findings) -> Located[InputPolicy] | None:
    """The policy that the top graph sets for all nodes."""
    if config.input_policy is None:
        return None
    policy = read_policy(config.input_policy, config.file, findings)
    if policy is not None and policy.for_one_node:
        findings.error(
            "wrong-policy",
            f"{config.file}: {type(policy).__name__} depends on a node's ports and cannot hold for all nodes",
            config.input_policy.name.span,
            help="set it on the nodes that need it",
        )
        return None
    return Located(policy, config.input_policy.name.span) if policy else None


def choose_policy(node: DraftNode, asked: InputPolicy, graph: Located[InputPolicy] | None) -> Chosen:
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
        asked = asked.for_connected(policy_inputs(node))
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


def policy_inputs(node: DraftNode) -> list[PolicyInput]:
    """The inputs of a node as its policy sees them."""
    return [PolicyInput(one.port.name, one.index, one.back_edge, partial(_takes, one.port.type)) for one in node.inputs]


def _takes(wanted: Any, sent: Any) -> bool:
    return fits(sent, wanted) is not Fit.NO


def _suits(node: DraftNode, policy: InputPolicy, span: Span) -> bool:
    inputs = policy_inputs(node)
    trouble = policy.contradiction() or policy.misfit(inputs)
    if trouble is None:
        return True
    who, findings = f"node '{node.flat.name}'", node.flat.findings
    if trouble.unknown:
        names = list(dict.fromkeys(one.port for one in inputs))
        text = f"{who}: its input policy names '{trouble.unknown}', which is not a connected input"
        help = suggestion(trouble.unknown, names, otherwise=f"its inputs are {listing(names)}")
        findings.error("unknown-port", text, span, help=help)
    else:
        span = span if trouble.at is None else node.inputs[trouble.at].span
        code = "wrong-policy-option" if trouble.option else "wrong-policy"
        findings.error(code, f"{who}: {trouble.message}", span, help=trouble.help)
    return False
