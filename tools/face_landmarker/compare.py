"""Compare Face Landmarker with MediaPipe Tasks on the same frames, in turn."""

from __future__ import annotations

import argparse
import statistics
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy

from graphflow.models import manifest
from graphflow.models.store import path_of
from tools.face_landmarker.found import Frames, module, ours, theirs
from tools.face_landmarker.golden import BUNDLE
from tools.face_mesh.clips import moving
from tools.face_mesh.distance import distance


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/compare_face_landmarker", description=__doc__)
    parser.add_argument("python", help="an interpreter with mediapipe: 0.10.21 or later")
    parser.add_argument("clips", nargs="*", help="clips, or pictures for image mode; a clip of the sample unless given")
    parser.add_argument("--bundle", default=BUNDLE, help="a name that 'graphflow models list' shows, or a file")
    parser.add_argument("--input-size", type=int, default=256, help="of the bundle's landmark net, in pixels")
    parser.add_argument("--faces", type=int, default=1)
    parser.add_argument("--threads", type=int, help="threads that run our graph; without, the one that sends")
    parser.add_argument("--model-threads", type=int, default=1, help="threads that work on one image in our graph")
    parser.add_argument("--pairs", type=int, default=5, help="how often both run")
    given = parser.parse_intermixed_args()
    known = manifest().get(given.bundle)
    file = str(path_of(known)) if known else given.bundle
    graph = module(given.input_size, given.model_threads)
    side: dict[str, Any] = {"bundle": given.bundle, "num_faces": given.faces}
    for clip in given.clips or [""]:
        frames, static = _frames(clip), clip.endswith((".jpg", ".png"))
        pairs = []
        for _ in range(given.pairs):
            expected, peer = theirs(given.python, file, frames, given.faces, static=static)
            found, own = ours(graph, frames, passes=2, threads=given.threads, use_prev_landmarks=not static, **side)
            pairs.append((own, peer))
        apart = distance(found.landmarks, expected.landmarks, frames[0].shape[1], frames[0].shape[0])
        print(f"{clip or 'a clip of the sample'}: {len(frames)} frames, {apart.same_count} with as many faces")
        print(f"  points: {apart.largest:.4f} px at most, {apart.mean:.4f} on average")
        print(f"  blendshapes: {_largest(found.blendshapes - expected.blendshapes):.1e} at most")
        print(f"  matrices: {_largest(found.matrices - expected.matrices):.1e} at most")
        rate, peer_rate = (statistics.median(pair[side].rate for pair in pairs) for side in (0, 1))
        ratio = statistics.median(own.rate / peer.rate for own, peer in pairs)
        cpu = statistics.median(own.cpu / peer.cpu for own, peer in pairs)
        print(f"  {rate:.0f} frames/s against {peer_rate:.0f}: {ratio:.2f} x, with {cpu:.2f} x the processor time")
    return 0


def _frames(clip: str) -> Frames:
    if not clip:
        return list(islice(moving(1280, 720, (2, 1)), 60))
    if Path(clip).suffix in (".jpg", ".png"):
        picture = cv2.imread(clip)
        assert picture is not None, f"{clip} is no picture"
        return [cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)]  # type: ignore[list-item]  # OpenCV's stubs
    capture, frames = cv2.VideoCapture(clip), []
    while (read := capture.read())[0]:
        frames.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB))
    return frames  # type: ignore[return-value]  # OpenCV's stubs


def _largest(difference: Any) -> float:
    return float(numpy.nanmax(numpy.abs(difference)))
