"""ImageClone: nothing to do, because payloads are not changed."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Option
from graphflow.calculators.types import Image, Mask

Picture = TypeVar("Picture", Image, Mask)


class ImageClone(Calculator):
    """Send each image on. Nobody changes it, so that it need not be copied."""

    parallel = True

    output_on_gpu: bool = Option(default=False, doc="Nothing depends on it here.")

    def process(self, item: Picture) -> Picture:
        return item
