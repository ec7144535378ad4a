"""Points of a face, a hand or a body."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types.face_parts import keypoint_names

Points = NDArray[numpy.float32]


class LandmarkArray:
    """Points that a model found, in a fixed order; what `Landmarks` and `PixelLandmarks` share.

    ``numpy.asarray(landmarks)`` gives the points without copying, ``len`` counts them, ``landmarks[33]`` is one.

    Attributes:
        points: (number of points, 3), float32: x, y, z of each. z is in the unit of x, and smaller is nearer.
        visibility: One score for each point that it is inside the picture and not hidden, or None.
        presence: One score for each point that it is inside the picture, or None.
    """

    __slots__ = ("points", "presence", "visibility")

    def __init__(
        self,
        points: Points,
        visibility: NDArray[numpy.float32] | None = None,
        presence: NDArray[numpy.float32] | None = None,
    ) -> None:
        self.points = points
        self.visibility = visibility
        self.presence = presence

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return numpy.array(self.points, dtype) if copy else numpy.asarray(self.points, dtype)

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, index: Any) -> Any:
        return self.points[index]

    def __getattr__(self, name: str) -> Any:
        # Nobody finds `landmark`, as MediaPipe's messages have it, by guessing.
        raise AttributeError(
            f"{type(self).__name__} has no '{name}'; its points are one array: write 'x, y, z = landmarks[33]' for one",
            name=name,
            obj=self,
        )

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        assert isinstance(other, LandmarkArray)
        pairs = ((getattr(self, name), getattr(other, name)) for name in LandmarkArray.__slots__)
        return all(a is b if a is None or b is None else numpy.array_equal(a, b) for a, b in pairs)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.points)} points>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from graphflow.calculators.types.landmarks_html import landmarks_html

        scores = {"visibility": self.visibility, "presence": self.presence}
        return landmarks_html(type(self).__name__, self.points, scores, keypoint_names(len(self.points)))


class Landmarks(LandmarkArray):
    """Points relative to the image, or to the region that a model saw: x and z by its width, y by its height.

    They may lie outside, below 0 or above 1.
    """

    __slots__ = ()

    def pixels(self, width: int, height: int) -> Points:
        """The points in pixels of an image of this size; z as x."""
        return self.points * numpy.array([width, height, width], numpy.float32)

    def to_tfjs(self, width: int, height: int) -> dict[str, Any]:
        """A face as TensorFlow.js tells it: ``{"box": ..., "keypoints": [{"x", "y", "z", "name"}]}``, all in pixels.

        Args:
            width: Of the image, in pixels.
            height: Likewise.
        """
        points = self.points.astype(float) * (width, height, width)
        (left, top), (right, bottom) = points[:, :2].min(axis=0).tolist(), points[:, :2].max(axis=0).tolist()
        box = {"xMin": left, "xMax": right, "yMin": top, "yMax": bottom, "width": right - left, "height": bottom - top}
        keypoints = [
            {"x": x, "y": y, "z": z} | ({"name": name} if name else {})
            for (x, y, z), name in zip(points.tolist(), keypoint_names(len(points)), strict=True)
        ]
        return {"box": box, "keypoints": keypoints}


class PixelLandmarks(LandmarkArray):
    """Points in pixels, or in whatever unit a model has."""

    __slots__ = ()
