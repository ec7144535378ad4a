"""Where in a graph file something stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Span(NamedTuple):
    """A stretch of one line: 1-based line and column, length in characters.

    Attributes:
        file: The path as the user gave it, ``<string>`` for text; for what was typed, where that was:
            ``<command line>``.
        typed: The text itself, where it stands in no file.
    """

    file: str
    line: int
    column: int
    length: int = 1
    typed: str = ""

    def __str__(self) -> str:
        return self.file if self.typed else f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value together with where it was written."""

    value: T
    span: Span


@dataclass(frozen=True, slots=True)
class Keyed(Located[T]):
    """A value of a map, together with where its key was written."""

    key: Span


def key_span(value: Located[Any]) -> Span:
    """Where the key of a value stands, to be marked if that is wrong; the value's own place if there is no key."""
    return value.key if isinstance(value, Keyed) else value.span
