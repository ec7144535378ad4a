"""SsdAnchors: the boxes that a single-shot detector's output refers to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy

from graphflow import Calculator, NodeCheck, Option, SidePackets
from graphflow.calculators.types import Anchors

Float = numpy.float32


class MadeAnchors(SidePackets):
    """The side packets of SsdAnchors.

    Args:
        out: The anchors, in the order of the detector's output.
    """

    out: Anchors


class SsdAnchors(Calculator):
    """Make the anchors of a single-shot detector: a few boxes on each cell of each of its grids.

    Layers with equal strides that follow each other share a grid. Cells are counted row by row.
    """

    input_size_width: int = Option(ge=1, doc="Width of the detector's input, in pixels.")
    input_size_height: int = Option(ge=1, doc="Height of the detector's input, in pixels.")
    min_scale: float = Option(default=0.0, ge=0, doc="Size of the first layer's boxes, relative to the input.")
    max_scale: float = Option(default=1.0, ge=0, doc="Size of the last layer's boxes, relative to the input.")
    anchor_offset_x: float = Option(default=0.5, doc="Where in a cell the boxes' centre is, in cells.")
    anchor_offset_y: float = Option(default=0.5, doc="Where in a cell the boxes' centre is, in cells.")
    num_layers: int = Option(ge=1, doc="How many layers there are.")
    strides: list[int] = Option(ge=1, doc="For each layer the pixels of the input from cell to cell.")
    aspect_ratios: list[float] = Option(default=[1.0], gt=0, doc="Width over height of each box on a cell.")
    reduce_boxes_in_lowest_layer: bool = Option(default=False, doc="Whether the first layer has three fixed boxes.")
    interpolated_scale_aspect_ratio: float = Option(
        default=1.0, ge=0, doc="Width over height of one more box, between this layer's size and the next; 0: without."
    )
    fixed_anchor_size: bool = Option(default=False, doc="Whether all boxes are as large as the input.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if len(options["strides"]) != options["num_layers"]:
            node.error(f"num_layers is {options['num_layers']}, but there are {len(options['strides'])} strides")

    def open(self) -> MadeAnchors:
        rows = [row for stride, layers in self._grids() for row in self._grid(stride, layers)]
        anchors = numpy.array(rows, numpy.float32).reshape(-1, 4)
        anchors.flags.writeable = False
        return MadeAnchors(out=anchors)

    def _grids(self) -> Iterator[tuple[int, list[int]]]:
        """Strides, each with the layers that share its grid."""
        for stride, group in groupby(enumerate(self.strides), key=lambda item: item[1]):
            yield stride, [layer for layer, _ in group]

    def _grid(self, stride: int, layers: list[int]) -> Iterator[tuple[float, float, float, float]]:
        width = math.ceil(self.input_size_width / stride)
        height = math.ceil(self.input_size_height / stride)
        sizes = [size for layer in layers for size in self._sizes(layer)]
        for y in range(height):
            for x in range(width):
                for box_width, box_height in sizes:
                    yield (x + self.anchor_offset_x) / width, (y + self.anchor_offset_y) / height, box_width, box_height

    def _sizes(self, layer: int) -> list[tuple[float, float]]:
        """Width and height of the boxes that a layer puts on each cell. All steps are those of float32."""
        scale = self._scale(layer)
        if layer == 0 and self.reduce_boxes_in_lowest_layer:
            boxes = [(Float(0.1), Float(1)), (scale, Float(2)), (scale, Float(0.5))]
        else:
            boxes = [(scale, Float(ratio)) for ratio in self.aspect_ratios]
            if self.interpolated_scale_aspect_ratio > 0:
                following = Float(1) if layer == self.num_layers - 1 else self._scale(layer + 1)
                boxes.append((numpy.sqrt(scale * following), Float(self.interpolated_scale_aspect_ratio)))
        if self.fixed_anchor_size:
            return [(1.0, 1.0)] * len(boxes)
        return [(float(size * numpy.sqrt(ratio)), float(size / numpy.sqrt(ratio))) for size, ratio in boxes]

    def _scale(self, layer: int) -> Float:
        lowest, highest = Float(self.min_scale), Float(self.max_scale)
        if self.num_layers == 1:
            return (lowest + highest) * Float(0.5)
        return Float(float(lowest) + float(highest - lowest) * layer / (self.num_layers - 1))
