"""FaceLandmarksModelLoader: the model of the face's landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import Calculator, SidePackets
from graphflow.models import Model, load_model

_PLAIN = "face_landmark.tflite"
_WITH_ATTENTION = "face_landmark_with_attention.tflite"


class LoadedModel(SidePackets):
    """The side packets of FaceLandmarksModelLoader.

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
        if "with_attention" not in side_packets:  # not known yet, or left to the default
            return (_PLAIN,)
        return (_model(side_packets["with_attention"]),)

    def open(self, with_attention: bool = False) -> LoadedModel:
        return LoadedModel(model=load_model(_model(with_attention)))


def _model(with_attention: bool) -> str:
    return _WITH_ATTENTION if with_attention else _PLAIN
