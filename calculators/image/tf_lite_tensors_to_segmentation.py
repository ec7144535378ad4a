"""TfLiteTensorsToSegmentation: masks that are steadied by the one before, as MediaPipe's older graphs want them."""

from __future__ import annotations

from typing import Annotated, Any

import cv2
import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, Option
from graphflow.calculators.image.resized import resized
from graphflow.calculators.types import Image, Tensors
from graphflow.calculators.types.image import size_of

Floats = NDArray[numpy.float32]

_EPSILON = numpy.float32(0.001)


class TfLiteTensorsToSegmentation(Calculator):
    """Read a mask from two channels by softmax, and mix it with the mask before where it is unsure.

    How unsure it is, is the entropy of its two shares.

    Args:
        tensors: A model's output; there is one.
        prev_mask: The mask before, an image whose first channel counts; absent for none.
        size_image: An image; the mask gets its size, else the tensor's.
        mask: RGBA, the mask in red and in alpha, 0 to 255.
    """

    tensor_width: int = Option(ge=1, doc="Columns of the tensor.")
    tensor_height: int = Option(ge=1, doc="Rows of the tensor.")
    tensor_channels: int = Option(ge=2, le=2, doc="Its channels: 2.")
    combine_with_previous_ratio: float = Option(
        default=1.0, ge=0, le=1, doc="How much the mask before counts: 0 not at all, 1 as far as the new one is unsure."
    )
    output_layer_index: int = Option(default=1, ge=0, le=1, doc="The channel that is the mask.")
    flip_vertically: bool = Option(default=False, doc="Whether to turn the mask upside down.")

    def process(
        self, tensors: Tensors, prev_mask: Image | None = UNCONNECTED, size_image: Image = UNCONNECTED
    ) -> Annotated[Image, "mask"]:
        (tensor,) = tensors
        values: Floats = tensor.reshape(self.tensor_height, self.tensor_width, self.tensor_channels)
        powers = numpy.exp(values - values.max(axis=2, keepdims=True), dtype=numpy.float64).astype(numpy.float32)
        mask = powers[:, :, self.output_layer_index] / (powers[:, :, 0] + powers[:, :, 1])
        if prev_mask is not UNCONNECTED and prev_mask is not None:
            mask = self._steadied(mask, prev_mask)
        red = (mask * numpy.float32(255)).astype(numpy.uint8)  # cut off, not rounded
        if self.flip_vertically:
            red = red[::-1]
        if size_image is not UNCONNECTED:
            red = resized(numpy.ascontiguousarray(red), *size_of(size_image))
        nothing = numpy.zeros_like(red)
        return cv2.merge([red, nothing, nothing, red])  # type: ignore[no-any-return]

    def _steadied(self, mask: Floats, prev_mask: Image) -> Floats:
        first: Any = prev_mask if prev_mask.ndim == 2 else prev_mask[:, :, 0]
        before = resized(numpy.ascontiguousarray(first), self.tensor_width, self.tensor_height) / numpy.float32(255)
        new, rest = mask.astype(numpy.float64), 1.0 - mask.astype(numpy.float64)
        entropy = new * numpy.log(mask + _EPSILON) + rest * numpy.log(rest + float(_EPSILON))
        sure = numpy.clip((1.0 + entropy / numpy.log(numpy.float32(2))).astype(numpy.float32), 0, 1)
        sure = (sure * (2.0 - sure.astype(numpy.float64))).astype(numpy.float32)
        ratio = numpy.float32(self.combine_with_previous_ratio)
        mixed = mask * sure + before * (1 - sure)
        steadied: Floats = mixed * ratio + (1 - ratio) * mask
        return steadied
