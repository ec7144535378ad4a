"""Where in a graph file something stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line: 1-based line and column, length in characters.

    `file` is the path as the user gave it, ``<string>`` for text, or ``<command line>``.
    """

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A value together with where it was written."""

    value: T
    span: Span
