"""Write MediaPipe Tasks' figures for the clips of the tests: python -m tools.face_landmarker.golden PEER_PYTHON.

PEER_PYTHON has mediapipe 0.10.21.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy

from tools.face_landmarker.found import theirs
from tools.face_mesh.clips import Frame, clips

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden" / "face_landmarker"
BUNDLE = "face_landmarker.task"


def cases() -> dict[str, tuple[list[Frame], int, bool]]:
    """Frames, how many faces to look for, and whether each frame is a picture by itself."""
    made = clips()
    frames, faces = made["two_faces"]
    return {
        "portrait.static": (*made["portrait"], True),
        "lost_and_found": (*made["lost_and_found"], False),
        "two_faces": (frames[:5], faces, False),
    }


def main(python: str) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name, (frames, faces, static) in cases().items():
        found = theirs(python, BUNDLE, frames, faces, static=static)
        numpy.savez_compressed(GOLDEN / f"{name}.npz", **vars(found))
        print(f"{name}: faces {numpy.isfinite(found.matrices[:, :, 0, 0]).sum(axis=1).tolist()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
