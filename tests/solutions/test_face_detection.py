"""FaceDetection heeds the lowest score that it is given, and is made quickly once it was made before."""

from __future__ import annotations

from typing import Any

import cv2
import pytest

from graphflow.solutions.face_detection import FaceDetection
from tools.programs.media import PICTURE


def faces(lowest: float, model: int) -> Any:
    picture: Any = cv2.imread(str(PICTURE))
    with FaceDetection(lowest, model) as detector:
        return detector.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).detections


@pytest.mark.slow
def test_a_higher_lowest_score_leaves_faces_out_and_changes_none() -> None:
    (face,) = faces(0.5, 0)
    score = face.score[0]
    assert 0.5 < score < 0.8
    assert faces(score - 0.01, 0) == [face]
    assert faces(score + 0.01, 0) is None


@pytest.mark.slow
def test_a_lower_one_finds_what_the_graph_alone_would_not() -> None:
    assert len(faces(0.05, 0)) > len(faces(0.5, 0))


@pytest.mark.slow
def test_the_graph_is_read_once_for_the_same_options() -> None:
    first, second, other = FaceDetection(), FaceDetection(0.5), FaceDetection(0.25)
    assert first.graph is second.graph
    assert first.graph is not other.graph
    for solution in (first, second, other):
        solution.close()
