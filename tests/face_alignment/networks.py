"""Networks of the shapes of FAN's and OpenSeeFace's, whose answers can be worked out from the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from tests.onnx_files import Node, model

Array = NDArray[Any]
POINTS = 68
_RAMP = (numpy.arange(256)[None, :] + 2 * numpy.arange(256)[:, None]).astype(numpy.float32) / 10_000
_RED = 0.001


class HeatmapNetwork(NamedTuple):
    """From (1, 3, size, size) to (1, maps, side, side): map k is every n-th pixel of a channel, and a map of its own.

    Attributes:
        channels: Which channel each map shows.
        own: (maps, side, side), what is added to it.
        size: Of the input.
    """

    channels: list[int]
    own: Array
    size: int = 256

    def answer(self, picture: Array) -> Array:
        step = self.size // self.own.shape[1]
        maps: Array = picture[0, self.channels, ::step, ::step] + self.own
        return maps

    def write(self, path: Path) -> str:
        count, side, _ = self.own.shape
        chosen = numpy.zeros((count, 3, 1, 1), numpy.float32)
        chosen[range(count), self.channels] = 1
        step = self.size // side
        nodes = [
            Node("Conv", ["picture", "chosen"], ["seen"], {"kernel_shape": [1, 1], "strides": [step, step]}),
            Node("Add", ["seen", "own"], ["heatmaps"]),
        ]
        shapes = {"picture": (1, 3, self.size, self.size)}, {"heatmaps": (1, count, side, side)}
        path.write_bytes(model(nodes, *shapes, {"chosen": chosen, "own": self.own[None]}))
        return str(path)


def fan(seed: int) -> HeatmapNetwork:
    """As 2DFAN-4 and 3DFAN-4. Half of the maps have a peak, at the border too; the others leave it to the picture."""
    random = numpy.random.default_rng(seed)
    own = numpy.zeros((POINTS, 64, 64), numpy.float32)
    peaked = numpy.arange(0, POINTS, 2)
    own[peaked, random.integers(0, 64, len(peaked)), random.integers(0, 64, len(peaked))] = 2
    own[[0, 2], [0, 63], [63, 0]] = 3
    return HeatmapNetwork(random.integers(0, 3, POINTS).tolist(), own)


def open_see_face(seed: int) -> HeatmapNetwork:
    """As OpenSeeFace's: 66 heatmaps with a peak each, then offsets between 0 and 1, which the picture changes."""
    random = numpy.random.default_rng(seed)
    own = random.random((198, 28, 28), numpy.float32) * numpy.float32(0.5)
    own[numpy.arange(66), random.integers(0, 28, 66), random.integers(0, 28, 66)] = 9
    return HeatmapNetwork(random.integers(0, 3, 198).tolist(), own, size=224)


def depths(seen: Array) -> Array:
    """What the second network answers to (1, 71, 256, 256): where each point's spot is, and how red the picture is."""
    spots: Array = (seen[0, 3:].astype(float) * _RAMP).sum(axis=(1, 2))
    return spots + _RED * (seen[0, 0].astype(float) * _RAMP).sum()


def write_depth_network(path: Path) -> str:
    mixed = numpy.zeros((3 + POINTS, POINTS), numpy.float32)
    mixed[3:] = numpy.eye(POINTS)
    mixed[0] = _RED
    nodes = [
        Node("Mul", ["seen", "ramp"], ["weighted"]),
        Node("ReduceSum", ["weighted"], ["sums"], {"axes": [2, 3], "keepdims": 0}),
        Node("MatMul", ["sums", "mixed"], ["depths"]),
    ]
    shapes = {"seen": (1, 3 + POINTS, 256, 256)}, {"depths": (1, POINTS)}
    path.write_bytes(model(nodes, *shapes, {"ramp": _RAMP, "mixed": mixed}))
    return str(path)
