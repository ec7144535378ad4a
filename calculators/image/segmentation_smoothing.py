"""SegmentationSmoothing: masks that do not flicker."""

from __future__ import annotations

from typing import Annotated

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Option
from graphflow.calculators.types import Mask

Float = numpy.float32

_UNCERTAINTY = [Float(factor) for factor in (-624.717, 291.309, -57.8051, -0.748699, 5.68842)]
"""MediaPipe's polynomial in (value - 1/2)^2, highest power first."""

_LEAST = Float(1e-7)
"""Pixels that change no more stay as they are. That is most of them, inside and outside of what the mask shows."""

_BLOCK = 65_536
"""Pixels that are looked at at once, so that they stay in the processor's cache."""


class SegmentationSmoothing(Calculator):
    """Blend each mask with the one before it, the more, the less sure a pixel is.

    Args:
        mask: Masks.
        mask_previous: The one before, of the same size. Where there is none, the mask passes.
    """

    combine_with_previous_ratio: float = Option(
        default=0.0, ge=0.0, le=1.0, doc="How much a pixel of value 1/2 takes from the mask before: 0 nothing, 1 all."
    )

    def open(self) -> None:
        self._change = numpy.empty(_BLOCK, Float)

    def process(self, mask: Mask, mask_previous: Mask | None) -> Annotated[Mask, "mask_smoothed"]:
        if mask_previous is None:
            return mask
        if mask.shape != mask_previous.shape:
            raise ValueError(f"the mask is {mask.shape}, but the one before is {mask_previous.shape}")
        smoothed = numpy.array(mask, order="C")
        out, before = smoothed.reshape(-1), mask_previous.reshape(-1)
        changed = self._changed(out, before)
        out[changed] = _blended(out[changed], before[changed], Float(self.combine_with_previous_ratio))
        smoothed.flags.writeable = False
        return smoothed

    def _changed(self, new: Mask, before: Mask) -> NDArray[numpy.intp]:
        """Places of the pixels that change."""
        flags = numpy.empty(len(new), numpy.bool_)
        for start in range(0, len(new), _BLOCK):
            block = slice(start, start + _BLOCK)
            change = numpy.subtract(new[block], before[block], out=self._change[: len(new) - start])
            numpy.greater(numpy.abs(change, out=change), _LEAST, out=flags[block])
        return numpy.flatnonzero(flags)


def _blended(new: Mask, before: Mask, ratio: Float) -> Mask:
    """Each step is one of float32."""
    square = new - Float(0.5)
    square *= square
    blended = square * _UNCERTAINTY[0]
    for factor in _UNCERTAINTY[1:]:
        blended += factor
        blended *= square
    numpy.minimum(blended, Float(1), out=blended)
    numpy.subtract(Float(1), blended, out=blended)
    blended *= ratio
    blended *= before - new
    blended += new
    return blended
