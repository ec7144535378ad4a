"""The cumulative error plot: how many faces are found with which error or a smaller one."""

from __future__ import annotations

from typing import Any

import cv2
import numpy

from graphflow.evaluation.report import SETS, Report

WIDTH, HEIGHT = 900, 600
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 30, 70, 70
_COLORS = {"all_68": (200, 90, 30), "inner_51": (30, 120, 220)}
_NAMES = {"all_68": "all 68 points", "inner_51": "inner 51 points"}
_BLACK, _GREY, _LIGHT = (0, 0, 0), (120, 120, 120), (225, 225, 225)
_TICKS = 5
"""Spaces between the marks on each axis."""


def cumulative_error_plot(report: Report) -> Any:
    """Draw it, from 0 to one and a half times the limit of failures. A curve that stays below 100 % missed faces.

    Args:
        report: Its faces.

    Returns:
        A picture in OpenCV's order of colours.
    """
    plot = numpy.full((HEIGHT, WIDTH, 3), 255, numpy.uint8)
    limit = report.failure_percent * 1.5
    _axes(plot, limit)
    x = round(_x(report.failure_percent, limit))
    for y in range(_TOP, HEIGHT - _BOTTOM, 12):
        cv2.line(plot, (x, y), (x, min(y + 6, HEIGHT - _BOTTOM)), _GREY, 1)
    title = f"{report.mode}: {len(report.faces)} faces, {len(report.missed)} missed"
    _text(plot, title, (_LEFT, 40), 0.8)
    for row, points in enumerate(SETS):
        curve = cumulative(report, points, limit)
        corners = numpy.array([(_x(error, limit), _y(share)) for error, share in curve])
        cv2.polylines(plot, [numpy.round(corners * 16).astype(numpy.int32)], False, _COLORS[points], 2, cv2.LINE_AA, 4)
        mean = report.figures(points).mean
        name = _NAMES[points] + ("" if mean is None else f": mean {mean:.2f} %")
        y = HEIGHT - _BOTTOM - 50 + 28 * row
        cv2.line(plot, (WIDTH - 370, y - 5), (WIDTH - 340, y - 5), _COLORS[points], 2, cv2.LINE_AA)
        _text(plot, name, (WIDTH - 330, y), 0.6)
    return plot


def cumulative(report: Report, points: str, limit: float) -> list[tuple[float, float]]:
    """Corners of the curve: error in percent, and the share of all faces with at most this error, 0 to 1."""
    total = max(len(report.faces), 1)
    errors = sorted(error for face in report.faces if (error := face.percent(points)) <= limit)
    corners = [(0.0, 0.0)]
    for number, error in enumerate(errors, 1):
        corners += [(error, (number - 1) / total), (error, number / total)]
    return [*corners, (limit, len(errors) / total)]


def _axes(plot: Any, limit: float) -> None:
    for tick in range(_TICKS + 1):
        part = tick / _TICKS
        x, y = round(_x(part * limit, limit)), round(_y(part))
        cv2.line(plot, (x, _TOP), (x, HEIGHT - _BOTTOM), _LIGHT, 1)
        cv2.line(plot, (_LEFT, y), (WIDTH - _RIGHT, y), _LIGHT, 1)
        _text(plot, f"{part * limit:g}", (x - 12, HEIGHT - _BOTTOM + 22), 0.5)
        _text(plot, f"{part:.0%}", (_LEFT - 55, y + 5), 0.5)
    cv2.rectangle(plot, (_LEFT, _TOP), (WIDTH - _RIGHT, HEIGHT - _BOTTOM), _BLACK, 1)
    _text(plot, "mean distance of points, % of the distance of the eyes", (_LEFT + 130, HEIGHT - 18), 0.6)
    _text(plot, "faces", (12, _TOP - 14), 0.6)


def _x(error: float, limit: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * error / limit


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * share


def _text(plot: Any, text: str, at: tuple[int, int], scale: float) -> None:
    cv2.putText(plot, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, _BLACK, 1, cv2.LINE_AA)
