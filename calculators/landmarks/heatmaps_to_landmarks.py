"""HeatmapsToLandmarks: from a network's heatmaps to points of the picture."""

from __future__ import annotations

from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Option, Outputs
from graphflow.calculators.landmarks.heatmaps import Places, heatmaps_of, quarter_pixel, with_offsets
from graphflow.calculators.types import Crop, Landmarks, PixelLandmarks, Tensors


class HeatmapPoints(Outputs):
    """The outputs of HeatmapsToLandmarks.

    Args:
        landmarks: Relative to the picture; z is 0, and `presence` is how high the map of each point is.
        crop_landmarks: In pixels of the network's input.
    """

    landmarks: Landmarks
    crop_landmarks: PixelLandmarks | None = None


class HeatmapsToLandmarks(Calculator):
    """Find the point that each heatmap shows.

    Of FAN's points in the picture the fractions of pixels are cut off, towards 0, because its authors do so.

    Args:
        tensors: A network's outputs; the last one of shape (1, maps, side, side) counts.
        crop: What the network saw.
    """

    decoding: Literal["quarter_pixel", "offsets"] = Option(
        default="quarter_pixel",
        doc="quarter_pixel: FAN's, one map a point; offsets: OpenSeeFace's, with two maps more for each point.",
    )
    logit_factor: float = Option(default=16.0, gt=0, doc="How much the offsets are enlarged; for 'offsets' only.")
    point_order: list[int] = Option(default=[], ge=0, doc="Which map gives each point; all in order unless given.")

    def process(self, tensors: Tensors, crop: Crop) -> HeatmapPoints:
        """Decode, and map to the picture."""
        maps = heatmaps_of(tensors)[0]
        if self.decoding == "quarter_pixel":
            side = maps.shape[1]
            places, scores = quarter_pixel(maps)
            picture = numpy.trunc(crop.to_picture(places, side))
            places *= crop.resolution / side
        elif len(maps) % 3:
            raise ValueError(f"with offsets there are three maps for each point, but {len(maps)} came")
        else:
            places, scores = with_offsets(maps, crop.resolution, self.logit_factor)
            picture = crop.to_picture(places, crop.resolution)
        if self.point_order:
            if max(self.point_order) >= len(places):
                raise ValueError(f"point_order names map {max(self.point_order)}, but the last is {len(places) - 1}")
            places, picture, scores = places[self.point_order], picture[self.point_order], scores[self.point_order]
        scores = scores.astype(numpy.float32)
        return HeatmapPoints(
            landmarks=Landmarks(_flat(picture / crop.picture), presence=scores),
            crop_landmarks=PixelLandmarks(_flat(places), presence=scores),
        )


def _flat(places: Places) -> NDArray[Any]:
    """Points with a z of 0."""
    points = numpy.zeros((len(places), 3), numpy.float32)
    points[:, :2] = places
    points.flags.writeable = False
    return points
