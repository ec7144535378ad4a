from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Graph, Packet
from graphflow.calculators.drawing.iris_to_render_data import IrisToRenderData
from graphflow.calculators.landmarks.iris_to_depth import IrisToDepth
from graphflow.calculators.landmarks.update_face_landmarks import UpdateFaceLandmarks
from graphflow.calculators.types import Color, ImageFileProperties, ImageSize, Landmarks
from graphflow.calculators.types.render_data import Points, Rectangle, Text
from graphflow.testing import run_calculator

SIZE = ImageSize(640, 480)


def irises(*pixels: tuple[float, float, float]) -> Landmarks:
    """The points of irises, each given by its middle and its diameter in pixels of a picture of 640 x 480."""
    points = []
    for x, y, diameter in pixels:
        r = diameter / 2
        points += [(x, y, 0), (x + r, y, 0), (x, y - r, 0), (x - r, y, 0), (x, y + r, 0)]
    return Landmarks(numpy.array(points, numpy.float32) / numpy.array([640, 480, 640], numpy.float32))


BOTH = irises((320, 240, 11.8), (320, 540, 23.6))


def depths(*irises: Landmarks, **side_packets: Any) -> list[list[float]]:
    inputs: dict[str, Any] = {
        "iris": [Packet(one, t) for t, one in enumerate(irises)],
        "image_size": [Packet(SIZE, t) for t in range(len(irises))],
    }
    found = run_calculator(IrisToDepth, inputs=inputs, side_packets=side_packets)
    return [found.values(f"{side}_iris_depth_mm") for side in ("left", "right")]


def test_the_distance_follows_from_the_size_of_the_iris() -> None:
    # In the middle of the picture; and 300 pixels aside, which is 500 from the lens, at twice the size.
    assert depths(BOTH, focal_length=400.0) == [[pytest.approx(400, rel=1e-5)], [pytest.approx(250, rel=1e-5)]]


def test_the_focal_length_may_be_that_of_a_file() -> None:
    camera = ImageFileProperties(focal_length_pixels=400.0)
    assert depths(BOTH, image_file_properties=camera) == depths(BOTH, focal_length=400.0)
    assert depths(BOTH, image_file_properties=camera, focal_length=800.0) == depths(BOTH, focal_length=800.0)


@pytest.mark.parametrize("given", [{}, {"focal_length": 0.0}, {"image_file_properties": ImageFileProperties()}])
def test_without_a_focal_length_there_is_no_distance(given: dict[str, Any]) -> None:
    assert depths(BOTH, **given) == [[], []]


def test_distances_are_smoothed_and_start_anew_after_an_infinite_one() -> None:
    near, far, point = irises((320, 240, 23.6)), irises((320, 240, 11.8)), irises((320, 240, 0))
    series = [far, near, near, point, near, far]
    left, _ = depths(*(Landmarks(numpy.vstack([one.points] * 2)) for one in series), focal_length=400.0)
    assert left == pytest.approx([400, 380, 362, numpy.inf, 200, 220], rel=1e-5)


def test_which_point_is_which_can_be_told() -> None:
    swapped = {"left_iris_center_index": 5, "right_iris_center_index": 0}
    inputs: dict[str, Any] = {"iris": [Packet(BOTH, 0)], "image_size": [Packet(SIZE, 0)]}
    found = run_calculator(IrisToDepth, inputs=inputs, options=swapped, side_packets={"focal_length": 400.0})
    assert found.values("left_iris_depth_mm") == [pytest.approx(500, rel=1e-5)]
    assert found.values("right_iris_depth_mm") == [pytest.approx(200, rel=1e-5)]


@pytest.mark.parametrize("calculator", [IrisToDepth, IrisToRenderData])
def test_irises_come_in_pairs(calculator: Any) -> None:
    inputs: dict[str, Any] = {"iris": [Packet(irises((1, 1, 1)), 0)], "image_size": [Packet(SIZE, 0)]}
    with pytest.raises(ValueError, match="two irises have 10 points, not 5"):
        run_calculator(calculator, inputs=inputs)


# --- drawing -----------------------------------------------------------------------------------------------------


