"""What campaigns have tried and found: lines as it happens, and a table at the end."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Sequence

KINDS = ("written outside", "connections", "foreign code", "silent deaths", "tracebacks", "other")


class Report:
    """Of one campaign. Several threads may add to it.

    Args:
        name: Of the campaign.
        quiet: Whether to print nothing.

    Attributes:
        tried: How many attacks there were.
        found: How many findings of each of `KINDS`.
        findings: Each in words.
        notes: What else to say at the end, a line each.
    """

    def __init__(self, name: str, quiet: bool = False) -> None:
        self.name = name
        self.quiet = quiet
        self.tried = 0
        self.found: Counter[str] = Counter()
        self.findings: list[str] = []
        self.notes: list[str] = []
        self._lock = threading.Lock()

    def attempt(self, total: int) -> None:
        """One more attack has been tried, of so many."""
        with self._lock:
            self.tried += 1
            if not self.quiet and sys.stderr.isatty():
                sys.stderr.write(f"\r\x1b[2K{self.name}: {self.tried:,} of {total:,}, {len(self.findings)} found")
            elif not self.quiet and self.tried % 50 == 0:
                print(f"{self.name}: {self.tried:,} of {total:,}, {len(self.findings)} found", file=sys.stderr)

    def find(self, kind: str, words: str) -> None:
        """Something that may not be, one of `KINDS`, and what it is, with how to see it again."""
        with self._lock:
            self.found[kind] += 1
            self.findings.append(f"{self.name}: {kind}: {words}")
            if not self.quiet:
                print(("\r\x1b[2K" if sys.stderr.isatty() else "") + ascii_line(self.findings[-1]), flush=True)


def ascii_line(text: str) -> str:
    """The text without anything that a terminal would act on."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def table(reports: Sequence[Report]) -> str:
    """A row for each campaign, and its notes below."""
    rows: list[tuple[str, ...]] = [("campaign", "tried", *KINDS)]
    rows += [(report.name, f"{report.tried:,}", *(f"{report.found[kind]:,}" for kind in KINDS)) for report in reports]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    lines += [f"{report.name}: {note}" for report in reports for note in report.notes]
    return "\n".join(lines)
