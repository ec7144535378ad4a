"""One finding about a graph file, and the words that show it."""

from __future__ import annotations

import difflib
from bisect import bisect
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from graphflow.config.limits import MAX_COMPARED
from graphflow.config.location import Span
from graphflow.errors import with_help

Severity = Literal["error", "warning", "note"]

SHOWN_LENGTH = 60
"""Characters of a user's text that a message repeats."""


class Related(NamedTuple):
    """A second place that belongs to a finding: the other end of an edge, the first of two, an including file."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """What is wrong, where, and what to type instead.

    Attributes:
        code: Stable kebab-case word, such as ``unknown-stream``.
        message: One sentence in the user's words.
        span: Where; None for findings about no line in particular (a missing file).
        severity: An error stops the graph; a warning or a note does not.
        help: What to type.
        related: Further places.
    """

    code: str
    message: str
    span: Span | None
    severity: Severity = "error"
    help: str = ""
    related: tuple[Related, ...] = ()

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return escaped(with_help(f"{place}{self.severity}[{self.code}]: {self.message}", self.help))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word closest to `word`, or an empty string."""
    if len(word) > SHOWN_LENGTH:  # no typo, and comparing it would take long
        return ""
    candidates = tuple(known)
    if len(candidates) > MAX_COMPARED:
        candidates = _nearest(word, candidates)
    return _closest(word, candidates)


@lru_cache(1000)  # a file that is included many times asks the same many times
def _closest(word: str, known: tuple[str, ...]) -> str:
    matches = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return matches[0] if matches else ""


def _nearest(word: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The alphabetical neighbours of `word`, read forwards and backwards: a slip leaves its beginning or its end."""
    forwards, backwards = _in_order(known)
    near = [*_neighbours(word, forwards), *(name[::-1] for name in _neighbours(word[::-1], backwards))]
    return tuple(dict.fromkeys(near))


@lru_cache(4)  # many words are looked for among the same names
def _in_order(known: tuple[str, ...]) -> tuple[list[str], list[str]]:
    return sorted(known), sorted(name[::-1] for name in known)


def _neighbours(word: str, known: list[str]) -> list[str]:
    place = bisect(known, word)
    return known[max(place - MAX_COMPARED // 4, 0) : place + MAX_COMPARED // 4]


def escaped(text: str) -> str:
    r"""`text` with everything but printable characters and line breaks spelled out (``\x1b``), safe for a terminal."""
    if text.isprintable():
        return text
    if "\n" in text:  # line by line, because most of a long text needs no look at each character
        return "\n".join(map(escaped, text.split("\n")))
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def quoted(text: str, length: int = SHOWN_LENGTH) -> str:
    """`text` as messages show what a user wrote: in quotes, on one line, escaped and cut to `length` characters."""
    cut = text if len(text) <= length else text[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return "'" + escaped(cut).replace("\n", "\\n") + "'"
