"""PictureBackground: a picture behind what a mask shows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import cv2

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.image.over import colored, over
from graphflow.calculators.image.resized import resized
from graphflow.calculators.sources.pictures import read_picture
from graphflow.calculators.types import Image, ImageSize, Mask
from graphflow.calculators.types.image import size_of


class PictureBackground(Calculator):
    """Put a picture behind what a mask shows. It fills the image; what is too long is cut off on both sides.

    Args:
        image: RGB or grey.
        mask: 1 where the image stays, 0 where the picture shows. At a time without a mask the image goes on as it is.
    """

    picture: str = Option(default="", doc="The picture's file.")

    stateful = False

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The picture."""
        return (_path(options["picture"]),) if options["picture"] else ()

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is a picture."""
        if not options["picture"]:
            node.error("there must be a picture", "name its file: '--set picture=FILE', or the option 'picture'")

    def open(self) -> None:
        self._picture = read_picture(_path(self.picture))
        self._filling = self._picture

    def process(self, image: Image, mask: Mask | None) -> Annotated[Image, "image"]:
        if mask is None:
            return image
        image = colored(image)
        size = size_of(image)
        if size_of(self._filling) != size:
            self._filling = _filling(self._picture, size)
        return over(image, self._filling, mask)


def _path(name: str) -> Path:
    return Path(os.path.expanduser(name))


def _filling(picture: Image, size: ImageSize) -> Image:
    """The middle of a picture, so large that it fills a size."""
    width, height = size_of(picture)
    scale = max(size.width / width, size.height / height)
    across, down = max(size.width, round(width * scale)), max(size.height, round(height * scale))
    scaled = resized(picture, across, down, cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (across - size.width) // 2, (down - size.height) // 2
    return scaled[top : top + size.height, left : left + size.width].copy()
