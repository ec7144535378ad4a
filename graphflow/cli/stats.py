"""``--stats``: how long each node took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_COLUMNS = ("node", "calls", "p50 us", "p95 us", "total ms", "share")


def timing_table(durations: Mapping[str, Sequence[int]]) -> str:
    """One row a node, the costliest first.

    Args:
        durations: Nanoseconds of each call, by node.
    """
    total = sum(sum(times) for times in durations.values()) or 1
    rows = [_COLUMNS]
    for node, times in sorted(durations.items(), key=lambda item: -sum(item[1])):
        ordered, spent = sorted(times), sum(times)
        rows.append(
            (
                node,
                f"{len(ordered):,}",
                f"{_percentile(ordered, 50) / 1e3:,.1f}",
                f"{_percentile(ordered, 95) / 1e3:,.1f}",
                f"{spent / 1e6:,.1f}",
                f"{100 * spent / total:.0f}%",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
    return "  ".join([f"{row[0]:<{widths[0]}}", *cells[1:]])


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that at least `percent` of all values do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
