"""From YAML text to located values: the parser's events, checked one by one, and no recursion on the way.

Everything that makes a YAML file more than data is refused here: anchors and aliases (which can stand for more values
than memory has), merge keys, tags, several documents, repeated keys. So is nesting beyond `MAX_DEPTH`: the C parser
slows down with depth, and the functions that walk the result may be recursive. Events are pulled one at a time, and the
first one too deep ends the reading. A parser may have a limit of its own. It also reads ahead, up to 1024 characters,
to see whether a bracket opens a key. If it gives up there, the brackets that it has read ahead are counted here. So the
limit and its place do not depend on the parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from graphflow.config.diagnostics import Diagnostic, Related, quoted
from graphflow.config.limits import MAX_DEPTH, MAX_VALUES, Budget
from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.scalars import Plain, plain_value
from graphflow.config.syntax import syntax_error

LOADER: Any = getattr(yaml, "CLoader", yaml.SafeLoader)

Event = Any  # PyYAML's types do not say which events have anchors, tags and marks


class Scalar(NamedTuple):
    """A word, number or text. `text` is what was written (without quotes), `value` what it means."""

    span: Span
    text: str
    value: Plain


class ListValue(NamedTuple):
    """``[a, b]``, or one ``- a`` a line."""

    span: Span
    items: list[Value]


class Entry(NamedTuple):
    """``key: value``."""

    key: Located[str]
    value: Value


class MapValue(NamedTuple):
    """``{a: b}``, or one ``a: b`` a line; `incomplete` if entries were refused, which has been reported."""

    span: Span
    entries: dict[str, Entry]
    incomplete: bool = False


class Refused(NamedTuple):
    """Something that was reported already and has no value."""

    span: Span


Value = Scalar | ListValue | MapValue | Refused


def parse_tree(text: str, lines: Sequence[str], file: str, report: Report, budget: Budget) -> Value | None:
    """The one document in `text`; None for an empty one. `budget` is what it may hold.

    Raises:
        Abandoned: It breaks a limit or YAML's syntax; it has been reported.
    """
    builder = _Builder(lines, file, report, budget)
    events = yaml.parse(text, Loader=LOADER)
    while True:
        try:
            event = next(events, None)
        except yaml.YAMLError as error:
            builder.refuse_depth_read_ahead(getattr(error, "problem_mark", None))
            raise report.abandon(syntax_error(error, lines, builder.last_span)) from None
        except (ValueError, OverflowError):  # the pure Python parser, on numbers in escapes and directives
            last = builder.last_span
            raise report.abandon(Diagnostic("syntax-error", "this is not valid YAML after here", last)) from None
        if event is None:
            return builder.root
        builder.take(event)


@dataclass(slots=True)
class _Open:
    """A list or map that has not ended. `key` is the key that waits for its value; None in front of a key."""

    start: Event
    is_map: bool
    items: list[Value] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Located[str] | None = None
    keep: bool = True
    incomplete: bool = False
    first: Span | None = None


class _Builder:
    """Turns events into a tree, with a stack of its own."""

    def __init__(self, lines: Sequence[str], file: str, report: Report, budget: Budget) -> None:
        self.root: Value | None = None
        self.last_span = Span(file, 1, 1)
        self._lines = lines
        self._file = file
        self._report = report
        self._stack: list[_Open] = []
        self._last_mark: Any = None
        self._budget = budget
        self._documents = 0

    def take(self, event: Event) -> None:
        """Place one event.

        Raises:
            Abandoned: It breaks a limit.
        """
        self._budget.values -= 1
        self._last_mark = event.end_mark
        if self._budget.values < 0:
            message = f"the graph and its subgraphs hold more than {MAX_VALUES:,} values"
            self._abandon("too-large", message, event, "make it smaller; what its nodes repeat can be a subgraph")
        if isinstance(event, NodeEvent):
            self._take_value(event)
        elif isinstance(event, CollectionEndEvent):
            self._put(self._close(event))
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                message = "a second YAML document starts here; a graph file holds one graph"
                self._abandon("several-documents", message, event, "put each graph into a file of its own")

    def refuse_depth_read_ahead(self, error_mark: Any) -> None:
        """Refuse brackets that the parser has read after the last event, before it gave up at `error_mark`.

        Raises:
            Abandoned: They are nested too deep.
        """
        if self._last_mark is None:
            return
        first, column = self._last_mark.line, self._last_mark.column
        depth = len(self._stack)
        last = error_mark.line if error_mark is not None else first
        for number in range(first, min(last + 1, len(self._lines))):
            end = error_mark.column + 1 if error_mark is not None and number == last else len(self._lines[number])
            for word in _BRACKETS.finditer(self._lines[number], column if number == first else 0, end):
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(word[0], 0)
                if depth > MAX_DEPTH:
                    raise self._report.abandon(_too_deep(Span(self._file, number + 1, word.start() + 1)))

    def _take_value(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            merged = bool(self._stack) and self._stack[-1].key is not None and self._stack[-1].key.value == _MERGE
            self._put(Refused(self._span(event)) if merged else self._refuse_alias(event, "*"))
            return
        if event.anchor is not None:
            self._refuse_alias(event, "&")
        if event.tag is not None:
            self._refuse_tag(event)
        if isinstance(event, CollectionStartEvent):
            if len(self._stack) >= MAX_DEPTH:
                raise self._report.abandon(_too_deep(self._span(event)))
            self._stack.append(_Open(event, isinstance(event, MappingStartEvent)))
        elif event.tag is not None:
            self._put(Refused(self._span(event)))
        else:
            self._put(self._scalar(event))

    def _put(self, value: Value) -> None:
        """Place a finished value where it belongs: in the innermost open list or map."""
        if not self._stack:
            self.root = value
            return
        parent = self._stack[-1]
        parent.first = parent.first or value.span
        if not parent.is_map:
            parent.items.append(value)
        elif parent.key is None:
            parent.key = self._key(parent, value)
        else:
            empty = isinstance(value, Scalar) and value.value is None and not value.text
            if parent.keep and empty and self._lacks_space(parent.key):
                parent.incomplete = True
            elif parent.keep:
                if empty:
                    value = Scalar(parent.key.span, "", None)  # "key:" and nothing: show the key
                parent.entries[parent.key.value] = Entry(parent.key, value)
            parent.key = None

    def _key(self, parent: _Open, value: Value) -> Located[str]:
        parent.keep = False
        if isinstance(value, Scalar) and (value.text or value.value == ""):
            key = Located(value.text, value.span)
            first = parent.entries.get(key.value)
            if key.value == _MERGE:
                message = "merge keys (<<) are not part of graph files"
                self._report.error("merge-key", message, key.span, "write the entries out")
            elif first is not None:
                related = (Related(first.key.span, "first written here"),)
                message = f"the key {quoted(key.value)} is written twice in one map"
                self._report.error("duplicate-key", message, key.span, "keep one of the two", related)
            else:
                parent.keep = True
            parent.incomplete |= not parent.keep
            return key
        parent.incomplete = True
        if not isinstance(value, Refused):
            found = "nothing" if isinstance(value, Scalar) else "a list or map"
            help = "write name: value; text that starts with { or [ needs quotes"
            self._report.error("bad-key", f"a key must be a word, found {found}", value.span, help)
        return Located("", value.span)

    def _lacks_space(self, key: Located[str]) -> bool:
        """Report ``{key:value}``, which YAML takes for one word."""
        name, colon, rest = key.value.partition(":")
        if not (colon and rest and name.isidentifier()) or self._shown(key.span)[1] in "'\"":
            return False
        message = f"a space is missing after the ':' of {quoted(key.value)}"
        self._report.error("syntax-error", message, key.span, f"write {name}: {rest}")
        return True

    def _close(self, event: Event) -> Value:
        done = self._stack.pop()
        span = self._span(done.start, event) if done.start.flow_style else done.first or self._span(done.start)
        if done.start.tag is not None:
            return Refused(span)
        return MapValue(span, done.entries, done.incomplete) if done.is_map else ListValue(span, done.items)

    def _scalar(self, event: Event) -> Scalar | Refused:
        span = self.last_span = self._span(event)
        text: str = event.value
        if not event.implicit[0]:
            if event.style == '"' and _SURROGATE.search(text):  # the C parser refuses these itself
                self._report.error("syntax-error", "a \\u escape here is not a character", span)
            return Scalar(span, text, text)
        try:
            return Scalar(span, text, plain_value(text))
        except ValueError as error:
            self._report.error("bad-number", f"{quoted(text)} {error}", span, "put it in quotes if it is text")
            return Refused(span)

    def _refuse_alias(self, event: Event, sign: str) -> Refused:
        span = self._word_span(event)
        message = f"anchors (&name) and aliases (*name) are not part of graph files, found {self._shown(span)}"
        help = f"write the value out, or put text that starts with {sign} in quotes"
        self._report.error("alias", message, span, help)
        return Refused(span)

    def _refuse_tag(self, event: Event) -> None:
        span = self._word_span(event)
        message = f"tags (!name) are not part of graph files, found {self._shown(span)}"
        self._report.error("tag", message, span, "write the value without it, or put text that starts with ! in quotes")

    def _abandon(self, code: str, message: str, event: Event, help: str) -> None:
        raise self._report.abandon(Diagnostic(code, message, self._span(event), help=help))

    def _span(self, event: Event, end: Event | None = None) -> Span:
        """From where `event` starts to where it (or `end`) ends, or to the end of its first line."""
        start, stop = event.start_mark, (end or event).end_mark
        if start.line >= len(self._lines):
            return Span(self._file, max(len(self._lines), 1), len(self._lines[-1]) + 1 if self._lines else 1)
        if start.line == stop.line:
            length = stop.column - start.column
        elif isinstance(event, ScalarEvent) and event.style in ("|", ">"):
            length = 1
        else:
            length = len(self._lines[start.line].rstrip()) - start.column
        return Span(self._file, start.line + 1, start.column + 1, max(length, 1))

    def _word_span(self, event: Event) -> Span:
        """The word at which `event` starts: an anchor, alias or tag in front of a value."""
        span = self._span(event)
        word = _WORD.match(self._lines[span.line - 1], span.column - 1)
        return Span(self._file, span.line, span.column, len(word[0])) if word else span

    def _shown(self, span: Span) -> str:
        return quoted(self._lines[span.line - 1][span.column - 1 :][: span.length])


def _too_deep(span: Span) -> Diagnostic:
    message = f"more than {MAX_DEPTH} lists and maps stand inside each other here"
    return Diagnostic("too-deep", message, span, help="no part of a graph file needs that")


_MERGE = "<<"
_WORD = re.compile(r"[^\s,\[\]{}]+")
_BRACKETS = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|(?<!\S)\#.*|[\[\]{}]""")  # or what may hold some that are none
_SURROGATE = re.compile("[\ud800-\udfff]")
