"""FaceLandmarksToRenderData: the points of a face and its contours."""

from __future__ import annotations

from graphflow.calculators.drawing.face_connections import FACE_CONNECTIONS
from graphflow.calculators.drawing.landmarks_to_render_data import LandmarksToRenderData


class FaceLandmarksToRenderData(LandmarksToRenderData):
    """Say how to draw the landmarks of a face: the lines along lips, eyes, brows and the oval, and all points."""

    def connections(self) -> list[tuple[int, int]]:
        """The contours of a face, after those of the options."""
        own = self.landmark_connections
        return [*zip(own[::2], own[1::2], strict=True), *FACE_CONNECTIONS]
