"""Mux: one of several streams, as a number says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import graphflow
from graphflow import UNCONNECTED, Calculator, Default, Many, NodeCheck

T = TypeVar("T")


class Mux(Calculator):
    """Send the packet of the stream that `select` names, at the times of `select`.

    The other streams are not waited for; what they had up to that time is dropped. With `select` as a side packet, one
    stream is chosen for the whole run.

    Args:
        input: Streams of one type.
        select: Number of the stream, from 0.
        output: What was chosen.
    """

    input_policy = graphflow.Mux()

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Without a stream that selects, times are those of the inputs."""
        if not node.connected("select"):
            node.error("'select' is not connected", "connect a stream or a side packet that carries numbers from 0")
        elif "select" not in node.inputs:
            node.set_policy(Default())

    def open(self, select: int = UNCONNECTED) -> None:
        self._fixed = select

    def process(self, input: Many[T | None], select: int | None = UNCONNECTED) -> Annotated[T | None, "output"]:
        index = self._fixed if select is UNCONNECTED else select
        if index is None:
            return None
        if not 0 <= index < len(input):
            raise IndexError(f"select is {index}, but the inputs are numbered 0 to {len(input) - 1}")
        return input[index]
