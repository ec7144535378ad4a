"""MediaPipe 0.10.21 in a Python of its own, which is handed frames as an array."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy
from numpy.typing import NDArray

from graphflow.calculators.geometry.canonical_face import WEIGHTS, canonical_face

SCRIPTS = Path(__file__).resolve().parent.parent / "peer"


@dataclass(frozen=True, slots=True)
class Speed:
    """What a run took.

    Attributes:
        rate: Frames per second.
        cpu: Processor time per frame, in milliseconds.
    """

    rate: float
    cpu: float


class PeerError(Exception):
    """MediaPipe's Python failed; the message has what it said."""


class Peer:
    """MediaPipe's Face Mesh on one clip.

    Args:
        python: An interpreter that has mediapipe.
        folder: For files between the two, one of which holds all frames.
        frames: RGB, all of one size.
    """

    def __init__(self, python: str, folder: Path, frames: Sequence[NDArray[numpy.uint8]]) -> None:
        self._python = python
        self._clip = folder / "clip.npy"
        self._found = folder / "found.npz"
        clip = numpy.lib.format.open_memmap(  # type: ignore[no-untyped-call]
            self._clip, "w+", numpy.uint8, (len(frames), *frames[0].shape)
        )
        for index, frame in enumerate(frames):
            clip[index] = frame
        del clip

    def landmarks(
        self, faces: int, *, static: bool = False, refine: bool = False
    ) -> tuple[NDArray[numpy.float32], Speed]:
        """What it finds, and how fast it is, models loaded.

        Args:
            faces: How many to look for.
            static: Whether to detect on every frame.
            refine: Whether to use the model with attention.

        Returns:
            (frames, faces, points, 3), relative to the image, NaN where there is no face.

        Raises:
            PeerError: It failed.
        """
        options = ["--faces", str(faces), "--time", *["--static"] * static, *["--refine"] * refine]
        said = run(self._python, "mediapipe_face_mesh.py", str(self._clip), str(self._found), *options)
        rate, cpu = (re.search(rf"([\d.]+){unit}", said) for unit in (" frames/s", " ms/frame"))
        if not rate or not cpu:
            raise PeerError(f"no times in: {said}")
        with numpy.load(self._found) as arrays:
            return arrays["landmarks"], Speed(float(rate[1]), float(cpu[1]))

    def geometry(self, faces: int) -> dict[str, NDArray[numpy.float32]]:
        """What its face geometry makes of its own landmarks.

        Returns:
            ``landmarks`` (frames, faces, 468, 3), relative to the image, ``metric`` likewise, in centimetres, and
            ``poses`` (frames, faces, 4, 4); NaN where there is no face.

        Raises:
            PeerError: It failed.
        """
        canonical = self._found.with_name("canonical.npz")
        face = canonical_face()
        texture = face.texture * (1, -1) + (0, 1)  # MediaPipe counts from the upper corner
        numpy.savez(
            canonical,
            vertices=numpy.hstack([face.vertices, texture]),
            triangles=face.triangles,
            ids=numpy.array(list(WEIGHTS)),
            weights=numpy.array(list(WEIGHTS.values())),
        )
        options = [str(self._clip), str(canonical), str(self._found), "--faces", str(faces)]
        run(self._python, "mediapipe_face_geometry.py", *options)
        with numpy.load(self._found) as arrays:
            return dict(arrays)


@contextmanager
def peer_of(python: str, frames: Sequence[NDArray[numpy.uint8]]) -> Iterator[Peer]:
    """A `Peer` whose files live as long as the block."""
    with tempfile.TemporaryDirectory() as folder:
        yield Peer(python, Path(folder), frames)


def run(python: str, script: str, *arguments: str) -> str:
    """Run one of the scripts in tools/peer, and return what it printed.

    Raises:
        PeerError: It failed.
    """
    command = [python, str(SCRIPTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise PeerError(f"{' '.join(command[:2])}: {last[0]}")
    return done.stdout
