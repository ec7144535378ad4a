"""What a face landmarker finds on a clip, ours or MediaPipe Tasks'."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from tools.face_mesh.peer import Speed, run

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
        shapes = ((478, 3), (52,), (4, 4))
        return cls(*(numpy.full((frames, faces, *shape), numpy.nan, numpy.float32) for shape in shapes))

    @classmethod
    def read(cls, path: Path) -> Found:
        """Out of an archive of NumPy's."""
        with numpy.load(path) as arrays:
            return cls(arrays["landmarks"], arrays["blendshapes"], arrays["matrices"], arrays["names"].tolist())


def module(input_size: int = 256, model_threads: int = 1) -> Graph:
    """What finds faces, without anything around it.

    Args:
        input_size: Of the bundle's landmark net.
        model_threads: That work on one image.
    """
    options = {"input_size": input_size, "threads": model_threads}
    return Graph.load(bundled_graphs() / "modules" / "face_landmarker.yaml", options=options)


def ours(
    graph: Graph, frames: Frames, *, passes: int = 1, threads: int | None = None, **side_packets: Any
) -> tuple[Found, Speed]:
    """What our graph finds.

    Args:
        graph: `module`.
        frames: RGB.
        passes: How often it sees them; the first counts for what it finds, the last for how fast.
        threads: Threads that run the graph; without, the thread that sends.
        side_packets: Of the module.
    """
    found = Found.nothing(len(frames), side_packets.get("num_faces", 1))

    def keep(time_of: int, faces: Sequence[Any], table: Floats, read: Any) -> None:
        if time_of < len(frames) * INTERVAL:
            for slot, face in zip(table[time_of // INTERVAL], faces, strict=False):
                slot[:] = read(face)

    def scores(face: Any) -> list[float]:
        found.names = [one.label for one in face]
        return [one.score for one in face]

    with graph.start(side_packets, threads=threads) as run:
        run.observe("norm_landmarks", lambda p: keep(p.timestamp, p.value, found.landmarks, lambda face: face.points))
        run.observe("blendshapes", lambda p: keep(p.timestamp, p.value, found.blendshapes, scores))
        run.observe("face_geometry", lambda p: keep(p.timestamp, p.value, found.matrices, lambda face: face.pose))
        run.wait_until_idle()  # models are loaded before the clock starts
        for turn in range(passes):
            cpu, wall = time.process_time(), time.perf_counter()
            for index, frame in enumerate(frames, turn * len(frames)):
                run.send("image", frame, timestamp=index * INTERVAL, owned=True)
            run.wait_until_idle()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return found, Speed(len(frames) / wall, cpu / len(frames) * 1e3)


def theirs(python: str, bundle: str, frames: Frames, faces: int = 1, *, static: bool = False) -> tuple[Found, Speed]:
    """What MediaPipe Tasks finds.

    Args:
        python: An interpreter that has mediapipe.
        bundle: The file.
        frames: RGB, of one size.
        faces: How many to look for.
        static: Whether each frame is a picture by itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        clip, out = Path(folder, "clip.npy"), Path(folder, "found.npz")
        numpy.save(clip, numpy.stack(frames))
        options = ["--faces", str(faces), *["--static"] * static]
        said = run(python, "mediapipe_tasks.py", bundle, str(clip), str(out), *options)
        numbers = re.search(r"([\d.]+) frames/s, ([\d.]+) ms", said)
        assert numbers, said
        return Found.read(out), Speed(float(numbers[1]), float(numbers[2]))
