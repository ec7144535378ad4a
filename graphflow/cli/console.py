"""The two streams of a command: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Container, Sequence
from itertools import zip_longest
from typing import Any, TextIO

from graphflow.config.diagnostics import escaped
from graphflow.config.render import HEADLINE
from graphflow.urls import without_secrets

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}


def say(text: str) -> None:
    """Print on standard error; control characters in it are spelled out, and secrets of URLs left out."""
    print(_coloured(escaped(without_secrets(text)), sys.stderr), file=sys.stderr)


def put(text: str) -> None:
    """Print a result on standard output, as `say` does."""
    print(_coloured(escaped(without_secrets(text)), sys.stdout), flush=True)


def json_text(value: Any) -> str:
    """`value` as JSON that can be printed: characters that are not printable are written as JSON escapes them."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    text = without_secrets(text)
    return "\n".join(map(safe_json, text.split("\n")))


def safe_json(text: str) -> str:
    """JSON on one line, with everything but printable characters as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def aligned(rows: Sequence[Sequence[str]], right: Container[int] = (), most: int = 1000) -> list[str]:
    """A table as lines of text, with two blanks between its columns.

    Args:
        rows: The cells of each row; a short row leaves the last columns empty.
        right: The columns that are flush right.
        most: Characters that a column takes; a longer cell pushes what follows it in its own row.
    """
    widths = [min(max(map(len, column)), most) for column in zip_longest(*rows, fillvalue="")]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in rows
    ]


def _coloured(text: str, stream: TextIO) -> str:
    """`text` with the severity of each finding in colour, for a terminal that wants colours."""
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return HEADLINE.sub(_headline, text)


def _headline(match: re.Match[str]) -> str:
    severity = match["severity"]
    return f"{match['place'] or ''}{_COLOURS[severity]}{severity}{match['code'] or ''}\x1b[0m: "
