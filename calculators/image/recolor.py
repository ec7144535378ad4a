"""Recolor: a colour where a mask says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import cv2
import numpy

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.image.over import colored
from graphflow.calculators.image.resized import resized
from graphflow.calculators.types import Image, Mask
from graphflow.calculators.types.image import size_of

_LUMINANCE = (0.299, 0.587, 0.114)


class Recolor(Calculator):
    """Mix a colour into each image, as much as a mask says, value for value as MediaPipe does on a CPU.

    Args:
        image: RGB. A grey one becomes coloured.
        mask: 0 to 1 for each pixel; or an image, of which one channel counts, 0 to 255. One of another size is resized
            to the image's. At a time without a mask the image goes on as it is.
    """

    parallel = True

    mask_channel: Literal["UNKNOWN", "RED", "ALPHA"] = Option(
        default="RED", doc="Which channel counts where the mask is an image; UNKNOWN is RED."
    )
    color: dict[str, int] = Option(ge=0, le=255, doc="{r, g, b} of the colour.")
    invert_mask: bool = Option(default=False, doc="Whether to mix it in where the mask is 0, not where it is 1.")
    adjust_with_luminance: bool = Option(
        default=True, doc="Whether dark places take less of the colour, so that shapes stay visible."
    )

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "color")

    def process(self, image: Image, mask: Mask | Image | None) -> Annotated[Image, "image"]:
        if mask is None:
            return image
        image = colored(image)
        channels = cv2.split(image)
        shares = self._shares(mask, image, channels)
        rest = 1.0 - shares.astype(numpy.float64)
        # Each product is rounded by itself: those with the image in doubles, those with the colour in float32.
        mixed = [
            cv2.add(cv2.multiply(channel, rest, dtype=cv2.CV_8U), cv2.convertScaleAbs(shares, alpha=value))
            for channel, value in zip(channels, color_of(self.color), strict=True)
        ]
        return cv2.merge(mixed)  # type: ignore[return-value]

    def _shares(self, mask: Mask | Image, image: Image, channels: Any) -> Mask:
        """How much of the colour each pixel takes."""
        if mask.ndim == 3 and mask.shape[2] > 1:
            mask = cv2.extractChannel(mask, 3 if self.mask_channel == "ALPHA" else 0)  # type: ignore[assignment]
        shares: Any = resized(mask, *size_of(image))
        if shares.dtype == numpy.uint8:
            shares = (shares * (1.0 / 255.0)).astype(numpy.float32)
        if self.invert_mask:
            shares = numpy.float32(1) - shares
        if self.adjust_with_luminance:
            red, green, blue = (channel * weight for channel, weight in zip(channels, _LUMINANCE, strict=True))
            shares = shares * ((red + green + blue) / 255).astype(numpy.float32)
        return shares  # type: ignore[no-any-return]
