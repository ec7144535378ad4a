"""Writes graphs as YAML, as a person would: one line for what fits on one, comments above what they are about."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import yaml

from graphflow.config.location import Span
from graphflow.config.tree import ListValue, MapValue, Scalar, Value

_WIDTH = 110
_OF_NODES = 2
"""Levels below ``nodes`` that are never written on one line: the list of nodes, and each node."""

Comments = Mapping[Span, Sequence[str]]
"""What stands above an entry, by the place of its key."""


def to_yaml(tree: MapValue, comments: Comments) -> str:
    """The text of a graph.

    Args:
        tree: What the file holds.
        comments: Lines without ``#``.
    """
    lines: list[str] = []
    written: set[Span] = set()
    for number, (name, entry) in enumerate(tree.entries.items()):
        if name == "nodes" and number:
            lines.append("")
        lines += _remarks(entry.key.span, comments, "", written)
        lines += _entry(name, entry.value, 0, comments, written, blocks=_OF_NODES if name == "nodes" else 0)
    return "\n".join(lines) + "\n"


def _entry(name: str, value: Value, depth: int, comments: Comments, written: set[Span], blocks: int = 0) -> list[str]:
    """``name: value``, with what is inside below it if it does not fit on the line.

    `blocks` is how many levels are never written on one line: a node is not.
    """
    margin = "  " * depth
    flat = f"{margin}{_word(name)}: {_flow(value)}".rstrip()
    inside = list(_keys(value))
    told = any(span in comments for span in inside)
    if name == "help" and isinstance(value, Scalar) and (len(flat) > _WIDTH or "\n" in str(value.value)):
        return _text(str(value.value), margin)
    if isinstance(value, Scalar) or (not told and len(flat) <= _WIDTH and not blocks):
        return [flat]
    if isinstance(value, ListValue) and all(isinstance(item, Scalar) for item in value.items):
        return _filled(name, value.items, margin)
    lines = [f"{margin}{_word(name)}:"]
    if isinstance(value, MapValue) and _names_only(value):  # a list of names
        return [*(line for span in inside for line in _remarks(span, comments, margin, written)), flat]
    if isinstance(value, MapValue):
        for number, (key, entry) in enumerate(value.entries.items()):
            if blocks == _OF_NODES and number:
                lines.append("")
            lines += _remarks(entry.key.span, comments, margin + "  ", written)
            lines += _entry(key, entry.value, depth + 1, comments, written, max(blocks - 1, 0))
    elif isinstance(value, ListValue):
        for item in value.items:
            lines += _item(item, depth + 1, comments, written)
    return lines


def _item(value: Value, depth: int, comments: Comments, written: set[Span]) -> list[str]:
    """``- value``, on several lines if it is a map that does not fit on one."""
    margin = "  " * depth
    flat = f"{margin}- {_flow(value)}"
    if len(flat) <= _WIDTH or not isinstance(value, MapValue):
        return [flat]
    lines = [
        line for name, one in value.entries.items() for line in _entry(name, one.value, depth + 1, comments, written)
    ]
    return [f"{margin}- {lines[0].lstrip()}", *lines[1:]]


def _text(text: str, margin: str) -> list[str]:
    """``help: |`` and a long text, its lines not too long."""
    lines = [f"{margin}help: |"]
    for line in text.split("\n"):
        lines += textwrap.wrap(line, _WIDTH, initial_indent=margin + "  ", subsequent_indent=margin + "  ") or [""]
    return lines


def _remarks(span: Span, comments: Comments, margin: str, written: set[Span]) -> list[str]:
    if span in written:
        return []
    written.add(span)
    return [f"{margin}# {line}".rstrip() for line in comments.get(span, ())]


def _keys(value: Value) -> Iterable[Span]:
    """The places of all keys in a value."""
    if isinstance(value, MapValue):
        for entry in value.entries.values():
            yield entry.key.span
            yield from _keys(entry.value)


def _names_only(value: MapValue) -> bool:
    """Whether a map only has names in it: ``{a: , b: }`` is the list ``[a, b]``."""
    return bool(value.entries) and all(
        isinstance(entry.value, Scalar) and entry.value.value is None for entry in value.entries.values()
    )


def _flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, ListValue):
        return f"[{', '.join(map(_flow, value.items))}]"
    if isinstance(value, MapValue):
        if _names_only(value):
            return f"[{', '.join(map(_word, value.entries))}]"
        return "{" + ", ".join(f"{_word(key)}: {_flow(entry.value)}" for key, entry in value.entries.items()) + "}"
    return _word(value.value) if isinstance(value, Scalar) else ""


def _filled(name: str, items: Sequence[Value], margin: str) -> list[str]:
    """A list of scalars on as many lines as it takes."""
    text = f"{_word(name)}: [{', '.join(map(_flow, items))}]"
    return textwrap.wrap(text, _WIDTH, initial_indent=margin, subsequent_indent=margin + "  ", break_on_hyphens=False)


def _word(value: object) -> str:
    """A scalar, in quotes where it needs them."""
    return yaml.safe_dump([value], default_flow_style=True, width=float("inf"), allow_unicode=True).strip()[1:-1]
