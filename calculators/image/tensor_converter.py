"""TensorConverter: a whole image, as it is, as a model's input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Option, Outputs
from graphflow.calculators.types import Image, Mask, Tensor, Tensors

Float = numpy.float32


class ConvertedTensor(Outputs):
    """The outputs of TensorConverter, one of the two.

    Args:
        tensors: A list of one tensor: (1, rows, columns, channels).
        tensor: The tensor itself.
    """

    tensors: Tensors | None = None
    tensor: Tensor | None = None


class TensorConverter(Calculator):
    """Bring the values of each image to the range that a model wants. Nothing is cut out and nothing is resized.

    Each value is multiplied, rounded to float32, and added to, as in MediaPipe.

    Args:
        image: Images of 0 to 255, or masks; their values are scaled in the same way.
        matrix: Numbers, instead of an image; they stay as they are.
    """

    parallel = True

    zero_center: bool = Option(default=True, doc="Whether 0 to 255 becomes -1 to 1, not 0 to 1.")
    output_tensor_float_range: dict[str, float] | None = Option(
        default=None, doc="{min: 0.0, max: 1.0}: what 0 and 255 become, whatever zero_center says."
    )
    use_custom_normalization: bool = Option(
        default=False, doc="Whether a value becomes value / custom_div - custom_sub, whatever the options above say."
    )
    custom_div: float = Option(default=-1.0, doc="See use_custom_normalization.")
    custom_sub: float = Option(default=-1.0, doc="See use_custom_normalization.")
    flip_vertically: bool = Option(default=False, doc="Whether to turn images upside down.")
    max_num_channels: int = Option(default=3, ge=1, le=4, doc="How many channels to take at most: 1, 3 or 4.")
    use_quantized_tensors: bool = Option(default=False, doc="Whether images stay as they are, in uint8.")
    row_major_matrix: bool = Option(
        default=False, doc="Whether to write a matrix row by row; otherwise column by column, in the same shape."
    )

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one input, one output and a range."""
        if node.connected("image") + node.connected("matrix") != 1:
            node.error("one of the inputs 'image' and 'matrix' must be connected", "keep one of the two")
        if len(node.outputs) != 1:
            node.error("one of the outputs 'tensors' and 'tensor' must be connected", "keep one of the two")
        if options["max_num_channels"] == 2:
            node.error("max_num_channels must be 1, 3 or 4")
        if options["use_custom_normalization"] and min(options["custom_div"], options["custom_sub"]) < 0:
            node.error("custom_div and custom_sub must be given, and not be negative", "write {custom_div: 127.5, ...}")
        if options["use_custom_normalization"] and options["custom_div"] == 0:
            node.error("custom_div must be above 0")
        limits = options["output_tensor_float_range"]
        if limits is not None and (set(limits) != {"min", "max"} or not limits["min"] < limits["max"]):
            node.error("output_tensor_float_range must be a map of min and max, and max above min")

    def open(self, ctx: Context) -> None:
        low, high = (-1.0, 1.0) if self.zero_center else (0.0, 1.0)
        if self.output_tensor_float_range is not None:
            low, high = self.output_tensor_float_range["min"], self.output_tensor_float_range["max"]
        if self.use_custom_normalization:
            low, high = -self.custom_sub, -self.custom_sub + 255 / self.custom_div
        self._low = Float(low)
        self._scale = (Float(high) - self._low) / Float(255)
        self._single = ctx.connected("tensor") > 0

    def process(self, image: Image | Mask = UNCONNECTED, matrix: NDArray[Any] = UNCONNECTED) -> ConvertedTensor:
        tensor = self._of_matrix(matrix) if image is UNCONNECTED else self._of_image(image)
        tensor.flags.writeable = False
        return ConvertedTensor(tensor=tensor) if self._single else ConvertedTensor(tensors=[tensor])

    def _of_image(self, image: NDArray[Any]) -> Tensor:
        if image.ndim == 2:
            image = image[:, :, None]
        image = image[:: -1 if self.flip_vertically else 1, :, : self.max_num_channels]
        if self.use_quantized_tensors:
            if image.dtype != numpy.uint8:
                raise TypeError(
                    f"the image has values of type {image.dtype}; for a quantised tensor they must be uint8"
                )
            return numpy.ascontiguousarray(image)[None]
        tensor = numpy.empty((1, *image.shape), Float)
        numpy.multiply(image, self._scale, out=tensor[0], dtype=Float)
        if self._low != 0:
            tensor += self._low
        return tensor

    def _of_matrix(self, matrix: NDArray[Any]) -> Tensor:
        numbers = numpy.asarray(matrix, Float)
        return numbers.flatten("C" if self.row_major_matrix else "F").reshape(1, *matrix.shape, 1)
