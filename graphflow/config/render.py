"""Shows findings: as text with the lines they are about, and as data for other programs.

A finding looks like this, and may be followed by ``note:`` blocks of the same shape for its further places::

    bad.yaml:15:26: error[unknown-stream]: node 'limiter': input 'finished' reads stream 'faces', which nothing sends
       |
     15|       finished: {stream: faces, back_edge: true}
       |                          ^^^^^
       = help: did you mean 'face', sent by node 'detector' on line 24?

The output is safe for a terminal, whatever the file holds: control characters are spelled out. It has no colours. Each
finding starts with a line that `HEADLINE` matches, so a caller can add colours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from graphflow.config.diagnostics import Diagnostic, Severity, escaped
from graphflow.config.location import Span

Sources = Mapping[str, Sequence[str]]

MAX_WIDTH = 100
"""Columns of the file that an excerpt shows; longer lines are cropped around the place."""

HEADLINE = re.compile(
    r"(?m)^(?P<place>\S.*:\d+:\d+: |<[a-z ]+>: )?(?P<severity>error|warning|note)(?P<code>\[[a-z0-9-]+\])?: "
)

_TAB = "    "
_CROPPED = "\N{HORIZONTAL ELLIPSIS}"
_MIN_GUTTER = 3


def render(diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """All findings, a blank line between them, and a last line that counts them. Empty if there are none.

    Args:
        diagnostics: In the order in which to show them.
        sources: The lines of each file by the name that spans give it; without its lines, a place has no excerpt.
    """
    if not diagnostics:
        return ""
    return "\n\n".join([*(render_one(diagnostic, sources) for diagnostic in diagnostics), summary(diagnostics)])


def render_one(diagnostic: Diagnostic, sources: Sources) -> str:
    """One finding, without a line break at its end."""
    spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
    gutter = max([_MIN_GUTTER, *(len(str(span.line)) for span in spans if span)])
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    lines = _block(head, diagnostic.span, sources, gutter)
    if diagnostic.help:
        lines.append(f"{' ' * gutter}= help: {diagnostic.help}")
    for related in diagnostic.related:
        lines += _block(f"note: {related.message}", related.span, sources, gutter)
    return escaped("\n".join(lines))


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``: how many of each severity there are, of those that there are."""
    severities: tuple[Severity, ...] = ("error", "warning", "note")
    counts = {severity: sum(d.severity == severity for d in diagnostics) for severity in severities}
    return ", ".join(f"{count} {severity}{'s' * (count != 1)}" for severity, count in counts.items() if count)


def to_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """The findings as plain data. Places are 1-based; ``file`` and the rest are None where there is no place."""
    return [
        {
            "severity": diagnostic.severity,
            "code": diagnostic.code,
            "message": diagnostic.message,
            "help": diagnostic.help,
            **_place(diagnostic.span),
            "related": [{"message": related.message, **_place(related.span)} for related in diagnostic.related],
        }
        for diagnostic in diagnostics
    ]


def _place(span: Span | None) -> dict[str, str | int | None]:
    if span is None:
        return {"file": None, "line": None, "column": None, "length": None}
    return {"file": span.file, "line": span.line, "column": span.column, "length": span.length}


def _block(head: str, span: Span | None, sources: Sources, gutter: int) -> list[str]:
    """A headline, and below it the line that it is about with the place marked."""
    if span is None:
        return [head]
    headline = f"{span}: {head}"
    source = sources.get(span.file, ())
    if not span.typed and not 1 <= span.line <= len(source):
        return [headline]
    shown, indent, carets = _marked(span.typed or source[span.line - 1], span)
    margin = " " * gutter
    number = margin if span.typed else f"{span.line:>{gutter}}"
    return [
        headline,
        f"{margin}|",
        f"{number}| {shown}".rstrip(),
        f"{margin}| {' ' * indent}{'^' * carets}",
    ]


def _marked(line: str, span: Span) -> tuple[str, int, int]:
    """What to show of `line`, and the columns in front of the carets and under them."""
    start = min(span.column - 1, len(line))
    end = min(start + max(span.length, 1), len(line))
    first, last = _window(line, start, end)
    end = min(end, last)
    cells = [_cell(character) for character in line[first:last]]
    widths = [width for _, width in cells]
    indent, carets = sum(widths[: start - first]), sum(widths[start - first : end - first])
    shown = "".join(text for text, _ in cells)
    if first > 0:
        shown, indent = _CROPPED + shown, indent + 1
    if last < len(line):
        shown += _CROPPED
    return shown, indent, max(carets, 1)


def _window(line: str, start: int, end: int) -> tuple[int, int]:
    """Which characters to show, at most `MAX_WIDTH`: all of them, or the place with as much around it as fits."""
    if len(line) <= MAX_WIDTH:
        return 0, len(line)
    around = max(MAX_WIDTH - (end - start), MAX_WIDTH // 4)
    first = max(0, min(start - around // 2, len(line) - MAX_WIDTH))
    return first, min(first + MAX_WIDTH, len(line))


def _cell(character: str) -> tuple[str, int]:
    """How a terminal shows `character`: the text to print, and its width in columns."""
    if character == "\t":
        return _TAB, len(_TAB)
    if not character.isprintable():
        text = escaped(character)
        return text, len(text)
    if unicodedata.combining(character):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1
