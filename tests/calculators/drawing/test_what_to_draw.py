from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Bound, GraphConfigError, Packet
from graphflow.calculators.drawing.detections_to_render_data import DetectionsToRenderData
from graphflow.calculators.drawing.face_connections import FACE_CONNECTIONS
from graphflow.calculators.drawing.face_landmarks_to_render_data import FaceLandmarksToRenderData
from graphflow.calculators.drawing.face_parts_to_render_data import FacePartsToRenderData
from graphflow.calculators.drawing.landmarks_to_render_data import LandmarksToRenderData
from graphflow.calculators.drawing.rect_to_render_data import RectToRenderData
from graphflow.calculators.drawing.rect_to_render_scale import RectToRenderScale
from graphflow.calculators.types import Color, Detection, ImageSize, Landmarks, NormRect, PixelLandmarks
from graphflow.calculators.types.face_parts import parts_of
from graphflow.calculators.types.render_data import GradientLine, Lines, Points, Rectangle, Text
from graphflow.testing import run_calculator

GREEN = {"r": 0, "g": 255, "b": 0}


def make(calculator: Any, port: str, payload: Any, **options: Any) -> Any:
    inputs: dict[str, Any] = {port: [Packet(payload, 0)]}
    return next(iter(run_calculator(calculator, inputs=inputs, options=options).values("render_data")), None)


# --- detections --------------------------------------------------------------------------------------------------


def detection(xmin: float = 0.25, ymin: float = 0.25, score: float = 0.917) -> Detection:
    return Detection(score, 0, xmin, ymin, 0.5, 0.5, numpy.array([[0.5, 0.5]], numpy.float32))


def test_a_detection_is_a_label_a_box_and_its_key_points() -> None:
    data = make(DetectionsToRenderData, "detections", [detection()], color=GREEN, thickness=4.0)
    text, box, points = data.primitives
    assert isinstance(text, Text) and isinstance(box, Rectangle) and isinstance(points, Points)
    assert text.text == "0,0.92,"
    assert (text.left, text.baseline, text.font_height) == pytest.approx((0.25, 0.3, 0.045))
    assert (box.left, box.top, box.right, box.bottom, box.normalized) == (0.25, 0.25, 0.75, 0.75, True)
    assert {text.color, box.color, points.color} == {Color(0, 255, 0)}
    assert {text.thickness, box.thickness, points.thickness} == {4.0}
    assert data.scene_class == "DETECTION"


@pytest.mark.parametrize(("score", "text"), [(1.0, "0,1,"), (0.5, "0,0.5,"), (0.999, "0,1,"), (0.004, "0,0,")])
def test_scores_have_two_decimals_at_most(score: float, text: str) -> None:
    assert make(DetectionsToRenderData, "detection", detection(score=score)).primitives[0].text == text


def test_boxes_are_cut_at_the_border_and_vanish_beyond_it() -> None:
    cut = make(DetectionsToRenderData, "detection", detection(-0.25, 0.75)).primitives[1]
    assert (cut.left, cut.top, cut.right, cut.bottom) == (0.0, 0.75, 0.25, 1.0)
    gone = make(DetectionsToRenderData, "detection", detection(1.5)).primitives[1]
    assert (gone.left, gone.top, gone.right, gone.bottom, gone.normalized) == (0, 0, 0, 0, False)


def test_no_detections_are_an_empty_drawing_or_none() -> None:
    assert make(DetectionsToRenderData, "detections", []).primitives == []
    assert make(DetectionsToRenderData, "detections", [], produce_empty_packet=False) is None


# --- rectangles --------------------------------------------------------------------------------------------------


def test_a_rectangle_keeps_its_rotation() -> None:
    data = make(RectToRenderData, "norm_rects", [NormRect(0.5, 0.5, 0.25, 0.5, 0.3)], color=GREEN, thickness=4.0)
    (shape,) = data.primitives
    assert (shape.left, shape.top, shape.right, shape.bottom) == (0.375, 0.25, 0.625, 0.75)
    assert (shape.rotation, shape.thickness, shape.filled, shape.color) == (0.3, 4.0, False, Color(0, 255, 0))


def test_a_level_rectangle_beyond_the_border_vanishes_and_a_turned_one_does_not() -> None:
    (gone,) = make(RectToRenderData, "norm_rect", NormRect(2.0, 0.5, 0.2, 0.2)).primitives
    assert (gone.left, gone.right, gone.normalized) == (0.0, 0.0, False)
    (turned,) = make(RectToRenderData, "norm_rect", NormRect(2.0, 0.5, 0.2, 0.2, 0.1)).primitives
    assert turned.normalized


def test_lines_are_thicker_where_a_rectangle_is_larger() -> None:
    rect, size = Packet(NormRect(0.5, 0.5, 0.5, 0.5), 0), ImageSize(200, 400)
    inputs: dict[str, Any] = {"norm_rect": [rect, Bound(2)], "image_size": [Packet(size, 0), Packet(size, 1), Bound(2)]}
    found = run_calculator(RectToRenderScale, inputs=inputs, options={"multiplier": 0.01}).packets("render_scale")
    assert [(packet.timestamp, packet.value) for packet in found] == [(0, pytest.approx(2)), (1, pytest.approx(0.01))]


