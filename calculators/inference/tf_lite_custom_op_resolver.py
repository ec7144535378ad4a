"""TfLiteCustomOpResolver: nothing to do, because Inference knows MediaPipe's operators."""

from __future__ import annotations

from graphflow import Calculator, Option, SidePackets


class OpResolver(SidePackets):
    """The side packets of TfLiteCustomOpResolver.

    Args:
        op_resolver: A word, for whoever shows side packets.
        out: The same.
    """

    op_resolver: str = ""
    out: str = ""


class TfLiteCustomOpResolver(Calculator):
    """Say that operators come from graphflow, in graphs of MediaPipe's; Inference needs no telling."""

    use_gpu: bool = Option(default=False, doc="Nothing depends on it here.")

    def open(self) -> OpResolver:
        return OpResolver(op_resolver="graphflow", out="graphflow")
