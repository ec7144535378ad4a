"""SetAlpha: images with a channel for transparency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import cv2
import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.types import Image, Mask
from graphflow.calculators.types.image import size_of


class SetAlpha(Calculator):
    """Send each image as RGBA, with an alpha channel from a mask or of one value.

    Args:
        image: RGB, or RGBA, whose alpha channel is replaced.
        alpha: A mask of the image's size, 0 to 1; or an image, whose first channel counts. At a time without one the
            alpha channel is 0.
    """

    parallel = True

    alpha_value: int = Option(default=-1, ge=-1, le=255, doc="The value of all alphas; -1 for those of 'alpha'.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one source of alphas."""
        if (options["alpha_value"] >= 0) == (node.connected("alpha") > 0):
            node.error("alphas must come from one place", "set alpha_value, or connect 'alpha'")

    def process(self, image: Image, alpha: Mask | Image | None = UNCONNECTED) -> Annotated[Image, "image"]:
        channels = image.shape[2] if image.ndim == 3 else 1
        if channels not in (3, 4):
            raise ValueError(f"the image must be RGB or RGBA; it has {channels} channels")
        made: Any = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA) if channels == 3 else image.copy()
        if alpha is UNCONNECTED or alpha is None:
            made[:, :, 3] = max(0, self.alpha_value)
            return made  # type: ignore[no-any-return]
        if size_of(alpha) != size_of(image):
            raise ValueError(f"the image has {size_of(image)} pixels, but its alphas {size_of(alpha)}")
        first: Any = alpha if alpha.ndim == 2 else alpha[:, :, 0]
        if first.dtype != numpy.uint8:  # halves are rounded up
            first = numpy.floor(numpy.clip(first * numpy.float32(255), 0, 255, dtype=numpy.float64) + 0.5)
        made[:, :, 3] = first
        return made  # type: ignore[no-any-return]
