"""Payloads of streams as MediaPipe's messages, which its Python programs expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from graphflow.calculators.types import Classification, Detection, Landmarks, NormRect, PixelLandmarks
from graphflow.solutions.formats import classification_pb2, detection_pb2, landmark_pb2, location_data_pb2, rect_pb2

_FLOATS = ("x", "y", "z", "visibility", "presence")
_RELATIVE = location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX


def as_message(value: Any) -> Any:
    """A payload as a message, a list of messages, or itself if MediaPipe's programs take it as it is."""
    convert = _CONVERT.get(type(value))
    if convert is not None:
        return convert(value)
    if isinstance(value, list):
        if value and isinstance(value[0], Classification):
            return _classifications(value)
        return [as_message(item) for item in value]
    return value


def _landmark_bytes(value: Any) -> bytes:
    """The points as bytes of a list of messages: field 1 each, holding floats in fields 1 to 5.

    A message is laid out at once for all points, which is ten times as fast as setting fields.
    """
    columns = [value.points[:, 0], value.points[:, 1], value.points[:, 2]]
    numbers = [1, 2, 3]
    for number, scores in ((4, value.visibility), (5, value.presence)):
        if scores is not None:
            columns.append(scores)
            numbers.append(number)
    size = 5 * len(numbers)
    layout: list[Any] = [("head", "u1", 2)]
    for number in numbers:
        layout += [(f"tag{number}", "u1"), (f"value{number}", "<f4")]
    rows = numpy.empty(len(value.points), numpy.dtype(layout))
    rows["head"] = (0x0A, size)
    for number, column in zip(numbers, columns, strict=True):
        rows[f"tag{number}"] = number << 3 | 5
        rows[f"value{number}"] = column
    return rows.tobytes()


def _normalized(value: Landmarks) -> Any:
    return landmark_pb2.NormalizedLandmarkList.FromString(_landmark_bytes(value))


def _world(value: PixelLandmarks) -> Any:
    return landmark_pb2.LandmarkList.FromString(_landmark_bytes(value))


def _detection(value: Detection) -> Any:
    message = detection_pb2.Detection(label_id=[value.label_id], score=[value.score])
    if value.label:  # in place of the number, as in MediaPipe
        message.ClearField("label_id")
        message.label.append(value.label)
    if value.detection_id:
        message.detection_id = value.detection_id
    place = message.location_data
    place.format = _RELATIVE
    box = place.relative_bounding_box
    box.xmin, box.ymin, box.width, box.height = value.xmin, value.ymin, value.width, value.height
    for x, y in value.keypoints.tolist():
        place.relative_keypoints.add(x=x, y=y)
    return message


def _classifications(value: list[Classification]) -> Any:
    message = classification_pb2.ClassificationList()
    for one in value:
        added = message.classification.add(index=one.index, score=one.score)
        if one.label:
            added.label = one.label
        if one.display_name:
            added.display_name = one.display_name
    return message


def _rect(value: NormRect) -> Any:
    return rect_pb2.NormalizedRect(
        x_center=value.x_center,
        y_center=value.y_center,
        width=value.width,
        height=value.height,
        rotation=value.rotation,
    )


_CONVERT: dict[type, Callable[[Any], Any]] = {
    Landmarks: _normalized,
    PixelLandmarks: _world,
    Detection: _detection,
    NormRect: _rect,
}
