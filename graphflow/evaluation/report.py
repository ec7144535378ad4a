"""What an evaluation has found, and its figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy

from graphflow.evaluation.measure import FaceError
from graphflow.evaluation.points import Points
from graphflow.evaluation.predictor import Mode
from graphflow.evaluation.truth import MarkedPicture

SETS = ("all_68", "inner_51")
"""The sets of points that are measured."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFace:
    """A marked face and what was found of it.

    Attributes:
        picture: Where it is.
        number: Which of the picture's faces, from 1 on.
        truth: The marked points.
        found: The found points, or None if the face was missed.
        error: None if the face was missed.
    """

    picture: MarkedPicture
    number: int
    truth: Points
    found: Points | None
    error: FaceError | None

    def percent(self, points: str) -> float:
        """The error on a set of points; infinite for a missed face."""
        return math.inf if self.error is None else float(getattr(self.error, points))


@dataclass(frozen=True, slots=True)
class MeasuredPicture:
    """A picture, its marked faces, and how many further faces were found, which nobody has marked."""

    picture: MarkedPicture
    faces: tuple[MeasuredFace, ...]
    unmarked: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Errors of several faces on one set of points, in percent of the distance of the eyes; None without any face.

    Attributes:
        mean: Of the faces that were found.
        median: Of them.
        deviation: Standard deviation over them.
        failures: Faces that were missed, or have an error above the limit.
    """

    mean: float | None
    median: float | None
    deviation: float | None
    failures: int


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation.

    Attributes:
        pictures: What was measured, in order.
        mode: How the graph was used.
        repetitions: How often each picture was shown.
        failure_percent: The limit.
        asked: How many pictures there were to measure; more than there are if the evaluation was ended early.
    """

    pictures: tuple[MeasuredPicture, ...]
    mode: Mode
    repetitions: int
    failure_percent: float
    asked: int

    @property
    def faces(self) -> list[MeasuredFace]:
        """The marked faces of all pictures, in order."""
        return [face for picture in self.pictures for face in picture.faces]

    @property
    def missed(self) -> list[MeasuredFace]:
        """Those of them that were not found."""
        return [face for face in self.faces if face.error is None]

    @property
    def unmarked(self) -> int:
        """How many faces were found that nobody has marked."""
        return sum(picture.unmarked for picture in self.pictures)

    def figures(self, points: str) -> Figures:
        """The figures over all faces on a set of points."""
        return figures(self.faces, points, self.failure_percent)

    def worst(self, count: int) -> list[MeasuredFace]:
        """Of the faces that were found those with the largest errors."""
        found = [face for face in self.faces if face.error is not None]
        return sorted(found, key=lambda face: -face.percent("all_68"))[:count]


def figures(faces: Iterable[MeasuredFace], points: str, failure_percent: float) -> Figures:
    """Sum up the errors of faces on a set of points."""
    errors = numpy.array([face.percent(points) for face in faces])
    found = errors[numpy.isfinite(errors)]
    failures = int((errors > failure_percent).sum())
    if not len(found):
        return Figures(None, None, None, failures)
    return Figures(float(found.mean()), float(numpy.median(found)), float(found.std()), failures)


def as_json(report: Report) -> dict[str, Any]:
    """The report in terms of JSON: overall figures, then picture by picture and face by face."""
    return {
        "mode": str(report.mode),
        "repetitions": report.repetitions,
        "failure_percent": report.failure_percent,
        "complete": len(report.pictures) == report.asked,
        "pictures": len(report.pictures),
        "faces": len(report.faces),
        "missed": len(report.missed),
        "unmarked": report.unmarked,
        **{points: _figures_json(report.figures(points)) for points in SETS},
        "by_picture": [
            {
                "picture": picture.picture.name,
                "unmarked": picture.unmarked,
                **{points: figures(picture.faces, points, report.failure_percent).mean for points in SETS},
                "faces": [
                    {"face": face.number, "missed": face.error is None}
                    | {points: None if face.error is None else face.percent(points) for points in SETS}
                    for face in picture.faces
                ],
            }
            for picture in report.pictures
        ],
    }


def _figures_json(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in ("mean", "median", "deviation", "failures")}
