"""ColorConvert: images with other channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Outputs
from graphflow.calculators.types import Image

_CODES = {
    ("rgba_in", "rgb_out"): cv2.COLOR_RGBA2RGB,
    ("gray_in", "rgb_out"): cv2.COLOR_GRAY2RGB,
    ("rgb_in", "gray_out"): cv2.COLOR_RGB2GRAY,
    ("rgb_in", "rgba_out"): cv2.COLOR_RGB2RGBA,
    ("bgra_in", "rgba_out"): cv2.COLOR_BGRA2RGBA,
    ("rgba_in", "bgra_out"): cv2.COLOR_RGBA2BGRA,
    ("bgr_in", "rgb_out"): cv2.COLOR_BGR2RGB,
}
_CHANNELS = {"gray_in": 1, "rgb_in": 3, "bgr_in": 3, "rgba_in": 4, "bgra_in": 4}


class ConvertedImage(Outputs):
    """The outputs of ColorConvert, one of them.

    Args:
        rgb_out: Red, green and blue.
        rgba_out: The same with alpha, which is 255 where there was none.
        bgra_out: In another order.
        gray_out: Of one channel, (height, width).
    """

    rgb_out: Image | None = None
    rgba_out: Image | None = None
    bgra_out: Image | None = None
    gray_out: Image | None = None


class ColorConvert(Calculator):
    """Convert images, from the channels that the connected input tells to those of the connected output.

    It takes RGBA to RGB or BGRA, grey to RGB, RGB to grey or RGBA, BGRA to RGBA, and BGR to RGB.

    Args:
        rgb_in: Red, green and blue; to grey it may have alpha, which does not count.
        rgba_in: The same with alpha.
        bgr_in: In another order.
        bgra_in: Likewise.
        gray_in: Of one channel.
    """

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that it is one of the ways."""
        inputs, outputs = [name for name in _CHANNELS if node.connected(name)], list(node.outputs)
        if len(inputs) != 1 or len(outputs) != 1 or (inputs[0], outputs[0]) not in _CODES:
            ways = ", ".join(f"{source} to {target}" for source, target in _CODES)
            node.error("one input and one output must be connected, of a way that there is", f"the ways are {ways}")

    def open(self, ctx: Context) -> None:
        self._output = next(target for _, target in _CODES if ctx.connected(target) > 0)
        self._codes = {source: code for (source, target), code in _CODES.items() if target == self._output}

    def process(
        self,
        rgb_in: Image = UNCONNECTED,
        rgba_in: Image = UNCONNECTED,
        bgr_in: Image = UNCONNECTED,
        bgra_in: Image = UNCONNECTED,
        gray_in: Image = UNCONNECTED,
    ) -> ConvertedImage:
        given = {"rgb_in": rgb_in, "rgba_in": rgba_in, "bgr_in": bgr_in, "bgra_in": bgra_in, "gray_in": gray_in}
        port, image = next((port, image) for port, image in given.items() if image is not UNCONNECTED)
        channels = image.shape[2] if image.ndim == 3 else 1
        if channels != _CHANNELS[port] and (channels, self._output) != (4, "gray_out"):
            raise ValueError(f"'{port}' takes images of {_CHANNELS[port]} channels; this one has {channels}")
        converted: Any = cv2.cvtColor(image, self._codes[port])
        return ConvertedImage(**{self._output: converted})
