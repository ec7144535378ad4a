"""Convolutions that make one channel, in a form that XNNPACK is fast at.

XNNPACK computes eight or more channels of a convolution at once, and throws away what is too much. Masks have one. The
same sum is a depthwise convolution, which takes each channel for itself, and then the sum of its channels. The mask of
a body took 1.6 ms, and takes 0.5; the last bit of its numbers is another one.
"""

from __future__ import annotations

from graphflow.calculators.inference.model_file import DAMAGE, ModelFile, Operator
from graphflow.calculators.inference.rewritten import Rewritten

_CONVOLUTION, _DEPTHWISE = 3, 4
_OPTIONS = 4
_PADDING, _STRIDES, _ACTIVATION, _DILATIONS = 0, (1, 2), 3, (4, 5)
_MOST = 16
"""Channels that are read; with many the sum is fast as it is."""
_PIXELS = 128 * 128
"""Fewer are not worth it."""


def with_fast_single_channels(content: bytes) -> bytes:
    """The model with two operators for each large convolution that makes one channel; itself if it has none."""
    try:
        file = ModelFile(content)
        found = [operator for operator in file.operators(_CONVOLUTION) if _makes_one_channel(file, operator)]
        code = next((place for place, code in enumerate(file.codes) if code.builtin == _DEPTHWISE), None)
        if not found or code is None:
            return content
        rewritten = Rewritten(file)
        for operator in found:
            source, weights, bias = operator.inputs
            (made,) = operator.outputs
            channels = file.shape(source)[-1]
            product = rewritten.tensor_like(source)
            zeros, ones = rewritten.constant(0.0, (channels,)), rewritten.constant(1.0, (1, 1, 1, channels))
            # The weights of a convolution to one channel are laid out as those of a depthwise one.
            multiply = rewritten.depthwise_convolution(code, [source, weights, zeros], product)
            rewritten.replace(operator, [multiply, rewritten.step(operator, [product, ones, bias], made)])
        return rewritten.content()
    except (ValueError, *DAMAGE):
        return content  # LiteRT says what is wrong


def _makes_one_channel(file: ModelFile, operator: Operator) -> bool:
    if len(operator.inputs) != 3 or operator.inputs[2] < 0:
        return False
    weights, pixels = file.shape(operator.inputs[1]), file.shape(operator.inputs[0])
    if len(weights) != 4 or weights[0] != 1 or weights[1:3] == (1, 1) or not 1 < weights[3] <= _MOST:
        return False
    if len(pixels) != 4 or pixels[0] * pixels[1] * pixels[2] < _PIXELS or not file.field(operator.table, _OPTIONS):
        return False
    options = file.target(operator.table, _OPTIONS)
    plain = [file.number(options, field, "b") == 0 for field in (_PADDING, _ACTIVATION)]
    ones = [file.number(options, field, "i", 1) == 1 for field in (*_STRIDES, *_DILATIONS)]
    return all((*plain, *ones))
