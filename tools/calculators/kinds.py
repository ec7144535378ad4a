"""Payloads as arrays, which MediaPipe's side reads and golden files hold.

A payload is a list of arrays: one for most kinds, one for each item for lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types import (
    Classification,
    Detection,
    ImageSize,
    Landmarks,
    NormRect,
    ObjectAnnotation,
    PixelLandmarks,
)

Parts = list[NDArray[Any]]
_FLOAT = numpy.float32
LABELS = ("", "Left", "Right")
"""Names of classes; their places are what arrays hold."""


@dataclass(frozen=True)
class Kind:
    """One kind of payload.

    Attributes:
        pack: The arrays of a payload.
        unpack: The payload of these arrays.
    """

    pack: Callable[[Any], Parts]
    unpack: Callable[[Parts], Any]


def _rect(value: NormRect) -> NDArray[Any]:
    return numpy.array([value.x_center, value.y_center, value.width, value.height, value.rotation], _FLOAT)


def _to_rect(row: NDArray[Any]) -> NormRect:
    return NormRect(*row.tolist())


def _detection(value: Detection) -> NDArray[Any]:
    box = [value.score, value.label_id, value.xmin, value.ymin, value.width, value.height]
    return numpy.concatenate([numpy.array(box, _FLOAT), value.keypoints.astype(_FLOAT).ravel()])


def _to_detection(row: NDArray[Any]) -> Detection:
    score, label, xmin, ymin, width, height = row[:6].tolist()
    return Detection(score, int(label), xmin, ymin, width, height, row[6:].reshape(-1, 2))


def _named_detection(value: Detection) -> NDArray[Any]:
    """A detection whose number is that of its name."""
    return _detection(replace(value, label_id=LABELS.index(value.label)))


def _to_named_detection(row: NDArray[Any]) -> Detection:
    detection = _to_detection(row)
    return replace(detection, label=LABELS[detection.label_id])


def _annotations(value: list[ObjectAnnotation]) -> NDArray[Any]:
    """A row for each box; the numbers of boxes are left out, as MediaPipe counts on from run to run."""
    parts = ("points_2d", "points_3d", "rotation", "translation", "scale")
    rows = [numpy.concatenate([getattr(box, part).ravel() for part in parts]) for box in value]
    return numpy.array(rows, _FLOAT).reshape(-1, 60)


def _to_annotations(rows: NDArray[Any]) -> list[ObjectAnnotation]:
    return [
        ObjectAnnotation(
            row[:18].reshape(9, 2), 0, row[18:45].reshape(9, 3), row[45:54].reshape(3, 3), row[54:57], row[57:]
        )
        for row in rows
    ]


def _landmarks(value: Landmarks | PixelLandmarks) -> NDArray[Any]:
    """x, y, z, visibility and presence of each point; NaN for what it has not."""
    rows = numpy.full((len(value), 5), numpy.nan, _FLOAT)
    rows[:, :3] = value.points
    for column, scores in ((3, value.visibility), (4, value.presence)):
        if scores is not None:
            rows[:, column] = scores
    return rows


def _to_landmarks(kind: type[Any]) -> Callable[[NDArray[Any]], Any]:
    def unpack(rows: NDArray[Any]) -> Any:
        scores = [None if numpy.isnan(column).all() else column.copy() for column in (rows[:, 3], rows[:, 4])]
        return kind(rows[:, :3].copy(), *scores)

    return unpack


def _classifications(value: list[Classification]) -> NDArray[Any]:
    rows = [(c.index, c.score, LABELS.index(c.label), LABELS.index(c.display_name)) for c in value]
    return numpy.array(rows, _FLOAT).reshape(-1, 4)


def _to_classifications(rows: NDArray[Any]) -> list[Classification]:
    return [
        Classification(int(index), score, LABELS[int(label)], LABELS[int(display)])
        for index, score, label, display in rows.tolist()
    ]


def _one(pack: Callable[[Any], NDArray[Any]], unpack: Callable[[NDArray[Any]], Any]) -> Kind:
    return Kind(lambda value: [pack(value)], lambda parts: unpack(parts[0]))


def _several(pack: Callable[[Any], NDArray[Any]], unpack: Callable[[NDArray[Any]], Any]) -> Kind:
    return Kind(lambda values: [pack(value) for value in values], lambda parts: [unpack(part) for part in parts])


def _array(dtype: Any, unpack: Callable[[NDArray[Any]], Any]) -> Kind:
    return _one(lambda value: numpy.asarray(value, dtype), unpack)


def _same(array: NDArray[Any]) -> NDArray[Any]:
    return array


_RECT = (_rect, _to_rect)
_DETECTION = (_detection, _to_detection)
_NAMED_DETECTION = (_named_detection, _to_named_detection)
_RELATIVE = (_landmarks, _to_landmarks(Landmarks))
_PIXELS = (_landmarks, _to_landmarks(PixelLandmarks))

KINDS: dict[str, Kind] = {
    "rect": _one(*_RECT),
    "rects": _several(*_RECT),
    "detection": _one(*_DETECTION),
    "detections": _several(*_DETECTION),
    "named_detection": _one(*_NAMED_DETECTION),
    "named_detections": _several(*_NAMED_DETECTION),
    "frame_annotation": _one(_annotations, _to_annotations),
    "landmarks": _one(*_RELATIVE),
    "landmark_lists": _several(*_RELATIVE),
    "pixel_landmarks": _one(*_PIXELS),
    "pixel_landmark_lists": _several(*_PIXELS),
    "classifications": _one(_classifications, _to_classifications),
    "image_size": _array(numpy.int32, lambda array: ImageSize(*array.tolist())),
    "image": _array(numpy.uint8, _same),
    "image_frame": _array(numpy.uint8, _same),
    "mask": _array(_FLOAT, _same),
    "tensors": _several(numpy.asarray, _same),
    "tensor": _one(lambda tensors: numpy.asarray(tensors[0], _FLOAT).ravel(), lambda array: [array]),
    "floats": _array(_FLOAT, lambda array: array.tolist()),
    "ints": _array(numpy.int32, lambda array: array.tolist()),
    "float": _array(_FLOAT, lambda array: array.item()),
    "int": _array(numpy.int32, lambda array: array.item()),
    "bool": _array(numpy.bool_, lambda array: array.item()),
    "text": _array(numpy.str_, lambda array: array.item()),
}
"""`image` is MediaPipe's Image and `image_frame` its ImageFrame, the same here. `tensors` are inputs of any number and
shape; `tensor` is an output that consists of one, as a flat list. An empty list of anything but tensors cannot be
given to MediaPipe: leave the stream out."""
