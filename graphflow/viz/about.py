"""What a page tells of a node when it is clicked: what it is, its options and ports, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from graphflow.contract import MISSING, Contract
from graphflow.plan.flat import Entries, FlatNode
from graphflow.viz.text import LONG, long_text, value_text

_MAX_LINES = 60
"""Lines of a graph file that are shown of one node."""

About = dict[str, Any]
"""In terms of JSON: `file`, `line`, `text`, `help`, `source`, `more`, `options` and `ports`."""


def about(
    node: FlatNode, contract: Contract | None, help: str, lines: Sequence[str], types: Mapping[str, str]
) -> About:
    """Everything that is worth knowing of a node.

    Args:
        node: The node.
        contract: Of its calculator, if it has one that can be used.
        help: Of its subgraph, if it includes one.
        lines: Of the graph file, from its name to the next node.
        types: Payload types by the full names of streams and side packets.
    """
    source = f"{contract.calculator.__module__}, {PurePath(contract.location).name}" if contract else ""
    more = {
        "input_policy": node.config.input_policy.name.value if node.config.input_policy else "",
        "executor": node.config.executor.value if node.config.executor else "",
    }
    return {
        "name": node.name,
        "file": PurePath(node.span.file).name,
        "line": node.span.line,
        "text": long_text("\n".join(line.rstrip() for line in lines[:_MAX_LINES]).rstrip()),
        "help": long_text(contract.doc if contract else help),
        "source": source,
        "more": {key: value for key, value in more.items() if value},
        "options": list(_options(node, contract)),
        "ports": list(_ports(node, contract, types)),
    }


def _options(node: FlatNode, contract: Contract | None) -> Iterator[dict[str, Any]]:
    """What the file sets first, then what has its default."""
    known = contract.options if contract else {}
    for name, given in node.options.items():
        doc = known[name].doc if name in known else ""
        yield {"name": name, "value": value_text(given.value, LONG), "set": True, "doc": doc}
    for name, option in known.items():
        if name not in node.options:
            value = "" if option.default is MISSING else value_text(option.default, LONG)
            yield {"name": name, "value": value, "set": False, "doc": option.doc}


def _ports(node: FlatNode, contract: Contract | None, types: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    kinds: tuple[tuple[str, Entries, Iterable[Any]], ...] = (
        ("input", node.inputs, contract.inputs if contract else ()),
        ("output", node.outputs, contract.outputs if contract else ()),
        ("side packet", node.side_inputs, contract.side_inputs if contract else ()),
        ("output side packet", node.side_outputs, contract.side_outputs if contract else ()),
    )
    for kind, entries, ports in kinds:
        docs = {port.name: port.doc for port in ports}
        for port, uses in entries:
            for use in uses:
                yield {
                    "kind": kind,
                    "name": port.value,
                    "stream": use.written if use.name else value_text(use.literal, LONG),
                    "type": types.get(use.name, ""),
                    "doc": docs.get(port.value, ""),
                }
