"""The graph from a picture file to a picture file and landmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph
from graphflow.calculators.types import Classification
from tools.solutions.golden import GOLDEN, hands

pytestmark = pytest.mark.slow

RED = (255, 0, 0)


def run(frame: Any, folder: Path, **side_packets: Any) -> tuple[dict[str, Any], Any]:
    """What the outputs carry, and the picture that is written, in RGB."""
    source, target = folder / "picture.png", folder / "drawn.png"
    cv2.imwrite(str(source), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    graph = Graph.load("hand_tracking_desktop_live")
    found: dict[str, Any] = {}
    with graph.start({"input": str(source), "output": str(target), **side_packets}) as started:
        for name in ("landmarks", "world_landmarks", "handedness"):
            started.observe(name, lambda packet, name=name: found.update({name: packet.value}))
        started.wait_until_done()
    return found, cv2.cvtColor(cv2.imread(str(target)), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]


def letters(drawn: Any) -> int:
    """Red pixels where the name of a single hand stands; regions are thinner there."""
    corner = drawn[60:115, 30:180]
    return int((corner == RED).all(axis=2).sum())


def test_two_hands_are_found_and_drawn(tmp_path: Path) -> None:
    (frame,) = hands()
    found, drawn = run(frame, tmp_path)
    with numpy.load(GOLDEN / "hands.static.npz") as golden:
        expected = golden["landmarks"][0, :, :, :3]
    landmarks = numpy.array([hand.points for hand in found["landmarks"]])
    numpy.testing.assert_allclose(landmarks, expected, atol=1e-6)
    assert [hand.points.shape for hand in found["world_landmarks"]] == [(21, 3)] * 2
    assert letters(drawn) == 0
    # The wrist, which is at the front, is dark, and the tip of the middle finger is light.
    tips = (landmarks[:, 12, :2] * (frame.shape[1], frame.shape[0])).astype(int)
    assert all(drawn[y, x].min() > 200 for x, y in tips if y < frame.shape[0])
    assert (drawn != frame).any(axis=2).mean() > 0.05


def test_of_a_single_hand_its_name_is_written(tmp_path: Path) -> None:
    (frame,) = hands()
    alone = frame.copy()
    alone[:, frame.shape[1] // 2 :] = 255
    found, drawn = run(alone, tmp_path)
    ((hand,),) = found["handedness"]
    assert isinstance(hand, Classification)
    assert (hand.label, hand.score > 0.9) == ("Right", True)
    assert letters(drawn) > 1000


def test_as_many_hands_as_are_looked_for(tmp_path: Path) -> None:
    found, _ = run(hands()[0], tmp_path, num_hands=1, model_complexity=0, use_prev_landmarks=False)
    assert {name: len(value) for name, value in found.items()} == {
        "landmarks": 1,
        "world_landmarks": 1,
        "handedness": 1,
    }


def test_without_hands_nothing_is_sent_and_nothing_is_drawn(tmp_path: Path) -> None:
    grey = numpy.full((120, 160, 3), 128, numpy.uint8)
    found, drawn = run(grey, tmp_path)
    assert found == {}
    numpy.testing.assert_array_equal(drawn, grey)
