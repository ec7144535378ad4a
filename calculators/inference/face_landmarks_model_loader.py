"""FaceLandmarksModelLoader: the model of the face's landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import Calculator, SidePackets
from graphflow.models import Model, load_model

_PLAIN = "face_landmark.tflite"


class LoadedModel(SidePackets):
    """What the loader makes.

    Args:
        model: For Inference.
    """

    model: Model


class FaceLandmarksModelLoader(Calculator):
    """Load the model that finds the landmarks of a face.

    Args:
        with_attention: Whether to take the one that looks closer at eyes and lips.
    """

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The models that a node with these side packets loads."""
        return (_PLAIN,)

    def open(self, with_attention: bool = False) -> LoadedModel:
        """Load it."""
        if with_attention:
            raise NotImplementedError(
                "with_attention: true is not there yet: the attention model needs operators that LiteRT lacks; "
                "leave with_attention out, or set it to false"
            )
        return LoadedModel(model=load_model(_PLAIN))
