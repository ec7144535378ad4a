"""Boxes in space. That they are as MediaPipe's is tested by tests/calculators/test_as_mediapipe.py."""

from __future__ import annotations

import io

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.detection.frame_annotation_to_rect import FrameAnnotationToRect
from graphflow.calculators.geometry.lift_2d_frame_annotation_to_3d import Lift2DFrameAnnotationTo3D
from graphflow.calculators.landmarks.landmarks_to_frame_annotation import LandmarksToFrameAnnotation
from graphflow.calculators.types import Landmarks, ObjectAnnotation
from graphflow.rows.npz_form import NpzTable
from graphflow.testing import run_calculator

SIGNS = numpy.array([(0, 0, 0), *((x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1))], float)


def seen(tilt: float = 0.0) -> ObjectAnnotation:
    """A box of 0.6 x 0.4 x 0.2, two units in front of the camera, its upper side tilted to it by so many degrees."""
    angle = numpy.radians(tilt)
    turn = numpy.array([(1, 0, 0), (0, numpy.cos(angle), -numpy.sin(angle)), (0, numpy.sin(angle), numpy.cos(angle))])
    x, y, z = (SIGNS * (0.3, 0.2, 0.1) @ turn.T + (0.1, -0.05, -2.0)).T
    return ObjectAnnotation(numpy.stack([0.5 - x / z / 2, 0.5 + y / z / 2], axis=1).astype(numpy.float32))


def lifted(box: ObjectAnnotation) -> ObjectAnnotation:
    calculator = Lift2DFrameAnnotationTo3D()
    calculator.open()
    return calculator.process([box])[0]


def test_a_box_is_found_in_space_up_to_a_factor() -> None:
    box = lifted(seen(30))
    factor = 0.6 / box.scale[0]
    assert box.scale * factor == pytest.approx([0.6, 0.4, 0.2], rel=1e-4)
    assert box.translation * factor == pytest.approx([0.1, -0.05, -2.0], rel=1e-4)
    assert box.rotation[:, 0] == pytest.approx([1, 0, 0], abs=1e-4)
    assert box.rotation[2, 1] == pytest.approx(0.5, abs=1e-4)
    corners = SIGNS * box.scale / 2 @ box.rotation.T + box.translation
    assert box.points_3d == pytest.approx(corners, abs=1e-5)


def test_boxes_are_numbered_through_a_run() -> None:
    calculator = Lift2DFrameAnnotationTo3D()
    calculator.open()
    numbers = [[box.object_id for box in calculator.process([seen()] * count)] for count in (2, 0, 1)]
    assert numbers == [[1, 2], [], [3]]


def test_a_box_has_nine_points() -> None:
    with pytest.raises(ValueError, match="a box has 9 points, but these are 8"):
        lifted(ObjectAnnotation(seen().points_2d[:8]))


def test_a_box_that_was_seen_from_above_stays_so_a_little_longer() -> None:
    calculator = FrameAnnotationToRect()
    calculator.open()
    rotations = []
    for tilt in (0, 49.5, 55, 49.5, 48):  # between y and the line of sight: 90 - tilt
        (rect,) = calculator.process([lifted(seen(tilt))])
        rotations.append(abs(rect.rotation) > 1)
    assert rotations == [False, False, True, True, False]


def test_the_order_of_the_thresholds_is_checked() -> None:
    with pytest.raises(GraphConfigError, match="off_threshold is above on_threshold"):
        run_calculator(FrameAnnotationToRect, inputs={"frame_annotation": []}, options={"off_threshold": 50.0})


def test_landmarks_of_one_box_or_several() -> None:
    one = Landmarks(numpy.ones((9, 3), numpy.float32))
    for inputs, count in (({"landmarks": [Packet(one, 0)]}, 1), ({"multi_landmarks": [Packet([one, one], 0)]}, 2)):
        (found,) = run_calculator(LandmarksToFrameAnnotation, inputs=inputs).values("frame_annotation")
        assert found == [ObjectAnnotation(numpy.ones((9, 2), numpy.float32))] * count


def test_boxes_are_saved_as_arrays() -> None:
    table = NpzTable()
    table.lines(0, [lifted(seen()), lifted(seen())], False)
    with numpy.load(io.BytesIO(table.end())) as file:
        assert file["points_3d"].shape == (1, 2, 9, 3) and file["rotation"].shape == (1, 2, 3, 3)