def test_lines_have_a_thickness_at_every_time_that_settles() -> None:
    inputs: dict[str, Any] = {"norm_rect": [Bound(5)], "image_size": [Bound(5)]}
    options = {"process_timestamp_bounds": True}
    assert run_calculator(RectToRenderScale, inputs=inputs).values("render_scale") == []
    assert run_calculator(RectToRenderScale, inputs=inputs, options=options).values("render_scale")[0] > 0


def test_a_dot_on_a_corner_is_for_outlines() -> None:
    with pytest.raises(GraphConfigError, match="top_left_thickness is for outlines"):
        make(RectToRenderData, "norm_rect", NormRect(0.5, 0.5, 0.2, 0.2), top_left_thickness=3.0, filled=True)


# --- landmarks ---------------------------------------------------------------------------------------------------


def points(count: int, depth: float = 0.0) -> Any:
    values = numpy.linspace(0.1, 0.9, count * 3, dtype=numpy.float32).reshape(count, 3)
    values[:, 2] = numpy.linspace(0, depth, count)
    return values


def test_lines_between_landmarks_then_the_landmarks() -> None:
    options = {"landmark_connections": [0, 1, 1, 2], "landmark_color": GREEN, "thickness": 2.0}
    face = Landmarks(points(3))
    lines, dots = make(LandmarksToRenderData, "norm_landmarks", face, **options).primitives
    assert isinstance(lines, Lines) and isinstance(dots, Points)
    numpy.testing.assert_array_equal(lines.lines, face.points[:, :2][[[0, 1], [1, 2]]])
    numpy.testing.assert_array_equal(dots.points, face.points[:, :2])
    assert (dots.color, dots.thickness, dots.normalized) == (Color(0, 255, 0), 2.0, True)


def test_landmarks_in_pixels() -> None:
    lines, dots = make(LandmarksToRenderData, "landmarks", PixelLandmarks(points(2))).primitives
    assert not lines.normalized and not dots.normalized


@pytest.mark.parametrize(("count", "lines"), [(468, 124), (478, 132)])
def test_irises_are_drawn_where_there_are_any(count: int, lines: int) -> None:
    options = {"visualize_landmark_depth": False}
    data = make(FaceLandmarksToRenderData, "norm_landmarks", Landmarks(points(count)), **options)
    assert (len(data.primitives[0].lines), len(data.primitives[1].points)) == (lines, count)
    assert len(FACE_CONNECTIONS) == 132


@pytest.mark.parametrize(("count", "parts"), [(468, 6), (478, 8)])
def test_the_parts_of_a_face_are_its_contours(count: int, parts: int) -> None:
    whole = points(count)
    named = {name: Landmarks(whole[list(indexes)]) for name, indexes in parts_of(count).items()}
    (drawing,) = make(FacePartsToRenderData, "multi_face_parts", [named])
    assert len(drawing.primitives) == parts
    drawn = {(start, end) for item in drawing.primitives for start, end in item.lines[:, :, 0].tolist()}
    assert drawn == {(float(whole[a, 0]), float(whole[b, 0])) for a, b in FACE_CONNECTIONS if max(a, b) < count}
    sides = {item.color for item in drawing.primitives}
    assert sides == {Color(224, 224, 224), Color(48, 255, 48), Color(255, 48, 48)}


def test_the_depth_shows_in_colours_and_sizes() -> None:
    options = {"landmark_connections": [0, 2], "max_depth_circle_thickness": 10.0}
    line, *dots = make(LandmarksToRenderData, "norm_landmarks", Landmarks(points(3, depth=0.5)), **options).primitives
    assert isinstance(line, GradientLine)
    assert (line.start_color, line.end_color) == (Color(255, 255, 255), Color(0, 0, 0))
    assert [dot.color.r for dot in dots] == [255, 128, 1]
    assert [dot.thickness for dot in dots] == [10.0, 5.0, 0.0]


def test_a_flat_face_has_no_depth_to_show() -> None:
    data = make(LandmarksToRenderData, "norm_landmarks", Landmarks(points(3, depth=0.0005)))
    assert [type(one) for one in data.primitives] == [Lines, Points]


def test_hidden_landmarks_and_their_lines_are_left_out() -> None:
    face = Landmarks(points(3), visibility=numpy.array([0.9, 0.1, 0.9], numpy.float32))
    options = {"landmark_connections": [0, 1, 0, 2], "utilize_visibility": True, "visibility_threshold": 0.5}
    lines, dots = make(LandmarksToRenderData, "norm_landmarks", face, **options).primitives
    numpy.testing.assert_array_equal(lines.lines, face.points[:, :2][[[0, 2]]])
    assert len(dots.points) == 2


def test_a_point_without_a_partner() -> None:
    with pytest.raises(GraphConfigError, match="a point without a partner"):
        make(LandmarksToRenderData, "norm_landmarks", Landmarks(points(3)), landmark_connections=[0, 1, 2])


def test_colours_that_are_none() -> None:
    with pytest.raises(GraphConfigError, match="landmark_color must be a map of r, g and b"):
        make(LandmarksToRenderData, "norm_landmarks", Landmarks(points(3)), landmark_color={"red": 1})
