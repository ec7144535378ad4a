"""Files made to exhaust time, memory or the stack are refused at once, by either YAML parser, at the right place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from yaml.error import Mark, MarkedYAMLError

from graphflow.config import tree
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.limits import MAX_DEPTH, MAX_SIZE, Budget
from graphflow.config.reader import read_graph

NODES = "graphflow: 1\nnodes:\n"
VALUES = 10_000
"""Fewer than are allowed, because these are really read."""

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
    "many values": ("[" + "x," * 2 * VALUES, "too-large", (1, 2 * VALUES - 4)),
    "a huge name": (NODES + "  " + "a " * 50_000 + ": {calculator: X}", "syntax-error", (3, 3)),
    "a huge unknown key": (
        NODES + "  a:\n    calculator: X\n    ? " + "b" * 200_000 + "\n    : 1\n",
        "unknown-key",
        (5, 7),
    ),
    "a huge number": ("graphflow: 1\nnodes: {}\nmax_queue_size: " + "9" * 200_000, "bad-number", (3, 17)),
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


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The events that were asked of the parser."""
    events: list[Any] = []
    parse = yaml.parse

    def counting(text: str, Loader: Any) -> Iterator[Any]:
        for event in parse(text, Loader=Loader):
            events.append(event)
            yield event

    monkeypatch.setattr(yaml, "parse", counting)
    return events


def first_finding(text: str) -> tuple[str, int, int]:
    """Code, line and column of the first thing wrong with a graph."""
    diagnostics: list[Diagnostic] = []
    read_graph(text, "bomb.yaml", diagnostics, budget=Budget(values=VALUES))
    first = diagnostics[0]
    assert first.span is not None
    assert len(str(first)) < 1000
    return first.code, first.span.line, first.span.column


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_once(name: str, parser: str, pulled: list[Any]) -> None:
    text, code, place = BOMBS[name]
    assert first_finding(text) == (code, *place)
    assert len(pulled) <= {"too-deep": 3 * MAX_DEPTH, "too-large": VALUES + 1}.get(code, 50)


def giving_up(line: int, column: int) -> Callable[..., Iterator[Any]]:
    """A parser that gives up at a place, in words that nobody knows, when the document has begun."""

    def parse(text: str, Loader: Any) -> Iterator[Any]:
        start = Mark("", 0, 0, 0, None, None)
        yield yaml.StreamStartEvent(start, start)
        yield yaml.DocumentStartEvent(start, start)
        raise MarkedYAMLError(None, None, "jabberwocky", Mark("", 0, line - 1, column - 1, None, None))

    return parse


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("[" * 200, (1, 60), ("too-deep", 1, 51)),
        ("[" * 200, (1, 50), ("syntax-error", 1, 50)),
        ("[\n" * 200, (60, 1), ("too-deep", 51, 1)),
        ("[[]," * 200, (1, 400), ("too-deep", 1, 198)),
        ("['" + "[" * 200 + "', ]", (1, 205), ("syntax-error", 1, 205)),
        ('["' + "[" * 200 + '\\"[", ]', (1, 207), ("syntax-error", 1, 207)),
        ("[a,  # " + "[" * 200 + "\n}", (2, 1), ("syntax-error", 2, 1)),
    ],
)
def test_our_limit_of_depth_answers_before_that_of_a_parser(
    text: str, at: tuple[int, int], expected: tuple[str, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml, "parse", giving_up(*at))
    assert first_finding(text) == expected


def test_what_a_parser_says_in_unknown_words_is_told_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "parse", giving_up(2, 3))
    diagnostics: list[Diagnostic] = []
    assert read_graph("graphflow: 1\nnodes: {}\n", "odd.yaml", diagnostics) is None
    assert [str(diagnostic) for diagnostic in diagnostics] == [
        "odd.yaml:2:3: error[syntax-error]: this is not YAML\n   = help: the parser says: jabberwocky"
    ]


def test_fifty_levels_are_allowed(parser: str) -> None:
    levels = MAX_DEPTH - 4  # the graph, nodes, the node, its options
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
    assert graph.nodes[1].inputs[0].refs[1].span.column == 33
