"""Thresholding: is a number large enough?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Outputs

Number = float
"""In this file ``float`` is also the name of a port."""


class Judged(Outputs):
    """The outputs of Thresholding.

    Args:
        flag: Whether the number is above the threshold.
        accept: True, where it is.
        reject: False, where it is not.
    """

    flag: bool | None = None
    accept: bool | None = None
    reject: bool | None = None


class Thresholding(Calculator):
    """Compare numbers with a threshold.

    Args:
        float: Numbers.
        threshold: A side packet, in place of the option; or a stream, whose latest value holds after the option.
    """

    threshold: float | None = Option(default=None, doc="What numbers must be above.")

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if options["threshold"] is not None and node.side_packets.get("threshold"):
            node.error("the threshold is an option and also a side packet", "keep one of the two", "threshold")

    def open(self, threshold: float = UNCONNECTED) -> None:
        self._threshold = (self.threshold or 0.0) if threshold is UNCONNECTED else threshold

    def process(self, float: Number, threshold: Number | None = UNCONNECTED) -> Judged:
        if threshold is not UNCONNECTED and threshold is not None:
            self._threshold = threshold
        if float > self._threshold:
            return Judged(flag=True, accept=True)
        return Judged(flag=False, reject=False)
