from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.detection.alignment_points_rects import AlignmentPointsRects
from graphflow.calculators.detection.angle import normalized
from graphflow.calculators.detection.detection_projection import DetectionProjection
from graphflow.calculators.detection.detections_to_rects import DetectionsToRects
from graphflow.calculators.detection.rect_transformation import RectTransformation
from graphflow.calculators.types import Detection, ImageSize, NormRect
from graphflow.testing import run_calculator

WIDE = ImageSize(200, 100)
EYES = {
    "rotation_vector_start_keypoint_index": 0,
    "rotation_vector_end_keypoint_index": 1,
    "rotation_vector_target_angle_degrees": 0.0,
}


def detection(*points: tuple[float, float]) -> Detection:
    return Detection(0.9, 0, 0.2, 0.4, 0.2, 0.3, numpy.array(points, numpy.float32).reshape(-1, 2))


def rects(port: str, payload: Any, output: str, size: ImageSize | None = None, **options: Any) -> Any:
    inputs: dict[str, Any] = {port: [Packet(payload, 0)]}
    if size:
        inputs["image_size"] = [Packet(size, 0)]
    result = run_calculator(DetectionsToRects, inputs=inputs, outputs=[output], options=options)
    return next(iter(result.values(output)), None)


def test_a_box_becomes_a_rectangle_about_its_centre() -> None:
    rect = rects("detection", detection(), "norm_rect")
    assert (rect.x_center, rect.y_center, rect.width, rect.height, rect.rotation) == pytest.approx(
        (0.3, 0.55, 0.2, 0.3, 0.0)
    )


@pytest.mark.parametrize(
    ("end", "angle"), [((0.3, 0.2), 0.0), ((0.3, 0.4), math.pi / 4), ((0.2, 0.0), -math.pi / 2), ((0.1, 0.2), -math.pi)]
)
def test_the_rotation_is_that_of_two_key_points_in_pixels(end: tuple[float, float], angle: float) -> None:
    rect = rects("detection", detection((0.2, 0.2), end), "norm_rect", WIDE, **EYES)
    assert rect.rotation == pytest.approx(angle, abs=1e-6)


def test_a_target_angle() -> None:
    options = EYES | {"rotation_vector_target_angle_degrees": 90.0}
    rect = rects("detection", detection((0.2, 0.2), (0.3, 0.2)), "norm_rect", WIDE, **options)
    assert rect.rotation == pytest.approx(math.pi / 2)


def test_a_rectangle_around_the_key_points() -> None:
    found = detection((0.1, 0.2), (0.5, 0.3), (0.3, 0.6))
    rect = rects("detection", found, "norm_rect", conversion_mode="USE_KEYPOINTS")
    assert (rect.x_center, rect.y_center, rect.width, rect.height) == pytest.approx((0.3, 0.4, 0.4, 0.4))


def test_one_or_all_of_several() -> None:
    two = [detection(), Detection(0.5, 0, 0.5, 0.5, 0.1, 0.1, detection().keypoints)]
    assert len(rects("detections", two, "norm_rects")) == 2
    assert rects("detections", two, "norm_rect") == rects("detection", two[0], "norm_rect")


def test_no_detections() -> None:
    assert rects("detections", [], "norm_rects") is None
    zero = rects("detections", [], "norm_rects", output_zero_rect_for_empty_detections=True)
    assert zero == [NormRect(0.0, 0.0, 0.0, 0.0)]


@pytest.mark.parametrize(
    ("size", "options"),
    [
        (None, EYES),
        (WIDE, EYES | {"rotation_vector_end_keypoint_index": None}),
        (WIDE, EYES | {"rotation_vector_target_angle": 0.0}),
        (WIDE, EYES | {"rotation_vector_target_angle_degrees": None}),
    ],
)
def test_rotations_that_are_not_fully_said(size: ImageSize | None, options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError):
        rects("detection", detection((0, 0), (1, 0)), "norm_rect", size, **options)


@pytest.mark.parametrize(
    ("angle", "expected"), [(0.5, 0.5), (math.pi, -math.pi), (-math.pi, -math.pi), (7.0, 7 - 2 * math.pi)]
)
def test_angles_lie_between_minus_pi_and_pi(angle: float, expected: float) -> None:
    assert normalized(angle) == numpy.float32(expected)


# --- transformation ----------------------------------------------------------------------------------------------


def transform(rect: NormRect, size: ImageSize = WIDE, **options: Any) -> Any:
    inputs: dict[str, Any] = {"norm_rect": [Packet(rect, 0)], "image_size": [Packet(size, 0)]}
    return run_calculator(RectTransformation, inputs=inputs, options=options).values()[0]


