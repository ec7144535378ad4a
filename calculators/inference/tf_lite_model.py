"""TfLiteModel: a model out of a file's content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import UNCONNECTED, Calculator, NodeCheck, SidePackets
from graphflow.models import Model, model_of

_INPUTS = ("model_resource", "model_blob", "model_span")


class TfLiteModels(SidePackets):
    """The side packets of TfLiteModel.

    Args:
        model: For Inference.
        shared_model: The same.
    """

    model: Model | None = None
    shared_model: Model | None = None


class TfLiteModel(Calculator):
    """Hand a model on to Inference.

    Args:
        model_resource: From ResourceProvider.
        model_blob: The bytes of the model's file, instead.
        model_span: Likewise.
    """

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one model."""
        if sum(node.connected(name) for name in _INPUTS) != 1:
            node.error(f"one of the side packets {', '.join(_INPUTS)} must be connected", "keep one of them")

    def open(
        self, model_resource: Model = UNCONNECTED, model_blob: bytes = UNCONNECTED, model_span: bytes = UNCONNECTED
    ) -> TfLiteModels:
        content = model_span if model_blob is UNCONNECTED else model_blob
        model = model_of(content) if model_resource is UNCONNECTED else model_resource
        return TfLiteModels(model=model, shared_model=model)
