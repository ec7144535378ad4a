"""What goes into a model and comes out of it."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

Tensor = NDArray[Any]
"""One input or output of a model."""

Tensors = list[Tensor]
"""All inputs or outputs of a model, in the order of the model's file."""

Anchors = NDArray[numpy.float32]
"""(number of boxes, 4), float32: what the boxes in a detector's output refer to.

x and y of the centre, width and height, relative to the detector's input.
"""
