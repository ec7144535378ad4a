"""Another process that runs the same work on request: MediaPipe's, or one with another checkout."""

from __future__ import annotations

from pathlib import Path

from tools.measuring.asked import PEER, Asked, python_module


def mediapipe(python: str) -> Asked:
    """MediaPipe 0.10.21 in a Python of its own."""
    return Asked("MediaPipe", [python, str(PEER / "mediapipe_overhead.py")])


def checkout(folder: Path, scale: float) -> Asked:
    """The graphflow of a checkout, in this Python."""
    return Asked(str(folder), python_module("tools.overhead.worker", str(folder), str(scale)))
