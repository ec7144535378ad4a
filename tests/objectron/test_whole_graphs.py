"""The graphs from a picture file to a picture file and results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph
from tools.solutions.golden import GOLDEN, cups

pytestmark = pytest.mark.slow

RED, GREEN = (255, 0, 0), (0, 255, 0)
CUP = {"model_path": "object_detection_3d_cup.tflite", "allowed_labels": "Coffee cup,Mug"}


def run(name: str, frame: Any, folder: Path, output: str, **side_packets: Any) -> tuple[Any, Any]:
    """What an output carries, and the picture that is written, in RGB."""
    source, target = folder / "picture.png", folder / "drawn.png"
    cv2.imwrite(str(source), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    found: list[Any] = []
    with Graph.load(name).start({"input": str(source), "output": str(target), **side_packets}) as started:
        started.observe(output, lambda packet: found.append(packet.value))
        started.wait_until_done()
    drawn: Any = cv2.imread(str(target))
    return (found[0] if found else None), cv2.cvtColor(drawn, cv2.COLOR_BGR2RGB)


def test_a_cup_is_found_in_space_and_drawn(tmp_path: Path) -> None:
    frame = cups()[0]
    (box,), drawn = run("objectron_desktop", frame, tmp_path, "detected_objects", **CUP)
    with numpy.load(GOLDEN / "objectron.static.npz") as golden:
        expected = golden["frame_annotation"][0, 0]
    numpy.testing.assert_allclose(box.points_2d, expected[:, :2], atol=2e-6)
    numpy.testing.assert_allclose(box.points_3d, expected[:, 2:], atol=1e-5)
    for start, end in ((1, 2), (3, 7), (6, 8)):
        x, y = (box.points_2d[start] + box.points_2d[end]) / 2 * (600, 400)
        assert tuple(drawn[int(y), int(x)]) == GREEN


def test_what_is_not_looked_for_is_not_found(tmp_path: Path) -> None:
    frame = cups()[0]
    found, drawn = run("objectron_desktop", frame, tmp_path, "detected_objects")
    assert found is None
    assert (drawn == frame).all()


def test_an_object_is_found_named_and_drawn(tmp_path: Path) -> None:
    frame = cups()[0]
    (cup,), drawn = run("object_detection_desktop", frame, tmp_path, "detections")
    assert (cup.label, cup.label_id) == ("Coffee cup", 13)
    assert 0.5 <= cup.score < 0.55
    x, y = int((cup.xmin + cup.width / 2) * 600), int((cup.ymin + cup.height) * 400)
    assert tuple(drawn[y, x]) == RED
