"""What a face landmarker finds on a clip, ours or MediaPipe Tasks'."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from tools.solutions.sides import Side, both_sides
from tools.solutions.table import SOLUTIONS

INTERVAL = 80_000
"""Microseconds from frame to frame."""

Frames = Sequence[NDArray[numpy.uint8]]
Floats = NDArray[numpy.float32]


@dataclass
class Found:
    """What is on the frames, NaN where there is no face.

    Attributes:
        landmarks: (frames, faces, 478, 3), relative to the image.
        blendshapes: (frames, faces, 52).
        matrices: (frames, faces, 4, 4), in centimetres.
        names: Of the blendshapes.
    """

    landmarks: Floats
    blendshapes: Floats
    matrices: Floats
    names: list[str] = field(default_factory=list)

    @classmethod
    def nothing(cls, frames: int, faces: int) -> Found:
        """Room for results."""

        def room(*shape: int) -> Floats:
            return numpy.full((frames, faces, *shape), numpy.nan, numpy.float32)

        return cls(room(478, 3), room(52), room(4, 4))

    @classmethod
    def read(cls, path: Path) -> Found:
        """Out of an archive of NumPy's."""
        with numpy.load(path) as arrays:
            return cls(arrays["landmarks"], arrays["blendshapes"], arrays["matrices"], arrays["names"].tolist())


def module(**options: Any) -> Graph:
    """What finds faces, without anything around it."""
    return Graph.load(bundled_graphs() / "modules" / "face_landmarker.yaml", options=options)


def ours(graph: Graph, frames: Frames, **side_packets: Any) -> Found:
    """What our graph finds.

    Args:
        graph: `module`.
        frames: RGB.
        side_packets: Of the module.
    """
    found = Found.nothing(len(frames), side_packets.get("num_faces", 1))

    def keep(time_of: int, faces: Sequence[Any], table: Floats, read: Any) -> None:
        for slot, face in zip(table[time_of // INTERVAL], faces, strict=False):
            slot[:] = read(face)

    def scores(face: Any) -> list[float]:
        found.names = [one.label for one in face]
        return [one.score for one in face]

    with graph.start(side_packets) as run:
        run.observe("norm_landmarks", lambda p: keep(p.timestamp, p.value, found.landmarks, lambda face: face.points))
        run.observe("blendshapes", lambda p: keep(p.timestamp, p.value, found.blendshapes, scores))
        run.observe("face_geometry", lambda p: keep(p.timestamp, p.value, found.matrices, lambda face: face.pose))
        for index, frame in enumerate(frames):
            run.send("image", frame, timestamp=index * INTERVAL, owned=True)
        run.wait_until_idle()
    return found


def theirs(python: str, bundle: str, frames: Frames, faces: int = 1, *, static: bool = False) -> Found:
    """What MediaPipe Tasks finds.

    Args:
        python: An interpreter that has mediapipe.
        bundle: As for our graph.
        frames: RGB, of one size.
        faces: How many to look for.
        static: Whether each frame is a picture by itself.
    """
    with sides(python, bundle, frames, faces) as (_, (peer,)):
        return Found.read(peer.find(static)[1])


def sides(
    python: str, bundle: str, frames: Frames, faces: int, **more: Any
) -> AbstractContextManager[tuple[list[Side], list[Side]]]:
    """Our process and MediaPipe Tasks'; `more` is `options` of our graph and `threads` that run it."""
    solution = SOLUTIONS["face_landmarker"]
    side = {**solution.side, "bundle": bundle, "num_faces": faces}
    return both_sides(python, "face_landmarker", frames, side, **{"options": {}, "threads": None} | more)
