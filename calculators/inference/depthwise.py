"""Depthwise convolutions of one pixel, rounded as MediaPipe rounds them.

Such a convolution multiplies each channel by a number and adds another. MediaPipe's XNNPACK rounds the product and then
the sum, today's XNNPACK the sum alone. Where a hand is followed from frame to frame, that last bit grows to pixels. So
each becomes two: one that only multiplies, and one that multiplies by one and adds.
"""

from __future__ import annotations

from graphflow.calculators.inference.model_file import DAMAGE, ModelFile, Operator
from graphflow.calculators.inference.rewritten import Rewritten

_DEPTHWISE = 4
_MOST = 1 << 16
"""Channels; a damaged file may say any number."""
# Numbers of fields in the schema's tables.
_OPTIONS = 4
_STRIDES, _ACTIVATION = (1, 2), 4


def rounded_as_mediapipe(content: bytes) -> bytes:
    """The model with two operators for each depthwise convolution of one pixel; itself if it has none."""
    try:
        file = ModelFile(content)
        found = [operator for operator in file.operators(_DEPTHWISE) if _is_of_one_pixel(file, operator)]
        if not found:
            return content
        rewritten = Rewritten(file)
        for operator in found:
            source, weights, bias = operator.inputs
            (made,) = operator.outputs
            product = rewritten.tensor_like(made)
            zeros, ones = rewritten.constant(0.0, file.shape(bias)), rewritten.constant(1.0, file.shape(weights))
            multiply = rewritten.step(operator, [source, weights, zeros], product)
            rewritten.replace(operator, [multiply, rewritten.step(operator, [product, ones, bias], made)])
        return rewritten.content()
    except (ValueError, *DAMAGE):
        return content  # LiteRT says what is wrong


def _is_of_one_pixel(file: ModelFile, operator: Operator) -> bool:
    if len(operator.inputs) != 3 or operator.inputs[2] < 0:
        return False
    channels = file.shape(operator.inputs[0])[-1]
    possible = 0 < channels <= _MOST and file.field(operator.table, _OPTIONS)
    if not possible or file.shape(operator.inputs[1]) != (1, 1, 1, channels):
        return False
    options = file.target(operator.table, _OPTIONS)
    across, down = (file.number(options, field, "i") for field in _STRIDES)
    return across == down == 1 and file.number(options, _ACTIVATION, "b") == 0
