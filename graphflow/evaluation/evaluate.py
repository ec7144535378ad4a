"""From marked pictures and a graph to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphflow.evaluation.measure import face_error, match
from graphflow.evaluation.pictures import read_picture
from graphflow.evaluation.predictor import Predictor
from graphflow.evaluation.report import MeasuredFace, MeasuredPicture, Report
from graphflow.evaluation.truth import MarkedPicture


def evaluate(
    pictures: Sequence[MarkedPicture],
    predictor: Predictor,
    *,
    failure_percent: float = 10.0,
    go_on: Callable[[int], bool] = lambda done: True,
) -> Report:
    """Compare what a graph finds with what is marked.

    Args:
        pictures: With their truth.
        predictor: Asks the graph.
        failure_percent: Error, in percent of the distance of the eyes, above which a face counts as a failure.
        go_on: Called before each picture with the number of those that are done; false ends the evaluation there.

    Returns:
        The report, of what was done so far if `go_on` ended it.

    Raises:
        UnusableFile: A picture cannot be read.
        Exception: What the graph raises.
    """
    measured: list[MeasuredPicture] = []
    for picture in pictures:
        if not go_on(len(measured)):
            break
        measured.append(measure(picture, predictor))
    return Report(tuple(measured), predictor.mode, predictor.repetitions, failure_percent, len(pictures))


def measure(marked: MarkedPicture, predictor: Predictor) -> MeasuredPicture:
    """Compare the faces of one picture."""
    found = predictor.find(read_picture(marked), len(marked.faces))
    faces = []
    matched = match(marked.faces, found)
    for number, (truth, position) in enumerate(zip(marked.faces, matched, strict=True), 1):
        points = None if position is None else found[position]
        faces.append(MeasuredFace(marked, number, truth, points, None if points is None else face_error(truth, points)))
    return MeasuredPicture(marked, tuple(faces), len(found) - sum(position is not None for position in matched))
