"""The graph from a picture file to a picture file, landmarks and a mask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph
from tools.face_mesh.clips import portrait

pytestmark = pytest.mark.slow

BLUE, ORANGE, WHITE = (0, 0, 255), (255, 138, 0), (255, 255, 255)
NOSE, LEFT_EYE, RIGHT_EYE = 0, 2, 5


def run(frame: Any, folder: Path, **side_packets: Any) -> tuple[dict[str, Any], Any]:
    """What the outputs carry, and the picture that is written, in RGB."""
    source, target = folder / "picture.png", folder / "drawn.png"
    cv2.imwrite(str(source), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    graph = Graph.load("pose_tracking_desktop_live")
    found: dict[str, Any] = {}
    with graph.start({"input": str(source), "output": str(target), **side_packets}) as started:
        for name in ("pose_landmarks", "pose_world_landmarks", "segmentation_mask"):
            started.observe(name, lambda packet, name=name: found.update({name: packet.value}))
        started.wait_until_done()
    return found, cv2.cvtColor(cv2.imread(str(target)), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]


def test_a_person_is_found_and_drawn_before_a_blue_wall(tmp_path: Path) -> None:
    frame = portrait()
    found, drawn = run(frame, tmp_path)
    body, mask = found["pose_landmarks"], found["segmentation_mask"]
    assert (len(body), len(found["pose_world_landmarks"]), mask.shape) == (33, 33, (512, 512))
    # A person who looks at us: the left eye is on the right of the picture.
    x, y = (body.points[:, :2] * 512).round().astype(int).T
    assert x[RIGHT_EYE] < x[NOSE] < x[LEFT_EYE]
    assert (tuple(drawn[y[LEFT_EYE], x[LEFT_EYE]]), tuple(drawn[y[NOSE], x[NOSE]])) == (ORANGE, WHITE)
    assert mask[y[NOSE], x[NOSE]] > 0.99
    wall = (mask < 0.001) & (drawn == BLUE).all(axis=2)
    assert wall.sum() > 0.9 * (mask < 0.001).sum() > 10_000


def test_without_segmentation_the_picture_stays_behind_the_drawing(tmp_path: Path) -> None:
    frame = portrait()
    with_mask, _ = run(frame, tmp_path)
    found, drawn = run(frame, tmp_path, enable_segmentation=False)
    assert found.keys() == {"pose_landmarks", "pose_world_landmarks"}
    assert found["pose_landmarks"] == with_mask["pose_landmarks"]
    assert (drawn == frame).all(axis=2).mean() > 0.5


def test_without_a_person_nothing_is_sent_and_nothing_is_drawn(tmp_path: Path) -> None:
    grey = numpy.full((120, 160, 3), 128, numpy.uint8)
    found, drawn = run(grey, tmp_path)
    assert found == {}
    numpy.testing.assert_array_equal(drawn, grey)
