"""Write MediaPipe's figures for the clips of the tests: python -m tools.face_mesh.golden PEER_PYTHON."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy
from numpy.typing import NDArray

from tools.face_mesh.clips import clips
from tools.face_mesh.peer import peer_of

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden" / "face_mesh"
WITH_ATTENTION = ("portrait", "moving", "two_faces")
"""Clips on which the model with attention is compared too."""


def main(python: str) -> None:
    for name, (frames, faces) in clips().items():
        for kind in ("tracking", "static") if len(frames) > 1 else ("static",):
            if kind == "static" and name == "lost_and_found":
                continue
            with peer_of(python, frames) as peer:
                _write(f"{name}.{kind}", peer.landmarks(faces, static=kind == "static")[0])
                if name in WITH_ATTENTION:
                    _write(f"{name}.{kind}.attention", peer.landmarks(faces, static=kind == "static", refine=True)[0])
    _geometry(python)


def _geometry(python: str) -> None:
    """Heads in space: the portrait, and two that turn; frames of two sizes."""
    for name in ("portrait", "two_faces"):
        frames, faces = clips()[name]
        with peer_of(python, frames[:10:4]) as peer:
            found = peer.geometry(faces)
        numpy.savez_compressed(GOLDEN / f"{name}.geometry.npz", **found)  # type: ignore[arg-type]
        print(f"{name}.geometry: translations {found['poses'][..., :3, 3].tolist()}")


def _write(name: str, found: NDArray[numpy.float32]) -> None:
    if ".static" in name:
        found = found[:4]
    numpy.savez_compressed(GOLDEN / f"{name}.npz", landmarks=found)
    counts = numpy.isfinite(found[:, :, 0, 0]).sum(axis=1)
    print(f"{name}: faces {counts.tolist()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
