"""TensorsToFloats: numbers out of a model's output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from graphflow import Calculator, Context, NodeCheck, Option, Outputs
from graphflow.calculators.inference.sigmoid import sigmoid
from graphflow.calculators.types import Tensors

Number = float
"""In this file ``float`` is also the name of a port."""


class Floats(Outputs):
    """The outputs of TensorsToFloats, one of the two.

    Args:
        float: The only number.
        floats: All numbers.
    """

    float: Number | None = None
    floats: list[Number] | None = None


class TensorsToFloats(Calculator):
    """Take the numbers of the first tensor.

    Args:
        tensors: A model's output.
    """

    activation: Literal["NONE", "SIGMOID"] = Option(default="NONE", doc="What the numbers still have to go through.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if len(node.outputs) != 1:
            node.error("one of the outputs 'float' and 'floats' must be connected", "keep one of the two")

    def open(self, ctx: Context) -> None:
        self._single = ctx.connected("float") > 0

    def process(self, tensors: Tensors) -> Floats:
        values = tensors[0].ravel().tolist()
        if self.activation == "SIGMOID":
            values = [sigmoid(value) for value in values]
        if not self._single:
            return Floats(floats=values)
        if len(values) != 1:
            raise ValueError(f"there are {len(values)} numbers, not one: connect 'floats' instead of 'float'")
        return Floats(float=values[0])
