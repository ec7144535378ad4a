"""MediaPipe 0.10.21 in a Python of its own, which is handed frames as an array."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
from numpy.typing import NDArray

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


def landmarks(
    python: str, frames: Sequence[NDArray[numpy.uint8]], faces: int, *, static: bool = False, refine: bool = False
) -> tuple[NDArray[numpy.float32], Speed]:
    """What MediaPipe's Face Mesh finds.

    Args:
        python: An interpreter that has mediapipe.
        frames: RGB, all of one size.
        faces: How many to look for.
        static: Whether to detect on every frame.
        refine: Whether to use the model with attention.

    Returns:
        (frames, faces, points, 3), relative to the image, NaN where there is no face; and how fast it was.

    Raises:
        PeerError: It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        clip, found = Path(folder, "clip.npy"), Path(folder, "found.npz")
        numpy.save(clip, numpy.stack(list(frames)))
        options = ["--faces", str(faces), "--time", *["--static"] * static, *["--refine"] * refine]
        said = run(python, "mediapipe_face_mesh.py", str(clip), str(found), *options)
        rate, cpu = (re.search(rf"([\d.]+){unit}", said) for unit in (" frames/s", " ms/frame"))
        if not rate or not cpu:
            raise PeerError(f"no times in: {said}")
        with numpy.load(found) as arrays:
            return arrays["landmarks"], Speed(float(rate[1]), float(cpu[1]))


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
