from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.image.roi import matrix_of, roi_of
from graphflow.calculators.landmarks.landmark_projection import LandmarkProjection
from graphflow.calculators.landmarks.landmarks_to_detection import LandmarksToDetection
from graphflow.calculators.landmarks.tensors_to_landmarks import TensorsToLandmarks
from graphflow.calculators.types import ImageSize, Landmarks, NormRect, PixelLandmarks
from graphflow.testing import run_calculator

RAW = numpy.array([[48, 96, 24, 2, -1], [144, 192, -24, 0, 1]], numpy.float32)
SIZE = {"input_image_width": 192, "input_image_height": 96}


def landmarks(*points: tuple[float, float, float]) -> Landmarks:
    return Landmarks(numpy.array(points, numpy.float32))


def read(dimensions: int = 3, output: str = "norm_landmarks", given: Any = None, **options: Any) -> Any:
    inputs: dict[str, Any] = {"tensors": [Packet([RAW[:, :dimensions].reshape(1, 1, 1, -1)], 0)]}
    options = {"num_landmarks": 2} | (SIZE if "input_image_width" not in options else {}) | options
    result = run_calculator(
        TensorsToLandmarks, inputs=inputs, outputs=[output], options=options, side_packets=given or {}
    )
    return result.values(output)[0]


# --- the types ---------------------------------------------------------------------------------------------------


def test_landmarks_are_an_array_with_a_name() -> None:
    face = landmarks((0.5, 0.25, 0.1), (1, 1, 0))
    assert numpy.asarray(face) is face.points
    assert numpy.array(face, copy=True) is not face.points
    assert numpy.asarray(face, numpy.float64).dtype == numpy.float64
    assert (len(face), face[0].tolist()) == (2, pytest.approx([0.5, 0.25, 0.1]))
    assert face.pixels(200, 100)[0].tolist() == pytest.approx([100, 25, 20])
    assert repr(face) == "<Landmarks: 2 points>"


def test_landmarks_in_pixels_are_something_else() -> None:
    points = landmarks((0, 0, 0)).points
    assert Landmarks(points) == Landmarks(points.copy())
    assert Landmarks(points) != PixelLandmarks(points)
    assert Landmarks(points) != Landmarks(points, visibility=numpy.ones(1, numpy.float32))


# --- from tensors ------------------------------------------------------------------------------------------------


def test_x_and_z_are_divided_by_the_width_y_by_the_height() -> None:
    assert read().points.tolist() == [[0.25, 1.0, 0.125], [0.75, 2.0, -0.125]]
    assert read(normalize_z=2.0).points[:, 2].tolist() == [0.0625, -0.0625]


def test_landmarks_in_the_models_own_unit() -> None:
    found = read(output="landmarks")
    assert isinstance(found, PixelLandmarks)
    assert found.points.tolist() == RAW[:, :3].tolist()


@pytest.mark.parametrize("dimensions", [1, 2])
def test_coordinates_that_the_model_lacks_are_0(dimensions: int) -> None:
    points = read(dimensions).points
    assert points[:, dimensions:].tolist() == [[0] * (3 - dimensions)] * 2


def test_visibility_and_presence() -> None:
    found = read(5, visibility_activation="SIGMOID")
    assert found.visibility.tolist() == pytest.approx([1 / (1 + math.exp(-2)), 0.5])
    assert found.presence.tolist() == [-1, 1]
    assert read(4).presence is None


def test_flips() -> None:
    assert read(flip_horizontally=True).points[:, 0].tolist() == [0.75, 0.25]
    assert read(flip_vertically=True).points[:, 1].tolist() == [0.0, -1.0]
    assert read(given={"flip_horizontally": True}).points[:, 0].tolist() == [0.75, 0.25]


def test_the_size_is_needed_for_relative_landmarks() -> None:
    with pytest.raises(GraphConfigError, match="set input_image_width and input_image_height"):
        read(input_image_width=None)


# --- projection --------------------------------------------------------------------------------------------------


def project(face: Landmarks, options: dict[str, Any] | None = None, **inputs: Any) -> Any:
    packets: dict[str, Any] = {name: [Packet(value, 0)] for name, value in inputs.items()}
    packets["norm_landmarks:0"] = [Packet(face, 0)]
    return run_calculator(LandmarkProjection, inputs=packets, options=options).values("norm_landmarks:0")[0].points


def test_points_turn_about_the_middle_of_the_region() -> None:
    rect = NormRect(0.3, 0.6, 0.2, 0.4, math.pi / 2)
    found = project(landmarks((0.5, 0.5, 0), (1.0, 0.5, 0.5)), norm_rect=rect)
    assert found == pytest.approx(numpy.array([[0.3, 0.6, 0], [0.3, 0.8, 0.1]]), abs=1e-6)
    upright = project(landmarks((1.0, 0.5, 0.5)), {"ignore_rotation": True}, norm_rect=rect)
    assert upright == pytest.approx(numpy.array([[0.4, 0.6, 0.1]]), abs=1e-6)


def test_a_region_that_is_square_in_the_image_needs_no_matrix() -> None:
    size, rect = ImageSize(100, 100), NormRect(0.4, 0.5, 0.25, 0.25, 0.4)
    face = landmarks((0.1, 0.9, 0.2), (0.7, 0.3, -0.1))
    by_matrix = project(face, projection_matrix=matrix_of(roi_of(size, rect), size))
    assert project(face, norm_rect=rect) == pytest.approx(by_matrix, abs=1e-6)
    numpy.testing.assert_array_equal(project(face, norm_rect=rect, image_dimensions=size), by_matrix)


def test_with_the_image_size_a_region_of_any_shape_is_right() -> None:
    rect = NormRect(0.5, 0.5, 0.1, 0.4, math.pi / 2)  # 20 by 40 pixels, lying on its side
    found = project(landmarks((1.0, 0.5, 0), (0.5, 0.0, 0)), norm_rect=rect, image_dimensions=ImageSize(200, 100))
    assert found[:, :2] == pytest.approx(numpy.array([[0.5, 0.6], [0.6, 0.5]]), abs=1e-6)


def test_one_way_to_know_the_region() -> None:
    with pytest.raises(GraphConfigError, match="one of 'norm_rect' and 'projection_matrix'"):
        project(landmarks((0, 0, 0)))


# --- to detections -----------------------------------------------------------------------------------------------


def test_a_box_around_the_landmarks_which_become_key_points() -> None:
    face = landmarks((0.25, 0.5, 9), (0.75, 0.625, -9), (0.5, 1.25, 0))
    found = LandmarksToDetection().process(face)
    assert (found.xmin, found.ymin, found.width, found.height) == (0.25, 0.5, 0.5, 0.75)
    assert found.keypoints.tolist() == face.points[:, :2].tolist()
    some = LandmarksToDetection(selected_landmark_indices=[1, 2]).process(face)
    assert (some.xmin, len(some.keypoints)) == (0.5, 2)


def test_a_face_that_is_wholly_outside_reaches_to_the_border() -> None:
    found = LandmarksToDetection().process(landmarks((-0.5, -0.25, 0), (-0.25, -0.125, 0)))
    assert (found.xmin + found.width, found.ymin + found.height) == (0, 0)


def test_no_landmarks() -> None:
    with pytest.raises(ValueError, match="no landmarks"):
        LandmarksToDetection().process(Landmarks(numpy.empty((0, 3), numpy.float32)))
