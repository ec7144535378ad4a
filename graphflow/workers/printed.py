"""What a process has printed, in one line for a message."""

from __future__ import annotations

_LONGEST = 200


def one_line(text: str) -> str:
    """A message of several lines in one, cut where it gets long."""
    return " ".join(text.split())[:_LONGEST]


def last_words(printed: str) -> str:
    """The last line that was printed; may be empty."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return lines[-1][:_LONGEST] if lines else ""
