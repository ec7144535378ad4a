"""Selfie Segmentation: which pixels are of a person."""

from __future__ import annotations

from typing import Any

from graphflow.solutions.solution_base import SolutionBase


class SelfieSegmentation(SolutionBase):
    """Finds the pixels of persons.

    Args:
        model_selection: 0 for the general model, 1 for the one for wide pictures, which is faster.
    """

    def __init__(self, model_selection: int = 0) -> None:
        super().__init__(
            "mediapipe/modules/selfie_segmentation/selfie_segmentation_cpu.binarypb",
            side_inputs={"model_selection": model_selection},
            outputs=["segmentation_mask"],
        )

    def process(self, image: Any) -> Any:
        """``segmentation_mask``: how much each pixel of an RGB picture is of a person, 0 to 1."""
        return super().process(image)
