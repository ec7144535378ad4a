"""Tables in a page, each between two comments; a row is replaced when it has been measured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

HEAD = ["", "graphflow", "MediaPipe", "speed", "95 %", "processor time", "rounds, thrown away"]


def replaced(page: str, table: str, order: Sequence[str], measured: Mapping[str, Sequence[str]], below: str) -> str:
    """The page with new rows in a table.

    Args:
        page: Its text.
        table: Name of the table.
        order: First cells of all rows the table may have.
        measured: Further cells of those that are new, by the first one.
        below: The line below the table.

    Raises:
        ValueError: The page has no such table.
    """
    start, end = f"<!-- tools/bench_all {table} -->\n", "<!-- end -->"
    found = re.search(f"{re.escape(start)}(.*?){end}", page, re.DOTALL)
    if found is None:
        raise ValueError(f"there is no line {start.strip()} with a line {end} below it")
    cells = {row[0]: row[1:] for line in found[1].splitlines() if (row := cells_of(line))}
    cells |= {name: list(row) for name, row in measured.items()}
    lines = [_line(HEAD), "|" + "---|" * len(HEAD), *(_line([name, *cells[name]]) for name in order if name in cells)]
    return page.replace(found[0], start + "\n".join([*lines, "", below, end]))


def cells_of(line: str) -> list[str]:
    """The cells of a line; none if it is no row."""
    if not line.startswith("| "):
        return []
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
