"""Words errors of the YAML parser for readers who do not know its grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from graphflow.config.diagnostics import Diagnostic, Related, quoted
from graphflow.config.location import Span


class _Rule(NamedTuple):
    """One mistake: how the parser calls it (C or Python), and what we say.

    `at_start` shows where the thing began (an unclosed quote) instead of where the parser gave up. ``{c}`` in a text
    is the character there.
    """

    problem: str
    message: str
    help: str
    at_start: bool = False


_RULES = [
    _Rule(
        "did not find expected '-' indicator",
        "this line does not continue the list above it",
        "give all '- ' of a list the same indentation",
    ),
    _Rule(
        r"found character ('\\t' )?that cannot start.*\t|found a tab",
        "a tab is used for indentation",
        "use spaces",
    ),
    _Rule(
        "found character .*cannot start|mapping keys are not allowed",
        "text cannot start with {c} unless it is in quotes",
        'write it as "{bare}..."',
    ),
    _Rule(
        "found unexpected (end of stream|document)",
        "the quote that opens here is never closed",
        "add the closing quote",
        at_start=True,
    ),
    _Rule(
        "expected alphabetic or numeric character",
        "text cannot start with {c} unless it is in quotes",
        'write it as "{bare}..."',
        at_start=True,
    ),
    _Rule(
        "could not find expected ':'",
        "this line has no ':' that ends a key",
        "write key: value",
        at_start=True,
    ),
    _Rule(
        "sequence entries are not allowed",
        "a list that starts with '- ' cannot stand on the line of its key",
        "write it as [a, b], or start it on the next line",
    ),
    _Rule(
        "(found unknown escape character|found invalid Unicode|hexadecimal|hexdecimal)",
        "a backslash in double quotes starts an escape, and this is none",
        "use single quotes, or write the backslash twice",
    ),
    _Rule(
        "tag handle|(scanning|parsing) a tag",
        "tags (!name) are not part of graph files",
        "write the value without it, or put text that starts with ! in quotes",
    ),
    _Rule(
        "found unexpected ':'",
        "a ':' inside a word",
        "put text that holds ':' in quotes, or write key: value with a space",
    ),
    _Rule(
        "expected '?<document start>",
        "nothing can follow the end of the document",
        "delete this line, or the '...' above it",
    ),
    _Rule(
        "(did not find expected|expected the) node content",
        "a value is missing in front of {c}",
        "write the value, or put text that starts with {c} in quotes",
    ),
    _Rule(
        "(did not find expected|chomping or)",
        "{c} cannot stand here",
        "start text of several lines on the line below | or >",
    ),
]


_LONGEST_KEY = 1024
_TEXT_PROTO_NODE = re.compile(r"\s*(node)\s*:?\s*\{\s*(#.*)?$")
_NO_SPACE = re.compile(r"\s*(?:- )?(([A-Za-z_]\w*):([^\s:/]\S*))\s*(?:#.*)?")
_COMMENT = re.compile("//|/\\*")
_COMMENT_HELP = "a comment starts with '#'"
_WORD = re.compile(r"[^\s,\[\]{}'\"]+")


def syntax_error(error: yaml.YAMLError, lines: Sequence[str], last: Span) -> Diagnostic:
    """The finding for what the YAML parser raised.

    The parser's words only choose the best of our own: those that no rule knows give a finding of the same code at the
    same place.

    Args:
        error: What it raised.
        lines: Of the file.
        last: The last value before it, which is the place if the parser tells none.
    """
    problem = str(getattr(error, "problem", None) or error)
    where = _span(getattr(error, "problem_mark", None), lines, last)
    start = _span(getattr(error, "context_mark", None), lines, where)
    if proto := text_proto(lines, last.file):
        return proto
    bracket = re.search(r"expected ',' or '([]}])'", problem)
    if bracket:
        return _bracket(bracket[1], where, start, lines)
    if "mapping values are not allowed" in problem:
        return _unexpected_colon(where, lines)
    if re.search("did not find expected key|expected <block end>", problem):
        return _stray(where, lines)
    said = f"{problem} {getattr(error, 'context', None)} {_character(where, lines)}"
    for rule in _RULES:
        if re.search(rule.problem, said):
            span = start if rule.at_start else where
            bare = _character(span, lines)
            if rule.at_start and (word := _WORD.match(lines[span.line - 1], span.column - 1)):
                span = span._replace(length=len(word[0]))
            words = {"c": quoted(bare) if bare else "the end of the line", "bare": bare}
            return Diagnostic("syntax-error", rule.message.format(**words), span, help=rule.help.format(**words))
    return Diagnostic("syntax-error", "this is not YAML", where, help=f"the parser says: {problem}")


def text_proto(lines: Sequence[str], file: str) -> Diagnostic | None:
    """The finding for MediaPipe's own graph format (``node {``), if that is what this is."""
    for number, line in enumerate(lines, start=1):
        node = _TEXT_PROTO_NODE.match(line)
        if node:
            message = "this looks like a MediaPipe text graph (.pbtxt), not YAML"
            help = "give the file a name that ends in .pbtxt, and it is read as one"
            return Diagnostic("not-a-graph", message, Span(file, number, node.start(1) + 1, 4), help=help)
    return None


