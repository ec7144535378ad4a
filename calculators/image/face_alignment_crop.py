"""FaceAlignmentCrop: a face as the input of a network that finds its points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import cv2
import numpy

from graphflow import Calculator, NodeCheck, Option, Outputs
from graphflow.calculators.types import Crop, Detection, Image, ImageSize, Tensors
from graphflow.calculators.types.image import size_of

_PIXELS_OF_SCALE_1 = 200.0
"""The authors' unit of scale, in pixels of the picture."""
_DEPTH_OF_WHOLE = 2.0
"""The unit of depths where the whole image is squeezed: ailia's variant doubles the network's numbers."""
_LARGEST = 32766
"""Pixels that OpenCV can resize."""


class FaceTensors(Outputs):
    """The outputs of FaceAlignmentCrop.

    Args:
        tensors: One tensor, (1, 3, size, size), float32.
        crop: Where in the picture that is.
    """

    tensors: Tensors
    crop: Crop


class FaceAlignmentCrop(Calculator):
    """Cut a face out, upright and with a margin, as face alignment networks (FAN) want it.

    The rule is that of the network's authors (https://github.com/1adrianb/face-alignment, BSD-3-Clause): the sides of
    the square are 200 * (width + height of the box) / reference_scale pixels; its corners are cut to whole pixels,
    towards 0, and what lies outside of the image is black. A pixel of the square is the unit of the network's depths.

    Args:
        image: RGB; grey and RGBA images go too.
        detection: The face. A box without area gives nothing.
        whole_image: Whether to squeeze the whole image into the square instead, whatever the detection says, as ailia's
            variant does (https://github.com/axinc-ai/ailia-models).
    """

    size: int = Option(default=256, ge=1, doc="Width and height of the tensor, in pixels.")
    reference_scale: float = Option(
        default=195.0,
        gt=0,
        doc="195 for boxes of BlazeFace, SFD and dlib, 165 for RetinaFace, SCRFD, YuNet.",
    )
    vertical_shift: float = Option(default=0.12, doc="How far above the box's middle to look, in heights of the box.")
    color_order: Literal["RGB", "BGR"] = Option(default="RGB", doc="The order that the network was trained with.")
    mean: list[float] = Option(default=[0.0, 0.0, 0.0], doc="Taken from each channel after it was divided by 255.")
    deviation: list[float] = Option(default=[1.0, 1.0, 1.0], doc="What each channel is divided by after that.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that each channel has a mean and a deviation."""
        for name in ("mean", "deviation"):
            if len(options[name]) != 3 or (name == "deviation" and 0 in options[name]):
                node.error(f"{name} must be three numbers{', none of them 0' if name == 'deviation' else ''}")

    def open(self, whole_image: bool = False) -> None:
        """Work out what each of the 256 values of a channel becomes."""
        self._whole_image = whole_image
        shares = numpy.arange(256, dtype=numpy.float32) / numpy.float32(255)
        means, deviations = numpy.array(self.mean, numpy.float32), numpy.array(self.deviation, numpy.float32)
        self._values = (shares - means[:, None]) / deviations[:, None]

    def process(self, image: Image, detection: Detection) -> FaceTensors | None:
        image = _colored(image)
        if self._whole_image:
            middle, whole = self.size // 2, ImageSize(self.size, self.size)
            crop, cut = Crop(middle, middle, self.size, self.size, whole, _DEPTH_OF_WHOLE), image
        else:
            crop = self._crop(detection, size_of(image))
            left, top = _corner(crop, 1)
            right, bottom = _corner(crop, self.size)
            if right <= left or bottom <= top:
                return None
            cut = _window(image, left, top, right, bottom)
        pixels = cv2.resize(cut, (self.size, self.size), interpolation=cv2.INTER_LINEAR)
        if self.color_order == "BGR":
            pixels = pixels[:, :, ::-1]
        tensor = numpy.empty((1, 3, self.size, self.size), numpy.float32)
        for channel, values in enumerate(self._values):
            values.take(pixels[:, :, channel], out=tensor[0, channel])
        tensor.flags.writeable = False
        return FaceTensors(tensors=[tensor], crop=crop)

    def _crop(self, face: Detection, size: ImageSize) -> Crop:
        """The square around a face."""
        left, top = face.xmin * size.width, face.ymin * size.height
        right, bottom = (face.xmin + face.width) * size.width, (face.ymin + face.height) * size.height
        width, height = right - left, bottom - top
        x = right - width / 2
        y = bottom - height / 2 - self.vertical_shift * height
        side = _PIXELS_OF_SCALE_1 * ((width + height) / self.reference_scale)
        if not all(abs(value) < _LARGEST for value in (x, y, side)):  # NaN is not less
            raise ValueError(f"the box of the face is far too large, or has a NaN: {face}")
        return Crop(x, y, side, self.size, size, side / self.size)


def _corner(crop: Crop, pixel: int) -> list[int]:
    """A pixel of the diagonal of the model's input, counted from 1, as a whole pixel of the picture."""
    ((x, y),) = crop.to_picture(numpy.array([[pixel, pixel]]), crop.resolution).tolist()
    return [int(x), int(y)]


def _window(image: Image, left: int, top: int, right: int, bottom: int) -> Image:
    """Part of an image, from a pixel up to and without another one; black outside."""
    height, width = image.shape[:2]
    inside = image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    window = numpy.zeros((bottom - top, right - left, 3), numpy.uint8)
    if inside.size:
        y, x = max(-top, 0), max(-left, 0)
        window[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return window


def _colored(image: Image) -> Image:
    if image.dtype != numpy.uint8:
        raise TypeError(f"the image has values of type {image.dtype}; they must be uint8, 0 to 255")
    channels = image.shape[2] if image.ndim == 3 else 1
    if channels == 3:
        return image
    return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB if channels == 1 else cv2.COLOR_RGBA2RGB)  # type: ignore[return-value]
