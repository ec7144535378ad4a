"""SegmentationSmoothing: masks that do not flicker."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Mask

Float = numpy.float32

_UNCERTAINTY = [Float(factor) for factor in (-624.717, 291.309, -57.8051, -0.748699, 5.68842)]
"""MediaPipe's polynomial in (value - 1/2)^2, highest power first."""

_BLOCK = 65_536
"""Pixels that are worked on at once, so that they stay in the processor's cache."""


class SegmentationSmoothing(Calculator):
    """Blend each mask with the one before it, the more, the less sure a pixel is.

    Args:
        mask: Masks.
        mask_previous: The one before, of the same size. Where there is none, the mask passes.
    """

    combine_with_previous_ratio: float = Option(
        default=0.0, ge=0.0, le=1.0, doc="How much a pixel of value 1/2 takes from the mask before: 0 nothing, 1 all."
    )

    def process(self, mask: Mask, mask_previous: Mask | None) -> Annotated[Mask, "mask_smoothed"]:
        if mask_previous is None:
            return mask
        if mask.shape != mask_previous.shape:
            raise ValueError(f"the mask is {mask.shape}, but the one before is {mask_previous.shape}")
        smoothed = numpy.empty_like(mask, order="C")
        new, before, out = (numpy.ascontiguousarray(one).reshape(-1) for one in (mask, mask_previous, smoothed))
        for start in range(0, len(new), _BLOCK):
            block = slice(start, start + _BLOCK)
            _blend(new[block], before[block], Float(self.combine_with_previous_ratio), out[block])
        return smoothed


def _blend(new: Mask, before: Mask, ratio: Float, out: Mask) -> None:
    """Each step is one of float32."""
    square = new - Float(0.5)
    square *= square
    numpy.multiply(square, _UNCERTAINTY[0], out=out)
    for factor in _UNCERTAINTY[1:]:
        out += factor
        out *= square
    numpy.minimum(out, Float(1), out=out)
    numpy.subtract(Float(1), out, out=out)
    out *= ratio
    out *= numpy.subtract(before, new, out=square)
    out += new
