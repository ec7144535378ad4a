"""Irises beside MediaPipe's own calculators: its Python has no class for them, and lacks the one that cuts eyes out.

So both sides are given the eyes of a clip as the module here cuts them out, and where they were; all that follows is
compared, and before it the regions that follow from the corners of the eyes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy

from graphflow import Graph, Packet
from graphflow.calculators.types import ImageSize, Landmarks, NormRect
from tools.calculators.arrays import Arrays, random_inputs, run_here, under
from tools.calculators.cases.iris_landmark import CASES, cropped
from tools.calculators.peer import run_there
from tools.face_mesh.clips import Frame
from tools.solutions.distance import Distance

CORNERS = ((33, 133), (362, 263))
"""Of the eye on the left of the image, and of the other."""


def compare(python: str, name: str, frames: Sequence[Frame]) -> None:
    """Print how far irises and the contours of eyes are apart on the frames of a clip."""
    height, width = frames[0].shape[:2]
    corners = [*_corners(frames)]
    print(f"iris: {Path(name).name}, {len(frames)} frames, {width} x {height}: {len(corners)} eyes")
    if not corners:
        return
    region, eye = CASES
    size = ImageSize(width, height)
    regions = replace(region, make=lambda random: ({"landmarks": one, "image_size": size} for _, _, one in corners))
    given, found, expected = _both(python, regions, len(corners))
    ours, theirs = _stacked(found, "roi"), _stacked(expected, "roi")
    print(f"  regions: largest difference {abs(ours - theirs).max():.3g}")
    rects = [NormRect(*row) for row in ours.tolist()]
    eyes = replace(eye, make=lambda random: _eyes(frames, corners, rects))
    given, found, expected = _both(python, eyes, len(corners))
    for stream in ("iris_landmarks", "eye_contour_landmarks"):
        difference = (_stacked(found, stream) - _stacked(expected, stream))[..., :3] * (width, height, width)
        across, down, depth = numpy.moveaxis(difference, -1, 0)
        for what, apart in (("", numpy.hypot(across, down)), (" depth", abs(depth))):
            worst = corners[int(apart.max(axis=1).argmax())][0]
            print(f"  {Distance(stream + what, 'px', float(apart.mean()), float(apart.max()), worst)}")


def _stacked(arrays: Arrays, stream: str) -> Any:
    """The payloads of a stream, one at each time, as one array."""
    count = sum(key.startswith(f"{stream}/") and key.endswith("/0") and key.count("/") == 2 for key in arrays)
    return numpy.stack([arrays[f"{stream}/{index}/0"] for index in range(count)])


def _both(python: str, case: Any, count: int) -> tuple[Arrays, Arrays, Arrays]:
    """What a case is given, what comes of it here, and what there."""
    given = random_inputs(case, count, 0)
    return given, run_here(case, given, count), run_there(python, [case], under(case.name, given), count)[case.name]


def _corners(frames: Sequence[Frame]) -> Iterator[tuple[int, bool, Landmarks]]:
    """For each eye of the first face: the frame, whether it is the right one, and its corners."""
    graph = Graph.load("modules/face_landmark_front")
    packets = [Packet(frame, 33_333 * (index + 1)) for index, frame in enumerate(frames)]
    for packet in graph.run(inputs={"image": packets})["multi_face_landmarks"]:
        for right, pair in enumerate(CORNERS):
            yield packet.timestamp // 33_333 - 1, bool(right), Landmarks(packet.value[0].points[list(pair)])


def _eyes(
    frames: Sequence[Frame], corners: Sequence[tuple[int, bool, Landmarks]], rects: Sequence[NormRect]
) -> Iterator[dict[str, Any]]:
    for (index, right, _), rect in zip(corners, rects, strict=True):
        yield {"eye_image": cropped(frames[index], rect), "roi": rect, "is_right_eye": right}