def _bracket(closing: str, where: Span, start: Span, lines: Sequence[str]) -> Diagnostic:
    """Something inside ``[...]`` or ``{...}`` that is neither a separator nor the end."""
    opening = "[" if closing == "]" else "{"
    before = lines[where.line - 1][: where.column - 1] if where.line <= len(lines) else ""
    if before.endswith("$"):
        span = Span(where.file, where.line, where.column - 1, 2)
        message = "'${...}' needs quotes inside [...] and {...}"
        return Diagnostic("syntax-error", message, span, help='write "${name}" with the quotes')
    if start.line == where.line:
        message = f"',' or {quoted(closing)} is missing here"
        help = "separate with ', ' and put text that holds ': ' or brackets in quotes"
        return Diagnostic("syntax-error", message, where, help=help)
    related = (Related(where, "this was reached without finding it closed"),)
    message = f"the {quoted(opening)} that opens here is never closed"
    return Diagnostic("syntax-error", message, start, help=f"close it with {quoted(closing)}", related=related)


def _unexpected_colon(colon: Span, lines: Sequence[str]) -> Diagnostic:
    before = lines[colon.line - 1][: colon.column - 1]
    second = ": " in before
    key = before.split()[-1] if second else before.strip()
    span = Span(colon.file, colon.line, len(before.rstrip()) - len(key) + 1, len(key) + 1)
    if second:
        message, help = "a second ': ' on one line", "put text that holds ': ' in quotes"
    elif len(key) > _LONGEST_KEY:
        message, help = f"a key of {len(key):,} characters; YAML allows {_LONGEST_KEY:,}", "use a shorter name"
    elif above := _NO_SPACE.fullmatch(lines[colon.line - 2] if colon.line > 1 else ""):
        span = Span(colon.file, colon.line - 1, above.start(1) + 1, len(above[1]))
        message, help = "a space is missing after the ':'", f"write {above[2]}: {above[3]}"
    else:
        message = "no key can stand here: this line is indented too far, or the line above it lacks its ':'"
        help = "give all keys of one map the same indentation, and each a ':'"
    return Diagnostic("syntax-error", message, span, help=help)


def _stray(where: Span, lines: Sequence[str]) -> Diagnostic:
    """Something in a block map that is no key of it."""
    character = _character(where, lines)
    if character in ("}", "]"):
        message = f"{quoted(character)} closes nothing"
        return Diagnostic("syntax-error", message, where, help="delete it, or put text that holds it in quotes")
    if lines and lines[where.line - 1][: where.column - 1].strip():
        message = "this does not belong to what is in front of it"
        if _COMMENT.match(lines[where.line - 1], where.column - 1):
            return Diagnostic("syntax-error", message, where, help=_COMMENT_HELP)
        return Diagnostic("syntax-error", message, where, help="put the whole text in quotes")
    message = "this line does not continue the map above it"
    return Diagnostic("syntax-error", message, where, help="give all keys of one map the same indentation")


def _span(mark: Any, lines: Sequence[str], otherwise: Span) -> Span:
    """The place of a parser's mark, moved into the text where it points behind its end."""
    if not lines or mark is None:
        return otherwise
    line = min(mark.line, len(lines) - 1)
    column = min(mark.column, len(lines[line])) if mark.line == line else len(lines[line])
    return Span(otherwise.file, line + 1, column + 1)


def _character(span: Span, lines: Sequence[str]) -> str:
    return lines[span.line - 1][span.column - 1 : span.column] if span.line <= len(lines) else ""
