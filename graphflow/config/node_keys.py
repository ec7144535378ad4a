"""The keys of a node, and how they are told from ports, options and nodes where the indentation is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.config.diagnostics import quoted
from graphflow.config.fields import is_empty
from graphflow.config.report import Report
from graphflow.config.tree import Entry, MapValue

KINDS = ("calculator", "subgraph", "switch")
NODE_KEYS = (
    *KINDS,
    *("inputs", "outputs", "side_packets", "output_side_packets", "options"),
    *("executor", "input_policy", "max_in_flight", "source_layer", "select", "enable"),
)


def beside(key: str, section: str) -> str:
    """What to type for a key of the node that stands inside of one of its sections."""
    return f"{quoted(key)} is a key of the node: give it the indentation of {quoted(section)}"


def without_keys_of_nodes(entries: Sequence[Entry], report: Report) -> list[Entry]:
    """The entries of ``nodes`` that can be nodes. Keys of a node that stand beside it are reported, once for a node.

    They are not indented below the node's name, which then has nothing.
    """
    nodes: list[Entry] = []
    told = False
    for key, value in entries:
        if key.value not in NODE_KEYS or (isinstance(value, MapValue) and value.entries.keys() & {*KINDS}):
            nodes.append(Entry(key, value))
            told = False
        elif not told:
            told = True
            name = "the name of its node"
            if nodes and is_empty(nodes[-1].value):
                name = f"{name}, {quoted(nodes.pop().key.value)}"
            message = f"{quoted(key.value)} stands among the nodes, but is a key of one"
            report.error("misplaced-key", message, key.span, f"indent it, and those after it, further than {name}")
    return nodes
