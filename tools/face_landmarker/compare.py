"""Compare Face Landmarker with MediaPipe Tasks on the same frames, in turn."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy

from tools.face_landmarker.found import Found, Frames, module, ours, sides
from tools.face_landmarker.golden import BUNDLE
from tools.face_mesh.clips import moving
from tools.face_mesh.distance import distance
from tools.measuring import told
from tools.measuring.disturbance import Machine
from tools.measuring.pairs import pairs
from tools.solutions.speed import works


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/compare_face_landmarker", description=__doc__)
    parser.add_argument("python", help="an interpreter with mediapipe: 0.10.21 or later")
    parser.add_argument("clips", nargs="*", help="clips, or pictures for image mode; a clip of the sample unless given")
    parser.add_argument("--bundle", default=BUNDLE, help="a name that 'graphflow models list' shows, or a file")
    parser.add_argument("--input-size", type=int, default=256, help="of the bundle's landmark net, in pixels")
    parser.add_argument("--faces", type=int, default=1)
    parser.add_argument("--threads", type=int, help="threads that run our graph; without, the one that sends")
    parser.add_argument("--model-threads", type=int, help="threads that work on one image in our graph")
    parser.add_argument("--seconds", type=float, default=30, help="for how long speed is measured; 0: not at all (30)")
    given = parser.parse_intermixed_args()
    options: dict[str, Any] = {"input_size": given.input_size}
    if given.model_threads:
        options["threads"] = given.model_threads
    for clip in given.clips or [""]:
        frames, static = _frames(clip), clip.endswith((".jpg", ".png"))
        side = {"bundle": given.bundle, "num_faces": given.faces, "use_prev_landmarks": not static}
        found = ours(module(**options), frames, **side)
        more = {"options": options, "threads": given.threads}
        with sides(given.python, given.bundle, frames, given.faces, **more) as (mine, other):
            _tell(clip, frames, found, Found.read(other[0].find(static)[1]))
            if given.seconds:
                machine = Machine()
                one, another, count = works(mine, other, static, frames=len(frames))
                own = [side.pid for side in (*mine, *other)]
                measured = pairs(one, another, machine, own=own, seconds=given.seconds)
                print(f"  {count / measured.ours.wall:.0f} frames/s against {count / measured.theirs.wall:.0f}")
                print(f"  {told.ratios(measured)}\n  {told.rounds(measured)}\n  {told.machine(machine)}", flush=True)
    return 0


def _tell(clip: str, frames: Frames, found: Found, expected: Found) -> None:
    apart = distance(found.landmarks, expected.landmarks, frames[0].shape[1], frames[0].shape[0])
    print(f"{clip or 'a clip of the sample'}: {len(frames)} frames, {apart.same_count} with as many faces")
    print(f"  points: {apart.largest:.4f} px at most, {apart.mean:.4f} on average")
    print(f"  blendshapes: {_largest(found.blendshapes - expected.blendshapes):.1e} at most")
    print(f"  matrices: {_largest(found.matrices - expected.matrices):.1e} at most")


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
