"""ImageToTensor: an image, or a region of it, as a model's input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import cv2
import numpy

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Option, Outputs
from graphflow.calculators.image import roi as region
from graphflow.calculators.image.places import Places, places_of
from graphflow.calculators.image.value_range import ValueRange
from graphflow.calculators.types import Image, LetterboxPadding, Matrix, NormRect, Tensors
from graphflow.calculators.types.image import size_of

Border = Literal["BORDER_UNSPECIFIED", "BORDER_ZERO", "BORDER_REPLICATE"]

_RANGES: dict[str, type[Any]] = {
    "output_tensor_float_range": numpy.float32,
    "output_tensor_int_range": numpy.int8,
    "output_tensor_uint_range": numpy.uint8,
}

_NO_PADDING = (0.0, 0.0, 0.0, 0.0)

_SPARSE = 6
"""From so many rows of the region for one of the tensor, cutting reads only a small part of the region's memory."""


class ImageTensors(Outputs):
    """The outputs of ImageToTensor.

    Args:
        tensors: One tensor, (1, height, width, 3), in RGB whatever the image is.
        matrix: From coordinates relative to the tensor back to the image.
        letterbox_padding: Shares of the tensor outside of the region: left, top, right, bottom.
    """

    tensors: Tensors
    matrix: Matrix | None = None
    letterbox_padding: LetterboxPadding | None = None


class ImageToTensor(Calculator):
    """Cut a rotated region out of each image, at the size and in the range of values that a model wants.

    Pixels are interpolated as OpenCV 4 does it for 8-bit images, in steps of 1/32 of a pixel, because models are exact
    enough to tell.

    Args:
        image: Images.
        norm_rect: Regions; one of size 0 by 0 gives nothing. Without this port the whole image is the region.
    """

    parallel = True

    output_tensor_width: int | None = Option(default=None, ge=1, doc="Width in pixels; the image's unless given.")
    output_tensor_height: int | None = Option(default=None, ge=1, doc="Height in pixels; the image's unless given.")
    keep_aspect_ratio: bool = Option(
        default=False, doc="Whether to enlarge the region to the tensor's shape, instead of distorting it."
    )
    output_tensor_float_range: dict[str, float] | None = Option(
        default=None, doc="{min: 0.0, max: 1.0}: what 0 and 255 become."
    )
    output_tensor_int_range: dict[str, int] | None = Option(default=None, ge=-128, le=127, doc="The same, for int8.")
    output_tensor_uint_range: dict[str, int] | None = Option(default=None, ge=0, le=255, doc="The same, for uint8.")
    border_mode: Border = Option(
        default="BORDER_UNSPECIFIED", doc="Outside of the image: black (ZERO), else the pixels of its border."
    )

    stateful = False

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        given = [name for name in _RANGES if options[name] is not None]
        if len(given) != 1:
            help = "write 'output_tensor_float_range: {min: 0.0, max: 1.0}', as the model wants it"
            node.error("the range of the tensor's values must be given, once", help)
        for name in given:
            limits = options[name]
            if set(limits) != {"min", "max"} or not limits["min"] < limits["max"]:
                node.error(f"{name} must be a map of min and max, and max above min", "write {min: 0.0, max: 1.0}")

    def open(self, ctx: Context) -> None:
        name = next(name for name in _RANGES if getattr(self, name) is not None)
        limits = getattr(self, name)
        self._values = ValueRange(limits["min"], limits["max"], _RANGES[name])
        self._border = cv2.BORDER_CONSTANT if self.border_mode == "BORDER_ZERO" else cv2.BORDER_REPLICATE
        self._matrix_wanted = ctx.connected("matrix") > 0
        # Both are replaced as a whole, because calls may overlap: width, height and corners of the tensor before, and
        # how a whole image was cut before; from the second time on with the places of the pixels, if there are some.
        self._corners: tuple[int, int, Any] = (0, 0, None)
        self._whole: tuple[Any, Places | tuple[()] | None] = (None, None)

    def process(self, image: Image, norm_rect: NormRect = UNCONNECTED) -> ImageTensors | None:
        rect = None if norm_rect is UNCONNECTED else norm_rect
        if rect is not None and rect.width == 0 and rect.height == 0:
            return None
        if image.dtype != numpy.uint8:
            raise TypeError(f"the image has values of type {image.dtype}; they must be uint8, 0 to 255")
        size = size_of(image)
        width, height = self.output_tensor_width or size[0], self.output_tensor_height or size[1]
        roi = region.roi_of(size, rect)
        region.check_roi(roi)
        padding = _NO_PADDING
        if self.keep_aspect_ratio:
            roi, padding = region.padded(roi, width, height)
        cut = self._cut(image, roi, width, height) if rect is not None else self._cut_whole(image, roi, width, height)
        tensor = self._values.tensor(_colored(cut))
        matrix = region.matrix_of(roi, size) if self._matrix_wanted else None
        return ImageTensors(tensors=[tensor], matrix=matrix, letterbox_padding=padding)

    def _cut_whole(self, image: Image, roi: region.Roi, width: int, height: int) -> Image:
        """A cut that is the same for the next image, if that has the same size."""
        rows, columns = image.shape[:2]
        cut = (roi, width, height, rows, columns)
        before, places = self._whole
        if before != cut:
            self._whole = cut, None
        elif places is None:
            places = places_of(self._to_tensor(roi, width, height), width, height, (rows, columns))
            self._whole = cut, places
        if before != cut or not places:
            return self._cut(image, roi, width, height)
        return cv2.remap(image, *places, cv2.INTER_LINEAR, borderMode=self._border)  # type: ignore[return-value]

    def _cut(self, image: Image, roi: region.Roi, width: int, height: int) -> Image:
        if roi.height < _SPARSE * height:
            region.read_ahead(image, roi)
        matrix = self._to_tensor(roi, width, height)
        # OpenCV's stubs do not say what values it has.
        return cv2.warpPerspective(  # type: ignore[return-value]
            image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=self._border
        )

    def _to_tensor(self, roi: region.Roi, width: int, height: int) -> Any:
        """The matrix from the image to the tensor, in pixels."""
        known_width, known_height, corners = self._corners
        if (known_width, known_height) != (width, height):
            corners = numpy.array([(0, height), (0, 0), (width, 0), (width, height)], numpy.float32)
            self._corners = (width, height, corners)
        x, y, roi_width, roi_height, rotation = roi
        # OpenCV rounds to float32 itself.
        source = cv2.boxPoints(((x, y), (roi_width, roi_height), region.degrees(rotation)))
        return cv2.getPerspectiveTransform(source, corners)


def _colored(cut: Image) -> Image:
    if cut.ndim == 2:
        return cv2.cvtColor(cut, cv2.COLOR_GRAY2RGB)  # type: ignore[return-value]
    return cut if cut.shape[2] == 3 else cv2.cvtColor(cut, cv2.COLOR_RGBA2RGB)  # type: ignore[return-value]
