"""Text for drawings: cut, wrapped and escaped, so that no name in a graph file can break out of its label."""

from __future__ import annotations

import enum
import html
import json
import re
import textwrap
from typing import Any

from graphflow.config.diagnostics import escaped
from graphflow.urls import without_secrets

# user:password@ in front of a host, as in the address of a camera.
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")
_MAX_LABEL = 60
_MAX_VALUE = 300
"""Characters of a value, also of one for a label that is cut further."""
LONG = 2000
"""Characters of what a page shows in full."""


def clean(text: str) -> str:
    """`text` with control characters spelled out and without the passwords of addresses."""
    return escaped(_CREDENTIALS.sub("***@", text))


def long_text(text: str, most: int = LONG) -> str:
    """`text` without the secrets of addresses, and not longer than so many characters."""
    # Cut twice: a secret is found in what is looked through, and not cut in two where it is shown.
    return without_secrets(text[: 10 * most])[:most]


def value_text(value: Any, most: int = _MAX_VALUE) -> str:
    """An option or a literal: text as it is, anything else as JSON."""
    value = value.value if isinstance(value, enum.Enum) else value
    try:
        text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError):  # keys of a program that are no text; a list that holds itself
        text = repr(value)
    return long_text(text, most)


def label(text: str, width: int = _MAX_LABEL) -> str:
    """`text` on one line, cut in the middle where it is too long: both ends of a name tell it from others."""
    line = " ".join(clean(text).split())
    if len(line) <= width:
        return line
    head = (width - 1) // 2
    return f"{line[:head]}\N{HORIZONTAL ELLIPSIS}{line[-(width - 1 - head) :]}"


def wrap(text: str, width: int = 44, lines: int = 6) -> list[str]:
    """`text` as lines of a note."""
    return textwrap.wrap(clean(text), width, max_lines=lines, placeholder=" \N{HORIZONTAL ELLIPSIS}") or [""]


def markup(text: str) -> str:
    """`text` for an HTML-like label of Graphviz or a label of Mermaid."""
    return html.escape(text, quote=True)


def quoted(text: str) -> str:
    """`text` as a quoted string of DOT."""
    # Graphviz reads \\n, \\l, \\N and others as escapes, so a backslash of the user's is doubled.
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
