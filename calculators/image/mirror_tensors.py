"""MirrorTensors: a picture for each pass of a network."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Tensors


class MirrorTensors(Calculator):
    """Send the input of a network, then, if asked for, its mirror image.

    AddMirroredHeatmaps makes one result of the two.

    Args:
        tensors: (1, channels, rows, columns) each.
        passes: The same, then with their columns from right to left.
    """

    flip_input: bool = Option(default=False, doc="Whether to let the network see the mirror image too.")

    def process(self, tensors: Tensors) -> Annotated[list[Tensors], "passes"]:
        if not self.flip_input:
            return [tensors]
        return [tensors, [numpy.ascontiguousarray(tensor[..., ::-1]) for tensor in tensors]]
