"""ImageCropping: a rotated region of an image, pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import cv2
import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.image.roi import degrees
from graphflow.calculators.types import Image, ImageSize, NormRect
from graphflow.calculators.types.image import size_of

Border = Literal["BORDER_ZERO", "BORDER_REPLICATE"]
Float = numpy.float32

_TO_CORNERS = numpy.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
_TO_MIDDLES = numpy.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
_HALF, _ONE = Float(0.5), Float(1)


class _Region(NamedTuple):
    """A rectangle in pixels of an image: a middle, sides of whole pixels, and a rotation in radians."""

    x_center: numpy.float32
    y_center: numpy.float32
    width: int
    height: int
    rotation: float


class ImageCropping(Calculator):
    """Cut a region out of each image, upright, at the size that it has there.

    Each pixel is the nearest one of the image. A region that is not rotated is moved to whole pixels.

    Args:
        image: Images.
        norm_rect: The regions. One without width or height is the whole image; one of less than half a pixel gives
            nothing.
        width: In pixels, around the middle of the image; instead of `norm_rect`.
        height: Likewise.
    """

    width: int | None = Option(default=None, ge=1, doc="Of the region, in pixels.")
    height: int | None = Option(default=None, ge=1, doc="Of the region, in pixels.")
    rotation: float = Option(default=0.0, doc="Of the region, in radians, clockwise. Not with norm_rect.")
    norm_width: float | None = Option(default=None, gt=0, doc="Of the region, relative to the image.")
    norm_height: float | None = Option(default=None, gt=0, doc="Of the region, relative to the image.")
    norm_center_x: float | None = Option(default=None, doc="Its middle, relative to the image; 0.5 unless given.")
    norm_center_y: float | None = Option(default=None, doc="Its middle, relative to the image; 0.5 unless given.")
    border_mode: Border = Option(default="BORDER_ZERO", doc="Outside of the image: black, or the pixels of its border.")
    output_max_width: int | None = Option(default=None, ge=1, doc="Pixels that a result is made smaller to.")
    output_max_height: int | None = Option(default=None, ge=1, doc="Pixels that a result is made smaller to.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that the size of the region is given, once."""
        given = [bool(node.connected("norm_rect")), node.connected("width") > 0 and node.connected("height") > 0]
        given += [
            options[f"{kind}width"] is not None and options[f"{kind}height"] is not None for kind in ("", "norm_")
        ]
        if sum(given) != 1:
            help = (
                "connect 'norm_rect', or 'width' and 'height'; or set width and height, or norm_width and norm_height"
            )
            node.error("the size of the region must be given, once", help)

    def open(self) -> None:
        self._border = cv2.BORDER_CONSTANT if self.border_mode == "BORDER_ZERO" else cv2.BORDER_REPLICATE
        self._largest = [Float(side or numpy.inf) for side in (self.output_max_width, self.output_max_height)]

    def process(
        self, image: Image, norm_rect: NormRect = UNCONNECTED, width: int = UNCONNECTED, height: int = UNCONNECTED
    ) -> Annotated[Image | None, "image"]:
        size = size_of(image)
        region = self._own_region(size)
        if norm_rect is not UNCONNECTED:
            region = _region_of(norm_rect, size)
        elif width is not UNCONNECTED:
            region = region._replace(width=width, height=height)
        if region.width < 1 or region.height < 1:
            return None
        return self._cut(image, region if region.rotation else _on_grid(region))

    def _own_region(self, size: ImageSize) -> _Region:
        """The region that the options tell; the whole image as far as they do not."""
        width, height = self.width or size.width, self.height or size.height
        if self.norm_width is not None and self.norm_height is not None:
            width, height = _scaled(self.norm_width, self.norm_height, size)
        x, y = 0.5, 0.5
        if self.norm_center_x is not None and self.norm_center_y is not None:
            x, y = self.norm_center_x, self.norm_center_y
        return _Region(Float(x) * Float(size.width), Float(y) * Float(size.height), width, height, self.rotation)

    def _cut(self, image: Image, region: _Region) -> Image:
        sides = (Float(region.width), Float(region.height))
        scale = min(_ONE, *(most / side for most, side in zip(self._largest, sides, strict=True)))
        width, height = (side * scale for side in sides)
        middle = (float(region.x_center), float(region.y_center))
        source = cv2.boxPoints((middle, (float(sides[0]), float(sides[1])), degrees(region.rotation)))
        target = numpy.array([(0, height), (0, 0), (width, 0), (width, height)], Float)
        matrix: Any = cv2.getPerspectiveTransform(source, target)
        # It is about corners of pixels, but the function below means their middles.
        matrix = _product(_product(_TO_MIDDLES, matrix), _TO_CORNERS)
        size = (int(width), int(height))
        return cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_NEAREST, borderMode=self._border)  # type: ignore[return-value]


def _region_of(rect: NormRect, size: ImageSize) -> _Region:
    """A rectangle in pixels; one without width or height is the whole image."""
    if not (rect.width > 0 and rect.height > 0):
        rect = NormRect(0.5, 0.5, 1.0, 1.0)
    x, y = Float(rect.x_center) * Float(size.width), Float(rect.y_center) * Float(size.height)
    return _Region(x, y, *_scaled(rect.width, rect.height, size), rect.rotation)


def _scaled(width: float, height: float, size: ImageSize) -> tuple[int, int]:
    return _rounded(Float(width) * Float(size.width)), _rounded(Float(height) * Float(size.height))


def _on_grid(region: _Region) -> _Region:
    """The region moved so that its border lies between pixels."""
    x, y = (
        Float(_rounded(middle)) if side % 2 == 0 else Float(_rounded(middle + _HALF)) - _HALF
        for middle, side in ((region.x_center, region.width), (region.y_center, region.height))
    )
    return region._replace(x_center=x, y_center=y)


def _product(first: Any, second: Any) -> Any:
    return cv2.gemm(first, second, 1, None, 0)  # type: ignore[call-overload]  # None is a matrix of no elements


def _rounded(value: numpy.float32) -> int:
    """To the nearest whole number; halves away from zero."""
    exact = float(value)
    return int(exact + 0.5) if exact >= 0 else -int(0.5 - exact)
