"""Crops: which part of a picture a model sees, in pixels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types.image import ImageSize


class Crop(NamedTuple):
    """An upright square of a picture, as the input of a model. Everything is in pixels, in doubles.

    Attributes:
        x_center: Of the square.
        y_center: Likewise.
        side: Of the square.
        resolution: Width and height of the model's input.
        picture: The size of the picture; the model's input's, where the whole picture was squeezed into that.
        depth_unit: How many pixels of the picture one unit of the model's depths is.
    """

    x_center: float
    y_center: float
    side: float
    resolution: int
    picture: ImageSize
    depth_unit: float

    def to_picture(self, points: NDArray[Any], resolution: int) -> NDArray[numpy.float64]:
        """Pixels of the picture from pixels of a grid that covers the square.

        Args:
            points: (number of points, 2): x and y of each on the grid.
            resolution: Rows and columns of the grid.
        """
        center: NDArray[numpy.float64] = numpy.array([self.x_center, self.y_center])
        return (points - resolution / 2) * (self.side / resolution) + center
