"""Drawing landmarks and detections on pictures, pixel for pixel as MediaPipe's solutions do. Colours are BGR."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2 as _cv2
import numpy

from graphflow.solutions.formats import location_data_pb2

WHITE_COLOR = (224, 224, 224)
BLACK_COLOR = (0, 0, 0)
RED_COLOR = (0, 0, 255)
GREEN_COLOR = (0, 128, 0)
BLUE_COLOR = (255, 0, 0)

cv2: Any = _cv2  # None for a point outside of the picture is an error of OpenCV's, as in MediaPipe

_LEAST_SCORE = 0.5
"""Points that are less visible are not drawn."""

Color = tuple[int, int, int]
Pixel = tuple[int, int]


@dataclass
class DrawingSpec:
    """How something is drawn: its colour (BGR), the thickness of lines and the radius of dots, in pixels."""

    color: Color = WHITE_COLOR
    thickness: int = 2
    circle_radius: int = 2


def draw_detection(
    image: Any,
    detection: Any,
    keypoint_drawing_spec: DrawingSpec = DrawingSpec(color=RED_COLOR),  # noqa: B008
    bbox_drawing_spec: DrawingSpec = DrawingSpec(),  # noqa: B008
) -> None:
    """Draw a detection's box and points, in place.

    Args:
        image: BGR, (height, width, 3), uint8.
        detection: A Detection.
        keypoint_drawing_spec: Of the points.
        bbox_drawing_spec: Of the box.

    Raises:
        ValueError: The picture has not three channels, or the detection is not relative to the picture.
    """
    if not detection.location_data:
        return
    height, width = _size(image)
    location = detection.location_data
    if location.format != location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX:
        raise ValueError("LocationData must be relative for this drawing funtion to work.")
    spec = keypoint_drawing_spec
    for point in location.relative_keypoints:
        cv2.circle(image, _pixel(point.x, point.y, width, height), spec.circle_radius, spec.color, spec.thickness)
    if not location.HasField("relative_bounding_box"):
        return
    box = location.relative_bounding_box
    start = _pixel(box.xmin, box.ymin, width, height)
    end = _pixel(box.xmin + box.width, box.ymin + box.height, width, height)
    cv2.rectangle(image, start, end, bbox_drawing_spec.color, bbox_drawing_spec.thickness)


def draw_landmarks(
    image: Any,
    landmark_list: Any,
    connections: Iterable[tuple[int, int]] | None = None,
    landmark_drawing_spec: DrawingSpec | Mapping[int, DrawingSpec] | None = DrawingSpec(color=RED_COLOR),  # noqa: B008
    connection_drawing_spec: DrawingSpec | Mapping[tuple[int, int], DrawingSpec] = DrawingSpec(),  # noqa: B008
    is_drawing_landmarks: bool = True,
) -> None:
    """Draw points and the lines between them, in place. Points outside of the picture, or hardly visible, are left out.

    Args:
        image: BGR, (height, width, 3), uint8.
        landmark_list: A NormalizedLandmarkList; nothing is drawn for None.
        connections: Which points are joined.
        landmark_drawing_spec: Of all points, or of each by its number; None draws no points.
        connection_drawing_spec: Of all lines, or of each by its pair.
        is_drawing_landmarks: False draws no points.

    Raises:
        ValueError: The picture has not three channels, or a line joins a point that there is not.
    """
    if not landmark_list:
        return
    height, width = _size(image)
    places: dict[int, Pixel] = {}
    for number, landmark in enumerate(landmark_list.landmark):
        if _is_seen(landmark) and (place := _pixel(landmark.x, landmark.y, width, height)):
            places[number] = place
    for pair, start, end in _lines(connections, places, len(landmark_list.landmark)):
        line = (
            connection_drawing_spec[pair] if isinstance(connection_drawing_spec, Mapping) else connection_drawing_spec
        )
        cv2.line(image, start, end, line.color, line.thickness)
    if not is_drawing_landmarks or not landmark_drawing_spec:
        return
    for number, place in places.items():
        dot = landmark_drawing_spec[number] if isinstance(landmark_drawing_spec, Mapping) else landmark_drawing_spec
        border = max(dot.circle_radius + 1, int(dot.circle_radius * 1.2))
        cv2.circle(image, place, border, WHITE_COLOR, dot.thickness)
        cv2.circle(image, place, dot.circle_radius, dot.color, dot.thickness)


def draw_axis(
    image: Any,
    rotation: Any,
    translation: Any,
    focal_length: tuple[float, float] = (1.0, 1.0),
    principal_point: tuple[float, float] = (0.0, 0.0),
    axis_length: float = 0.1,
    axis_drawing_spec: DrawingSpec = DrawingSpec(),  # noqa: B008
) -> None:
    """Draw the axes of something in space, in place: x red, y green, z blue.

    Args:
        image: BGR, (height, width, 3), uint8.
        rotation: (3, 3): from the thing to the camera.
        translation: (3,): where it is, as the camera has it.
        focal_length: In units of half a picture.
        principal_point: Likewise.
        axis_length: In the unit of `translation`.
        axis_drawing_spec: Its thickness counts.

    Raises:
        ValueError: The picture has not three channels.
    """
    height, width = _size(image)
    ends = numpy.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], numpy.float32)
    places: Any = numpy.matmul(rotation, axis_length * ends.T).T + translation
    x, y, z = places.T
    (fx, fy), (px, py) = focal_length, principal_point
    across = numpy.clip(-fx * x / (z + 1e-5) + px, -1.0, 1.0)
    up = numpy.clip(-fy * y / (z + 1e-5) + py, -1.0, 1.0)
    columns, rows = ((1 + across) * 0.5 * width).astype(numpy.int32), ((1 - up) * 0.5 * height).astype(numpy.int32)
    origin, *tips = zip(columns.tolist(), rows.tolist(), strict=True)
    for tip, color in zip(tips, (RED_COLOR, GREEN_COLOR, BLUE_COLOR), strict=True):
        cv2.arrowedLine(image, origin, tip, color, axis_drawing_spec.thickness)


def plot_landmarks(
    landmark_list: Any,
    connections: Iterable[tuple[int, int]] | None = None,
    landmark_drawing_spec: DrawingSpec = DrawingSpec(color=RED_COLOR, thickness=5),  # noqa: B008
    connection_drawing_spec: DrawingSpec = DrawingSpec(color=BLACK_COLOR, thickness=5),  # noqa: B008
    elevation: int = 10,
    azimuth: int = 10,
) -> None:
    """Show points in space, in a window of matplotlib (which is not installed with graphflow).

    Args:
        landmark_list: A LandmarkList or NormalizedLandmarkList.
        connections: Which points are joined.
        landmark_drawing_spec: Colour and width of the points.
        connection_drawing_spec: Colour and width of the lines.
        elevation: From where one looks, in degrees above the floor.
        azimuth: And around the vertical, in degrees.

    Raises:
        ImportError: matplotlib is not installed.
        ValueError: A line joins a point that there is not.
    """
    if not landmark_list:
        return
    from matplotlib import pyplot

    pyplot.figure(figsize=(10, 10))
    axes: Any = pyplot.axes(projection="3d")
    axes.view_init(elev=elevation, azim=azimuth)
    places: dict[int, Any] = {}
    for number, landmark in enumerate(landmark_list.landmark):
        if _is_seen(landmark):
            place = places[number] = (-landmark.z, landmark.x, -landmark.y)
            spec = landmark_drawing_spec
            axes.scatter3D(*([value] for value in place), color=_as_shares(spec.color), linewidth=spec.thickness)
    for _, start, end in _lines(connections, places, len(landmark_list.landmark)):
        spec = connection_drawing_spec
        xs, ys, zs = zip(start, end, strict=True)
        axes.plot3D(xs=list(xs), ys=list(ys), zs=list(zs), color=_as_shares(spec.color), linewidth=spec.thickness)
    pyplot.show()


def _normalized_to_pixel_coordinates(
    normalized_x: float, normalized_y: float, image_width: int, image_height: int
) -> Pixel | None:
    """The pixel of a point; None outside of the picture. Programs use it, though it is not public in MediaPipe."""

    def is_inside(value: float) -> bool:
        return (value > 0 or math.isclose(0, value)) and (value < 1 or math.isclose(1, value))

    if not (is_inside(normalized_x) and is_inside(normalized_y)):
        return None
    column = min(math.floor(normalized_x * image_width), image_width - 1)
    return column, min(math.floor(normalized_y * image_height), image_height - 1)


_pixel = _normalized_to_pixel_coordinates


def _lines(connections: Iterable[Any] | None, places: Mapping[int, Any], count: int) -> Iterable[tuple[Any, Any, Any]]:
    """Each pair of points that can be joined, with the places of both."""
    for pair in connections or ():
        start, end = pair[0], pair[1]
        if not (0 <= start < count and 0 <= end < count):
            raise ValueError(
                f"Landmark index is out of range. Invalid connection from landmark #{start} to landmark #{end}."
            )
        if start in places and end in places:
            yield pair, places[start], places[end]


def _is_seen(landmark: Any) -> bool:
    return not (
        (landmark.HasField("visibility") and landmark.visibility < _LEAST_SCORE)
        or (landmark.HasField("presence") and landmark.presence < _LEAST_SCORE)
    )


def _size(image: Any) -> tuple[int, int]:
    if image.shape[2] != 3:
        raise ValueError("Input image must contain three channel bgr data.")
    return image.shape[0], image.shape[1]


def _as_shares(color: Color) -> tuple[float, ...]:
    """A BGR colour as matplotlib has it."""
    return tuple(value / 255.0 for value in color[::-1])
