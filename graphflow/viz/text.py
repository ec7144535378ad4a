"""Text for drawings: cut, wrapped and escaped, so that no name in a graph file can break out of its label."""

from __future__ import annotations

import html
import re
import textwrap

from graphflow.config.diagnostics import escaped

# user:password@ in front of a host, as in the address of a camera.
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")
_MAX_LABEL = 60


def clean(text: str) -> str:
    """`text` with control characters spelled out and without the passwords of addresses."""
    return escaped(_CREDENTIALS.sub("***@", text))


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
