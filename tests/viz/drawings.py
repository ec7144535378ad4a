"""Graphs to draw, and a reader of DOT that knows just enough to see what was drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from graphflow.calculator import Calculator
from graphflow.checking import CheckedGraph, check_file
from graphflow.outputs import Outputs
from graphflow.policies import Immediate
from graphflow.registry import Registry
from graphflow.viz.draft import draft
from graphflow.viz.picture import Picture


class Step(Calculator):
    """Add one."""

    def process(self, item: int) -> int:
        return item + 1


class Pair(Outputs):
    low: int
    high: int = 0


class Parts(Calculator):
    """Two outputs, a side packet and an optional loop."""

    input_policy = Immediate()

    def open(self, size: int) -> None:
        pass

    def process(self, item: int, loop: int | None = None) -> Pair:
        return Pair(low=item, high=item)


CALCULATORS = (Step, Parts)


def checked(file: Path) -> CheckedGraph:
    return check_file(file, Registry(CALCULATORS))


def picture_of(file: Path, expand: bool = False) -> Picture:
    return draft(checked(file), None if expand else 0)


@dataclass
class Drawing:
    """What a DOT text says: attributes of nodes by name, and of edges as (tail, head, attributes)."""

    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)


_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|[\w.]+|[{}\[\];:=,]|<)', re.DOTALL)


def read_dot(text: str) -> Drawing:
    """Read DOT by its grammar; raises AssertionError where Graphviz would not accept it."""
    tokens, drawing, position = _tokens(text), Drawing(), 2
    assert tokens[0] == "digraph" and tokens[2] == "{" and tokens[-1] == "}"
    position = 3
    while position < len(tokens) - 1:
        token = tokens[position]
        if token == "subgraph":
            drawing.clusters.append(tokens[position + 1])
            position += 2
        elif token in "{};":
            position += 1
        elif tokens[position + 1] == "=":
            position += 3
        else:
            position = _statement(tokens, position, drawing)
    assert tokens.count("{") == tokens.count("}")
    return drawing


def _statement(tokens: list[str], position: int, drawing: Drawing) -> int:
    name, position = _node_id(tokens, position)
    head = None
    if tokens[position] == "->":
        head, position = _node_id(tokens, position + 1)
    attributes: dict[str, str] = {}
    if tokens[position] == "[":
        position += 1
        while tokens[position] != "]":
            assert tokens[position + 1] == "=", tokens[position : position + 3]
            attributes[tokens[position]] = tokens[position + 2].strip('"')
            position += 3
        position += 1
    if head is not None:
        drawing.edges.append((name, head, attributes))
    elif name not in ("graph", "node", "edge") and attributes:
        drawing.nodes[name] = attributes
    return position


def _node_id(tokens: list[str], position: int) -> tuple[str, int]:
    name = tokens[position]
    position += 1
    while tokens[position] == ":":
        name += ":" + tokens[position + 1]
        position += 2
    return name, position


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match, f"not DOT: {text[position : position + 40]!r}"
        position = match.end()
        if match[1] == "<":
            end = _html_end(text, position)
            tokens.append(text[position:end])
            position = end + 1
        else:
            tokens.append(match[1])
    return tokens


def _html_end(text: str, position: int) -> int:
    """Where the HTML-like string ends that began before `position`: angle brackets are balanced in it."""
    depth = 1
    while depth:
        depth += {"<": 1, ">": -1}.get(text[position], 0)
        position += 1
    return position - 1
