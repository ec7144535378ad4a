"""From bytes to the numbers that a model wants."""

from __future__ import annotations

from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from graphflow.calculators.types import Image, Tensor


class ValueRange:
    """Maps 0..255 to a range, each value as MediaPipe maps it: multiplied and added with one rounding.

    Args:
        low: What 0 becomes; both limits are numbers that `dtype` holds.
        high: What 255 becomes.
        dtype: float32, int8 or uint8.
    """

    def __init__(self, low: float, high: float, dtype: type[Any]) -> None:
        self._dtype = dtype
        self._scale = (numpy.float32(high) - numpy.float32(low)) / numpy.float32(255)
        exact = numpy.arange(256) * float(self._scale) + float(numpy.float32(low))
        if dtype is numpy.float32:
            self._table: NDArray[Any] = exact.astype(numpy.float32)
        else:
            self._table = numpy.rint(exact).astype(dtype)
        # Without an offset there is one rounding anyway, and multiplying is twice as fast as looking up.
        self._multiply = dtype is numpy.float32 and low == 0

    def tensor(self, image: Image) -> Tensor:
        """The values of an image, as a tensor of one image: (1, height, width, channels)."""
        if image.ndim == 2:
            image = image[:, :, None]
        tensor = numpy.empty((1, *image.shape), self._dtype)
        if self._multiply:
            numpy.multiply(image, self._scale, out=tensor[0])
        else:
            cv2.LUT(image, self._table, dst=tensor[0])
        tensor.flags.writeable = False
        return tensor
