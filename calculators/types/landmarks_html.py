"""Landmarks in a notebook: the first points as a table, and all of them as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

_ROWS = 6
_SIDE = 220
"""Of the plot, in pixels."""


def landmarks_html(
    title: str, points: NDArray[Any], columns: dict[str, NDArray[Any] | None], names: Sequence[str | None]
) -> str:
    """HTML for a notebook.

    Args:
        title: What they are.
        points: (number of points, 3): x to the right, y down.
        columns: Further numbers of each point, by what they are; None for those that there are not.
        names: Of the points; None for those that have none.
    """
    given = {name: values for name, values in columns.items() if values is not None}
    named = any(names)
    head = ["", *(["name"] if named else []), "x", "y", "z", *given]
    rows = [
        [str(number), *([names[number] or ""] if named else []), *(f"{value:.4g}" for value in points[number]),
         *(f"{values[number]:.3g}" for values in given.values())]
        for number in range(min(len(points), _ROWS))
    ]  # fmt: skip
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    more = f"<p>and {len(points) - _ROWS:,} more</p>" if len(points) > _ROWS else ""
    words = "".join(f"<th>{word}</th>" for word in head)
    return (
        '<div style="display: flex; gap: 24px; align-items: flex-start">'
        f"<div><p><b>{title}</b>: {len(points):,} points</p>"
        f"<table><thead><tr>{words}</tr></thead><tbody>{table}</tbody></table>{more}</div>{_plot(points)}</div>"
    )


def _plot(points: NDArray[Any]) -> str:
    """All points that are numbers, as large as the plot lets them be."""
    flat = points[numpy.isfinite(points[:, :2]).all(axis=1), :2].astype(float)
    if not len(flat):
        return ""
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = (_SIDE - 16) / max(float((high - low).max()), 1e-9)
    width, height = ((high - low) * scale + 16).tolist()
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1.4 if len(flat) > 100 else 3}"/>' for x, y in (flat - low) * scale + 8
    )
    return (
        f'<svg width="{width:.0f}" height="{height:.0f}" role="img" aria-label="The points" fill="#3b76c4">{dots}</svg>'
    )