def drawing(left: float | None = None, right: float | None = None, **options: Any) -> list[Any]:
    inputs: dict[str, Any] = {"iris": [Packet(BOTH, 0)], "image_size": [Packet(SIZE, 0)]}
    for name, depth in (("left_iris_depth_mm", left), ("right_iris_depth_mm", right)):
        inputs[name] = [] if depth is None else [Packet(depth, 0)]
    (data,) = run_calculator(IrisToRenderData, inputs=inputs, options=options).values("render_data")
    return data.primitives  # type: ignore[no-any-return]


def test_each_iris_is_a_circle_and_points_over_it() -> None:
    options = {"oval_color": {"b": 255}, "landmark_color": {"g": 255}, "oval_thickness": 4.0, "landmark_thickness": 2.0}
    circle, points, second, _ = drawing(**options)
    assert isinstance(circle, Rectangle) and isinstance(points, Points)
    assert (circle.oval, circle.normalized, circle.color, circle.thickness) == (True, True, Color(0, 0, 255), 4.0)
    sides = (circle.left * 640, circle.top * 480, circle.right * 640, circle.bottom * 480)
    assert sides == pytest.approx((314.1, 234.1, 325.9, 245.9), abs=1e-3)
    assert (points.normalized, points.color, points.thickness) == (True, Color(0, 255, 0), 2.0)
    assert sorted(points.points.tolist()) == sorted(BOTH.points[:5, :2].tolist())
    assert second.right * 640 - second.left * 640 == pytest.approx(23.6, abs=1e-3)


@pytest.mark.parametrize(("location", "baseline"), [("TOP_LEFT", 215), ("BOTTOM_LEFT", 470)])
def test_distances_are_written_in_centimetres(location: str, baseline: int) -> None:
    texts = drawing(544.9, 1545.0, horizontal_offset_px=20, vertical_offset_px=140, location=location)[4:]
    assert all(isinstance(text, Text) for text in texts)
    assert [text.text for text in texts] == ["Left : :54 cm", "Right : :155 cm"]
    assert [(text.left, text.baseline, text.font_height) for text in texts] == [
        (20, baseline, 50),
        (20, baseline + 75, 50),
    ]


def test_unknown_distances_are_not_written() -> None:
    assert [text.text for text in drawing(float("inf"), 300.0)[4:]] == ["Right : :30 cm"]


# --- faces -------------------------------------------------------------------------------------------------------


def test_the_points_of_the_eyes_are_replaced_in_the_places_that_the_attention_model_refines() -> None:
    module = Graph.load("modules/tensors_to_face_landmarks_with_attention").plan
    face = Landmarks(numpy.zeros((468, 3), numpy.float32))
    eyes = Landmarks(numpy.arange(1, 427, dtype=numpy.float32).reshape(142, 3))
    updated = UpdateFaceLandmarks().process(face, eyes)
    refinement = next(node.options["refinement"] for node in module.nodes if "refinement" in node.options)
    left, right = (entry["indexes_mapping"] for entry in refinement[2:4])
    assert numpy.array_equal(updated.points[left + right], eyes.points)
    assert numpy.count_nonzero(updated.points) == 426 and not face.points.any()


def test_faces_and_eyes_have_their_numbers_of_points() -> None:
    face, eyes = (Landmarks(numpy.zeros((count, 3), numpy.float32)) for count in (468, 142))
    with pytest.raises(ValueError, match="a face must have 468 points here, not 142"):
        UpdateFaceLandmarks().process(eyes, eyes)
    with pytest.raises(ValueError, match="two eyes must have 142 points here, not 468"):
        UpdateFaceLandmarks().process(face, face)


def test_visibility_of_eyes_takes_the_place_of_what_it_was() -> None:
    seen = numpy.full(468, 0.5, numpy.float32)
    face = Landmarks(numpy.zeros((468, 3), numpy.float32), seen)
    eyes = Landmarks(numpy.zeros((142, 3), numpy.float32), numpy.full(142, 0.25, numpy.float32))
    found = UpdateFaceLandmarks().process(face, eyes).visibility
    assert found is not None and found.sum() == pytest.approx(326 * 0.5 + 142 * 0.25) and seen.min() == 0.5
    unseen = UpdateFaceLandmarks().process(face, Landmarks(eyes.points)).visibility
    assert unseen is not None and unseen.sum() == pytest.approx(326 * 0.5)
