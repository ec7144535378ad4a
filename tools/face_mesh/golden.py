"""Write MediaPipe's figures for the clips of the tests: python -m tools.face_mesh.golden PEER_PYTHON."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy

from tools.face_mesh.clips import clips
from tools.face_mesh.peer import peer_of

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden" / "face_mesh"


def main(python: str) -> None:
    for name, (frames, faces) in clips().items():
        for kind in ("tracking", "static") if len(frames) > 1 else ("static",):
            if kind == "static" and name == "lost_and_found":
                continue
            with peer_of(python, frames) as peer:
                found, _ = peer.landmarks(faces, static=kind == "static")
            if kind == "static" and len(frames) > 1:
                found = found[:4]
            numpy.savez_compressed(GOLDEN / f"{name}.{kind}.npz", landmarks=found)
            counts = numpy.isfinite(found[:, :, 0, 0]).sum(axis=1)
            print(f"{name}.{kind}: faces {counts.tolist()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
