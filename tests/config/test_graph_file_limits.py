"""Files made to exhaust time, memory or the stack are refused at once, by either YAML parser, at the right place."""

from __future__ import annotations

import time

import pytest
import yaml

from graphflow.config import tree
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import read_graph
from graphflow.config.source import MAX_SIZE

NODES = "graphflow: 1\nnodes:\n"

BOMBS = {
    "a million nested lists": ("[" * 1_000_000, "too-deep", (1, 51)),
    "nested lists on a million lines": ("[\n" * 500_000, "too-deep", (51, 1)),
    "nested lists by dashes": ("- " * 500_000, "too-deep", (1, 101)),
    "nested lists in a graph": (NODES + "  a: {options: {b: " + "[" * 900_000, "too-deep", (3, 66)),
    "nested maps": ("{a: " * 250_000, "too-deep", (1, 201)),
    "nested keys": ("? " * 500_000, "too-deep", (1, 101)),
    "a million brackets that close": ("[" * 500_000 + "]" * 500_000, "too-deep", (1, 51)),
    "a huge file": (NODES + "#" * MAX_SIZE, "too-large", (1, 1)),
    "a huge text": ("graphflow: 1\nhelp: " + "a" * MAX_SIZE, "too-large", (1, 1)),
    "many values": ("[" + "x," * 200_000, "too-large", (1, 199_996)),
    "a huge name": (NODES + "  " + "a " * 400_000 + ": {calculator: X}", "syntax-error", (3, 3)),
    "a huge unknown key": (
        NODES + "  a:\n    calculator: X\n    ? " + "b" * 900_000 + "\n    : 1\n",
        "unknown-key",
        (5, 7),
    ),
    "a huge number": ("graphflow: 1\nnodes: {}\nmax_queue_size: " + "9" * 900_000, "bad-number", (3, 17)),
    "aliases in aliases": (
        "graphflow: 1\nhelp: &a [x, x]\noptions: {b: &b [*a, *a, *a]}\nnodes: {c: [*b, *b, *b]}\n",
        "alias",
        (2, 7),
    ),
    "a list in itself": ("graphflow: 1\nnodes: &a [*a]\n", "alias", (2, 8)),
    "merged maps": ("graphflow: 1\nnodes:\n  a: &a {calculator: X}\n  b: {<<: [*a, *a]}\n", "alias", (3, 6)),
}


@pytest.fixture(params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "C" and not hasattr(yaml, "CLoader"):
        pytest.skip("this PyYAML has no C parser")
    monkeypatch.setattr(tree, "LOADER", yaml.CLoader if request.param == "C" else yaml.SafeLoader)
    return str(request.param)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_once(name: str, parser: str) -> None:
    text, code, (line, column) = BOMBS[name]
    diagnostics: list[Diagnostic] = []
    started = time.process_time()
    read_graph(text, "bomb.yaml", diagnostics)
    elapsed = time.process_time() - started
    first = diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.line, first.span.column) == (code, line, column)
    assert len(str(first)) < 1000
    assert elapsed < (1 if parser == "C" else 10)


def test_fifty_levels_are_allowed(parser: str) -> None:
    levels = tree.MAX_DEPTH - 4  # the graph, nodes, the node, its options
    text = f"{NODES}  a: {{calculator: X, options: {{b: {'[' * levels}{']' * levels}}}}}\n"
    diagnostics: list[Diagnostic] = []
    assert read_graph(text, "deep.yaml", diagnostics) is not None
    assert diagnostics == []
    read_graph(text.replace("[]", "[[]]"), "deep.yaml", diagnostics)
    assert [d.code for d in diagnostics] == ["too-deep"]


@pytest.mark.parametrize(
    "text", ['"\\UFFFFFFFF"', '"\\uD800"', "%YAML " + "9" * 5000 + ".1\n---\na", "!<tag:%FF> a", "\ud800", "a: \x00"]
)
def test_what_upsets_the_parsers_is_an_ordinary_error(text: str, parser: str) -> None:
    diagnostics: list[Diagnostic] = []
    assert read_graph(text, "odd.yaml", diagnostics) is None
    assert diagnostics
    assert diagnostics[0].code in {"syntax-error", "bad-character", "tag"}
    str(diagnostics[0]).encode()


def test_both_parsers_give_the_same_graph(parser: str) -> None:
    text = """\
graphflow: 1
help: |
  Two
  lines.
inputs: ["x", 'y']
nodes:
  größe_und_名前: {calculator: X}
  a:
    calculator: >-
      X
    inputs: {item: [x, {stream: y, back_edge: true}]}
    options:
      - 1
"""
    diagnostics: list[Diagnostic] = []
    graph = read_graph(text, "g.yaml", diagnostics)
    assert graph is not None
    assert graph.help == "Two\nlines.\n"
    places = [(d.code, d.span.line, d.span.column, d.span.length) for d in diagnostics if d.span]
    assert places == [("bad-name", 7, 3, 12), ("wrong-type", 13, 9, 1)]
    assert graph.nodes[1].inputs[0].streams[1].span.column == 33
