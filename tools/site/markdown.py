"""What contracts and docstrings say, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence


def text(doc: str) -> str:
    """A docstring: its literals are Markdown's, and nothing else in it is Markdown."""
    parts = re.split(r"(``.+?``|`[^`\n]+`)", doc.strip())
    return "".join(f"`{part.strip('`')}`" if part.startswith("`") else _escaped(part) for part in parts)


def _escaped(words: str) -> str:
    return re.sub(r"([*_<>\[\]|])", r"\\\1", words)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown."""
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(words: str) -> str:
    """One line; a stroke would end the cell, but not within code."""
    parts = re.split(r"(`[^`]+`)", " ".join(words.split()))
    return "".join(part if part.startswith("`") else re.sub(r"(?<!\\)\|", r"\|", part) for part in parts)


def facts(lists: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """A line for each list that is not empty."""
    for title, words in lists.items():
        if words:
            yield f"**{title}:** {', '.join(map(_escaped, words))}"