def fields(rect: NormRect) -> tuple[float, ...]:
    return rect.x_center, rect.y_center, rect.width, rect.height, rect.rotation


def test_square_in_pixels_then_scaled() -> None:
    rect = NormRect(0.5, 0.5, 0.2, 0.2, 0.3)  # 40 by 20 pixels
    grown = transform(rect, square_long=True, scale_x=1.5, scale_y=1.5)
    assert fields(grown) == pytest.approx((0.5, 0.5, 0.3, 0.6, 0.3))
    shrunk = transform(rect, square_short=True)
    assert fields(shrunk) == pytest.approx((0.5, 0.5, 0.1, 0.2, 0.3))


def test_shifts_are_along_the_rectangles_own_axes() -> None:
    straight = transform(NormRect(0.5, 0.5, 0.2, 0.4), shift_x=0.5, shift_y=-0.5)
    assert fields(straight)[:2] == pytest.approx((0.6, 0.3))
    turned = transform(NormRect(0.5, 0.5, 0.2, 0.4, math.pi / 2), shift_x=0.5)
    assert fields(turned)[:2] == pytest.approx((0.5, 0.7))  # 20 pixels down
    assert fields(transform(NormRect(0.5, 0.5, 0.2, 0.4), shift_x=0.5, rotation_degrees=90.0)) == pytest.approx(
        (0.5, 0.7, 0.2, 0.4, 0.0)
    )


def test_several_rectangles() -> None:
    inputs: dict[str, Any] = {"norm_rects": [Packet([NormRect(0.5, 0.5, 0.2, 0.2)] * 2, 0)]}
    inputs["image_size"] = [Packet(WIDE, 0)]
    (found,) = run_calculator(RectTransformation, inputs=inputs, options={"scale_x": 2.0}).values()
    assert [rect.width for rect in found] == pytest.approx([0.4, 0.4])


def test_contradictions_are_found() -> None:
    with pytest.raises(GraphConfigError, match="square_long and square_short"):
        transform(NormRect(0.5, 0.5, 0.2, 0.2), square_long=True, square_short=True)


# --- projection --------------------------------------------------------------------------------------------------


def test_a_turned_box_becomes_the_upright_one_around_it() -> None:
    found = Detection(0.9, 3, 0.0, 0.0, 1.0, 0.5, numpy.array([[0.5, 0.25]], numpy.float32))
    quarter = numpy.array([[0, -0.5, 0, 0.75], [0.25, 0, 0, 0.25], [0, 0, 1, 0], [0, 0, 0, 1]], numpy.float32)
    ((moved,),) = DetectionProjection().process(([found],), quarter)
    assert (moved.xmin, moved.ymin, moved.width, moved.height) == pytest.approx((0.5, 0.25, 0.25, 0.25))
    assert moved.keypoints.tolist() == pytest.approx(numpy.array([[0.625, 0.375]]))
    assert (moved.score, moved.label_id) == (0.9, 3)


# --- from alignment points ---------------------------------------------------------------------------------------

UPWARDS = {
    "rotation_vector_start_keypoint_index": 0,
    "rotation_vector_end_keypoint_index": 1,
    "rotation_vector_target_angle_degrees": 90.0,
}


def squares(port: str, payload: Any, output: str, size: ImageSize | None = WIDE, **options: Any) -> Any:
    inputs: dict[str, Any] = {port: [Packet(payload, 0)]} | ({"image_size": [Packet(size, 0)]} if size else {})
    result = run_calculator(AlignmentPointsRects, inputs=inputs, outputs=[output], options=options)
    return next(iter(result.values(output)), None)


def test_a_square_for_each_detection() -> None:
    two = [detection((0.5, 0.5), (0.5, 0.25)), detection((0.2, 0.5), (0.3, 0.5))]
    found = squares("detections", two, "norm_rects", **UPWARDS)
    assert [fields(rect) for rect in found] == [
        pytest.approx((0.5, 0.5, 0.25, 0.5, 0.0)),
        pytest.approx((0.2, 0.5, 0.2, 0.4, math.pi / 2)),
    ]


@pytest.mark.parametrize(
    ("size", "options", "message"),
    [
        (WIDE, {}, "set rotation_vector_start_keypoint_index"),
        (WIDE, UPWARDS | {"rotation_vector_end_keypoint_index": None}, "give the start and the end"),
        (None, UPWARDS, "a rotation needs 'image_size'"),
    ],
)
def test_squares_that_are_not_fully_said(size: ImageSize | None, options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        squares("detection", detection((0, 0), (1, 0)), "norm_rect", size, **options)
