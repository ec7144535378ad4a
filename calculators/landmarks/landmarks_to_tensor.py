"""LandmarksToTensor: points as a model's input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.types import ImageSize, Landmarks, PixelLandmarks, Tensors
from graphflow.calculators.types.landmarks import LandmarkArray

Attribute = Literal["X", "Y", "Z", "VISIBILITY", "PRESENCE"]

_COORDINATES: dict[str, int] = {"X": 0, "Y": 1, "Z": 2}


class LandmarksToTensor(Calculator):
    """Put some of the numbers of each point into a tensor, those relative to the image in pixels.

    Visibility and presence that nobody knows are 0.

    Args:
        norm_landmarks: Relative to the image.
        landmarks: In another unit, instead; they stay as they are.
        image_size: Needed for those relative to the image.
        tensors: One, (1, points, attributes).
    """

    attributes: list[Attribute] = Option(doc="Which numbers of each point, in this order.")
    flatten: bool = Option(default=False, doc="Whether the tensor is (1, points * attributes).")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one kind of points, and what it needs."""
        if node.connected("norm_landmarks") + node.connected("landmarks") != 1:
            node.error("one of 'norm_landmarks' and 'landmarks' must be connected", "keep one of the two")
        elif node.connected("norm_landmarks") and not node.connected("image_size"):
            node.error("'norm_landmarks' needs 'image_size'", "connect it to ImageProperties")
        elif node.connected("landmarks") and node.connected("image_size"):
            node.error("'landmarks' has no use for 'image_size'", "drop 'image_size'", "image_size")
        if not options["attributes"]:
            node.error("attributes is empty, so that the tensor would be too", "write, say, [X, Y]", "attributes")

    def open(self) -> None:
        columns = [_COORDINATES.get(name, -1) for name in self.attributes]
        self._coordinates = None if -1 in columns else columns

    def process(
        self,
        norm_landmarks: Landmarks = UNCONNECTED,
        landmarks: PixelLandmarks = UNCONNECTED,
        image_size: ImageSize = UNCONNECTED,
    ) -> Annotated[Tensors, "tensors"]:
        if norm_landmarks is UNCONNECTED:
            values = self._values(landmarks)
        else:
            width, height = image_size
            sides = {"X": width, "Y": height, "Z": width}
            values = self._values(norm_landmarks)
            values *= numpy.array([sides.get(name, 1) for name in self.attributes], numpy.float32)
        values.flags.writeable = False
        return [values.reshape(1, -1) if self.flatten else values[None]]

    def _values(self, points: LandmarkArray) -> NDArray[numpy.float32]:
        """A copy of the numbers, a row for each point."""
        if self._coordinates is not None:
            return points.points[:, self._coordinates]
        others = {"VISIBILITY": points.visibility, "PRESENCE": points.presence}
        values = numpy.zeros((len(points), len(self.attributes)), numpy.float32)
        for column, name in enumerate(self.attributes):
            known = points.points[:, _COORDINATES[name]] if name in _COORDINATES else others[name]
            if known is not None:
                values[:, column] = known
        return values
