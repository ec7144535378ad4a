"""AddMirroredHeatmaps: one result from a picture and its mirror image."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.landmarks.heatmaps import heatmaps_of
from graphflow.calculators.types import Tensors

# The partner of each of the 68 points of Multi-PIE on the other side of the face.
MIRRORED_68 = (
    *range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, *range(35, 30, -1),
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), 67, 66, 65,
)  # fmt: skip


class AddMirroredHeatmaps(Calculator):
    """Turn the heatmaps of the mirror image back, and add them to those of the picture.

    Left and right points change places. It is a sum and no mean, as the authors of FAN have it: scores go up to 2.

    Args:
        passes: From MirrorTensors, after the network; one that is alone goes on as it is.
        tensors: Heatmaps, (1, 68, side, side).
    """

    def process(self, passes: list[Tensors]) -> Annotated[Tensors, "tensors"]:
        if len(passes) == 1:
            return passes[0]
        plain, mirrored = (heatmaps_of(tensors) for tensors in passes)
        if plain.shape[1] != len(MIRRORED_68):
            raise ValueError(
                f"who is whose mirror image is known of {len(MIRRORED_68)} heatmaps, but {plain.shape[1]} came: leave "
                "flip_input false"
            )
        heatmaps = plain + mirrored[:, MIRRORED_68, :, ::-1]
        heatmaps.flags.writeable = False
        return [numpy.ascontiguousarray(heatmaps)]
