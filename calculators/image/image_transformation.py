"""ImageTransformation: images at another size, rotated and mirrored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

import cv2
import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Outputs
from graphflow.calculators.image.resized import resized
from graphflow.calculators.types import Image, ImageSize, LetterboxPadding, Mask
from graphflow.calculators.types.image import size_of

Scale = Literal["DEFAULT", "STRETCH", "FIT", "FILL_AND_CROP"]
Rotation = Literal["UNKNOWN", "ROTATION_0", "ROTATION_90", "ROTATION_180", "ROTATION_270"]

Picture = TypeVar("Picture", Image, Mask)
Pixels = NDArray[Any]
Float = numpy.float32

_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
_NO_PADDING: LetterboxPadding = (0.0, 0.0, 0.0, 0.0)
_CHANNELS = ("red", "green", "blue")


class TransformedImage(Outputs, Generic[Picture]):
    """The outputs of ImageTransformation.

    Args:
        image: With as many channels as before.
        letterbox_padding: Shares of the image that FIT left empty: left, top, right, bottom.
    """

    image: Picture
    letterbox_padding: LetterboxPadding | None = None


class ImageTransformation(Calculator):
    """Scale, then rotate, then mirror images, pixel for pixel as MediaPipe does on a CPU.

    An image that has its size after scaling is rotated inside of that size: what comes to lie outside is cut off, and
    what is empty becomes black. Without a size given, and if it is not square, it turns whole.

    Args:
        image: Images or masks.
        output_dimensions: The size to scale to, instead of the options; a stream, or a side packet.
        rotation_degrees: Instead of rotation_mode: 0, 90, 180 or 270, anticlockwise; a stream, or a side packet. What a
            stream says holds until it says something else, as for the next two.
        flip_horizontally: Replaces the option of that name; a stream, or a side packet.
        flip_vertically: Likewise.
    """

    output_width: int = Option(default=0, ge=0, doc="Width in pixels; 0 for the image's.")
    output_height: int = Option(default=0, ge=0, doc="Height in pixels; 0 for the image's.")
    rotation_mode: Rotation = Option(default="UNKNOWN", doc="How far to rotate, anticlockwise; UNKNOWN is not at all.")
    flip_vertically: bool = Option(default=False, doc="Whether to turn the rotated image upside down.")
    flip_horizontally: bool = Option(default=False, doc="Whether to mirror the rotated image.")
    scale_mode: Scale = Option(
        default="DEFAULT",
        doc="STRETCH (the default) distorts; FIT keeps the shape, and pads. FILL_AND_CROP keeps the shape, and its "
        "image is as large as fits into the size: it does not fill and crops nothing, in MediaPipe neither.",
    )
    constant_padding: bool = Option(default=True, doc="Whether FIT pads with one colour, not with the border's pixels.")
    padding_color: dict[str, int] = Option(
        default={}, ge=0, le=255, doc="{red, green, blue} of it; black unless given."
    )
    interpolation_mode: Literal["DEFAULT", "LINEAR", "NEAREST"] = Option(
        default="DEFAULT", doc="LINEAR (the default) takes the mean of an area where an image becomes smaller."
    )

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is a whole size, and that the colour is one."""
        if (options["output_width"] > 0) != (options["output_height"] > 0):
            node.error("a width without a height means nothing", "set both output_width and output_height, or neither")
        if not set(options["padding_color"]) <= set(_CHANNELS):
            node.error("padding_color must be a map of red, green and blue", "write {red: 0, green: 255, blue: 0}")

    def open(
        self,
        output_dimensions: ImageSize = UNCONNECTED,
        rotation_degrees: int = UNCONNECTED,
        flip_horizontally: bool = UNCONNECTED,
        flip_vertically: bool = UNCONNECTED,
    ) -> None:
        given = None if output_dimensions is UNCONNECTED else output_dimensions
        self._size = ImageSize(*(given or (self.output_width, self.output_height)))
        self._rotation = int(self.rotation_mode.removeprefix("ROTATION_").replace("UNKNOWN", "0"))
        self._mirror, self._upside_down = self.flip_horizontally, self.flip_vertically
        self._tell(rotation_degrees, flip_horizontally, flip_vertically)
        self._padding_color = [self.padding_color.get(channel, 0) for channel in _CHANNELS]

    def process(
        self,
        image: Picture,
        output_dimensions: ImageSize = UNCONNECTED,
        rotation_degrees: int | None = UNCONNECTED,
        flip_horizontally: bool | None = UNCONNECTED,
        flip_vertically: bool | None = UNCONNECTED,
    ) -> TransformedImage[Picture]:
        self._tell(rotation_degrees, flip_horizontally, flip_vertically)
        if output_dimensions is not UNCONNECTED:
            self._size = output_dimensions
        before = size_of(image)
        scaling = min(self._size) > 0
        changed: Any = self._scaled(image, before) if scaling else image
        if self._rotation:
            changed = _rotated(changed, self._rotation, whole=not scaling)
        if self._mirror or self._upside_down:
            changed = cv2.flip(changed, -1 if self._mirror and self._upside_down else int(self._mirror))
        padding = self._padding(before) if scaling and self.scale_mode == "FIT" else _NO_PADDING
        return TransformedImage(image=changed, letterbox_padding=padding)

    def _scaled(self, image: Pixels, before: ImageSize) -> Pixels:
        """The image at its new size, not rotated yet."""
        width, height = self._size
        if self.scale_mode in ("DEFAULT", "STRETCH"):
            smaller = before.width > width and before.height > height
            return resized(image, width, height, self._interpolation(smaller))
        scale = min(Float(width) / Float(before.width), Float(height) / Float(before.height))
        across, down = (max(1, _rounded(Float(side) * scale)) for side in before)
        fitted = resized(image, across, down, self._interpolation(bool(scale < 1)))
        if self.scale_mode == "FILL_AND_CROP":
            return fitted
        left, top = (width - across) // 2, (height - down) // 2
        border = cv2.BORDER_CONSTANT if self.constant_padding else cv2.BORDER_REPLICATE
        right, bottom = width - across - left, height - down - top
        return cv2.copyMakeBorder(fitted, top, bottom, left, right, border, value=self._padding_color)

    def _interpolation(self, smaller: bool) -> int:
        if self.interpolation_mode == "NEAREST":
            return cv2.INTER_NEAREST
        return cv2.INTER_AREA if smaller else cv2.INTER_LINEAR

    def _padding(self, before: ImageSize) -> LetterboxPadding:
        across, down = before if self._rotation % 180 == 0 else reversed(before)
        shape, wanted = Float(across) / Float(down), Float(self._size.width) / Float(self._size.height)
        if shape < wanted:
            beside = float((Float(1) - shape / wanted) / Float(2))
            return (beside, 0.0, beside, 0.0)
        above = float((Float(1) - wanted / shape) / Float(2))
        return (0.0, above, 0.0, above)

    def _tell(self, rotation: int | None, mirror: bool | None, upside_down: bool | None) -> None:
        """Take what is given instead of the options."""
        if rotation is not UNCONNECTED and rotation is not None:
            if rotation not in (0, *_TURNS):
                raise ValueError(f"images are rotated by 0, 90, 180 or 270 degrees, not by {rotation}")
            self._rotation = rotation
        if mirror is not UNCONNECTED and mirror is not None:
            self._mirror = mirror
        if upside_down is not UNCONNECTED and upside_down is not None:
            self._upside_down = upside_down


def _rotated(image: Pixels, degrees: int, *, whole: bool) -> Pixels:
    """The image rotated: whole, or inside of its size.

    Only an image whose size changes is turned whole. Others turn about the corner in their middle, from which pixels
    are counted there, so that a line of them is lost on two sides, in MediaPipe as well.
    """
    width, height = size_of(image)
    if whole and degrees != 180 and width != height:
        return cv2.rotate(image, _TURNS[degrees])
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(image, matrix, (width, height))


def _rounded(value: Any) -> int:
    """To the nearest whole number; halves go up."""
    return math.floor(float(value) + 0.5)
