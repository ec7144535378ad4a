"""What the calculators that smooth landmarks share: the options of a filter, and the filtering of one face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import NodeCheck
from graphflow.calculators.landmarks.filters import Filter, NoFilter, OneEuroFilter, VelocityFilter
from graphflow.calculators.types import Landmarks

EmptyPolicy = Literal[
    "EMPTY_LANDMARKS_POLICY_UNSPECIFIED", "EMPTY_LANDMARKS_POLICY_RESET", "EMPTY_LANDMARKS_POLICY_FAIL"
]

FILTERS: dict[str, type[Filter]] = {
    "no_filter": NoFilter,
    "velocity_filter": VelocityFilter,
    "one_euro_filter": OneEuroFilter,
}
_COMMON = {"min_allowed_object_scale": 1e-6, "disable_value_scaling": False}
_KNOWN: dict[str, Mapping[str, Any]] = {
    "no_filter": {},
    "velocity_filter": _COMMON | {"window_size": 5, "velocity_scale": 10.0},
    "one_euro_filter": _COMMON | {"frequency": 30.0, "min_cutoff": 1.0, "beta": 0.0, "derivate_cutoff": 1.0},
}

NO_DOC = "{}: leave the landmarks as they are."
VELOCITY_DOC = "{window_size: 5, velocity_scale: 10.0}: smooth the more, the slower a point has moved of late."
ONE_EURO_DOC = "{min_cutoff: 1.0, beta: 0.0, derivate_cutoff: 1.0}: smooth the more, the slower a point moves; in Hz."
EMPTY_DOC = "What becomes of a face without points: an error, or a new start."


def check_filter(
    node: NodeCheck, options: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]] = _KNOWN
) -> None:
    """Report where not just one filter is given, or one has a field that it does not know.

    Args:
        node: The node that smooths.
        options: Its options.
        filters: Those to choose from, each with its fields and their defaults.
    """
    given = [name for name in filters if options[name] is not None]
    if len(given) != 1:
        node.error("a filter must be given, and only one", f"set one of {', '.join(filters)}")
        return
    fields, known = options[given[0]], filters[given[0]]
    for name in fields:
        if name not in known:
            node.error(f"{given[0]} has no field '{name}'", f"its fields are {', '.join(known) or 'none'}")
    for name in ("frequency", "min_cutoff", "derivate_cutoff"):
        if name in known and not fields.get(name, 1) > 1e-6:
            node.error(f"{name} of {given[0]} must be above 0", "it is in Hz")


class FaceFilter:
    """The filter of one face, from options that have been checked.

    Args:
        options: The calculator whose options name the filter.
    """

    def __init__(self, options: Any) -> None:
        name = next(name for name in FILTERS if getattr(options, name) is not None)
        fields = {**_KNOWN[name], **getattr(options, name)}
        self._made = FILTERS[name]
        self._scaled = name != "no_filter" and not fields.pop("disable_value_scaling")
        self._smallest = numpy.float32(fields.pop("min_allowed_object_scale", 0.0))
        # MediaPipe's options are of float32; the filter computes in doubles.
        self._fields = {
            name: float(numpy.float32(value)) if isinstance(value, float) else value for name, value in fields.items()
        }
        self._resets = options.empty_landmarks_policy == "EMPTY_LANDMARKS_POLICY_RESET"
        self._filter: Filter
        self.reset()

    def reset(self) -> None:
        """Forget all earlier points: the next ones pass as they are."""
        self._filter = self._made(**self._fields)

    def pixels(self, points: NDArray[numpy.float32], time: int, size: numpy.float32 | None) -> NDArray[numpy.float32]:
        """Smooth points in pixels.

        Args:
            points: (number of points, 3).
            time: In microseconds.
            size: Of the face in pixels, if it is known from elsewhere.

        Raises:
            ValueError: There are no points, and that is to be an error.
        """
        if not len(points):
            if not self._resets:
                raise ValueError("a face has no landmarks; set empty_landmarks_policy if that may be")
            self.reset()
            return points
        scale = numpy.float32(1)
        if self._scaled:
            size = _size_of(points) if size is None else size
            if size < self._smallest:
                return points
            scale = numpy.float32(1) / size
        return self._filter.apply(time, points, scale)

    def relative(
        self, landmarks: Landmarks, time: int, image_size: tuple[int, int], size: numpy.float32 | None
    ) -> Landmarks:
        """Smooth landmarks of a face in an image; the filter works in pixels."""
        unit = numpy.array([image_size[0], image_size[1], image_size[0]], numpy.float32)
        points = self.pixels(landmarks.points * unit, time, size) / unit
        points.flags.writeable = False
        return Landmarks(points, landmarks.visibility, landmarks.presence)


def roi_size(width: float, height: float, image_size: tuple[int, int]) -> numpy.float32:
    """The size that a region of interest stands for: the mean of its sides in pixels."""
    across = numpy.float32(width) * numpy.float32(image_size[0])
    down = numpy.float32(height) * numpy.float32(image_size[1])
    return (across + down) / numpy.float32(2)


def _size_of(points: NDArray[numpy.float32]) -> numpy.float32:
    rows = numpy.ascontiguousarray(points.T[:2])
    sides = rows.max(axis=1) - rows.min(axis=1)
    size: numpy.float32 = (sides[0] + sides[1]) / numpy.float32(2)
    return size
