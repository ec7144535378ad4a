"""Heads in space. The figures in tests/golden/face_mesh/*.geometry.npz are MediaPipe's, of its own landmarks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.drawing.face_geometry_to_render_data import FaceGeometryToRenderData
from graphflow.calculators.geometry.canonical_face import WEIGHTS, canonical_face
from graphflow.calculators.geometry.face_geometry_env_generator import FaceGeometryEnvGenerator
from graphflow.calculators.geometry.face_geometry_pipeline import FaceGeometryPipeline
from graphflow.calculators.geometry.procrustes import Procrustes
from graphflow.calculators.types import Environment, FaceGeometry, ImageSize, Landmarks
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "face_mesh"
SIZES = {"portrait": ImageSize(512, 512), "two_faces": ImageSize(640, 300)}


def geometry(size: ImageSize, *faces: Any, environment: Environment | None = None) -> list[FaceGeometry]:
    inputs = {
        "image_size": [Packet(size, 0)],
        "multi_face_landmarks": [Packet([Landmarks(numpy.asarray(face, numpy.float32)) for face in faces], 0)],
    }
    side_packets = {"environment": environment or Environment()}
    (found,) = run_calculator(FaceGeometryPipeline, inputs=inputs, side_packets=side_packets).values(
        "multi_face_geometry"
    )
    assert isinstance(found, list)
    return found


def turned(pitch: float = 0, yaw: float = 0, roll: float = 0) -> Any:
    """A pose, from angles in degrees, half a metre before the camera."""
    x, y, z = (math.radians(angle) for angle in (pitch, yaw, roll))
    about_x = numpy.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    about_y = numpy.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_z = numpy.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    pose = numpy.eye(4)
    pose[:3, :3] = about_y @ about_x @ about_z
    pose[:3, 3] = (3, -4, -50)
    return pose


def seen(pose: Any, size: ImageSize, environment: Environment | None = None) -> Any:
    """Where the camera sees the canonical face, as landmarks."""
    environment = environment or Environment()
    points = canonical_face().vertices @ pose[:3, :3].T + pose[:3, 3]
    width, height = environment.view(*size)
    shrunk = points / -points[:, 2:] * environment.near
    x, y = shrunk[:, 0] / width + 0.5, shrunk[:, 1] / height + 0.5
    # z of landmarks: on the scale of x, at the distance of the head.
    depth = -points[:, 2] * environment.near / -points[:, 2].mean() / width
    return numpy.stack([x, 1 - y if environment.origin_at_top else y, depth], axis=1)


@pytest.mark.parametrize("name", SIZES)
def test_poses_and_landmarks_are_mediapipes(name: str) -> None:
    with numpy.load(GOLDEN / f"{name}.geometry.npz") as golden:
        landmarks, metric, poses = golden["landmarks"], golden["metric"], golden["poses"]
    compared = 0
    for index in numpy.ndindex(landmarks.shape[:2]):
        (found,) = geometry(SIZES[name], landmarks[index])
        numpy.testing.assert_allclose(found.pose[:3, :3], poses[index][:3, :3], atol=1e-4)
        numpy.testing.assert_allclose(found.translation, poses[index][:3, 3], atol=2e-3)
        numpy.testing.assert_allclose(found.landmarks, metric[index], atol=1e-3)
        compared += 1
    assert compared == {"portrait": 1, "two_faces": 6}[name]


def test_the_head_of_the_portrait() -> None:
    with numpy.load(GOLDEN / "portrait.geometry.npz") as golden:
        (found,) = geometry(SIZES["portrait"], golden["landmarks"][0, 0])
    numpy.testing.assert_allclose(found.translation, (-5.00, 22.59, -69.69), atol=0.01)


@pytest.mark.parametrize("size", [ImageSize(640, 480), ImageSize(300, 900)])
@pytest.mark.parametrize("environment", [Environment(), Environment(False, 40.0, 2.0)])
def test_a_pose_is_found_again(size: ImageSize, environment: Environment) -> None:
    pose = turned(pitch=-5, yaw=12, roll=20)
    (found,) = geometry(size, seen(pose, size, environment), environment=environment)
    numpy.testing.assert_allclose(found.pose[:3, :3], pose[:3, :3], atol=0.03)
    numpy.testing.assert_allclose(found.translation, pose[:3, 3], atol=1.0)
    numpy.testing.assert_allclose(found.landmarks, canonical_face().vertices, atol=0.5)


@pytest.mark.parametrize("angles", [(10, 0, 0), (0, 25, 0), (0, 0, -30), (-12, 20, 35)])
def test_angles_of_a_head(angles: tuple[float, float, float]) -> None:
    pose = turned(*angles).astype(numpy.float32)
    numpy.testing.assert_allclose(FaceGeometry(canonical_face().vertices, pose).angles, angles, atol=1e-3)


def test_irises_do_not_count() -> None:
    face = seen(turned(), ImageSize(640, 480))
    (plain,) = geometry(ImageSize(640, 480), face)
    (with_irises,) = geometry(ImageSize(640, 480), numpy.vstack([face, numpy.ones((10, 3))]))
    assert plain == with_irises


def test_faces_too_small_to_tell_are_left_out() -> None:
    face = seen(turned(), ImageSize(640, 480))
    tiny = face * 1e-3
    assert len(geometry(ImageSize(640, 480), tiny, face)) == 1


def test_points_of_something_else() -> None:
    with pytest.raises(ValueError, match="a face has 68 points, but 468 are needed"):
        geometry(ImageSize(640, 480), numpy.random.default_rng(0).random((68, 3)))


def test_the_canonical_face() -> None:
    face = canonical_face()
    assert (face.vertices.shape, face.texture.shape, face.triangles.shape) == ((468, 3), (468, 2), (898, 3))
    assert sum(WEIGHTS.values()) == pytest.approx(1.055, abs=1e-3)
    assert set(face.triangles.ravel().tolist()) == set(range(468))
    numpy.testing.assert_allclose(face.vertices[4], (0, -0.46317, 7.58658), atol=1e-6)
    assert face.vertices[33][0] < 0 < face.vertices[263][0]  # the eye on the left of the image, and the other


def test_points_are_laid_over_others() -> None:
    rng = numpy.random.default_rng(5)
    source, weights = rng.normal(size=(9, 3)), rng.uniform(0.1, 1, 9)
    turn = turned(20, 30, -70)[:3, :3]
    found, scale = Procrustes(source, weights).solve(source @ turn.T * 2.5 + (1, 2, 3))
    assert scale == pytest.approx(2.5)
    numpy.testing.assert_allclose(found[:3, :3], turn * 2.5, atol=1e-9)
    numpy.testing.assert_allclose(found[:3, 3], (1, 2, 3), atol=1e-9)


def test_points_are_never_mirrored() -> None:
    rng = numpy.random.default_rng(6)
    source = rng.normal(size=(9, 3))
    found, _ = Procrustes(source, numpy.ones(9)).solve(source * (-1, 1, 1))
    assert numpy.linalg.det(found[:3, :3]) > 0


def test_points_that_lie_on_one_another() -> None:
    procrustes = Procrustes(numpy.eye(3), numpy.ones(3))
    with pytest.raises(ValueError, match="lie on one another"):
        procrustes.solve(numpy.ones((3, 3)))


def test_the_camera() -> None:
    made = run_calculator(FaceGeometryEnvGenerator, options={"vertical_fov_degrees": 90.0, "near": 2.0}).side_packets
    assert made["environment"] == Environment(True, 90.0, 2.0, 10000.0)
    assert made["environment"].view(200, 100) == pytest.approx((8.0, 4.0))


@pytest.mark.parametrize("options", [{"near": 10.0, "far": 5.0}, {"vertical_fov_degrees": 180.0}, {"near": 0.0}])
def test_a_camera_that_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError):
        run_calculator(FaceGeometryEnvGenerator, options=options)


def axes(pose: Any, size: ImageSize) -> Any:
    face = FaceGeometry(canonical_face().vertices, pose.astype(numpy.float32))
    result = run_calculator(
        FaceGeometryToRenderData,
        inputs={"image_size": [Packet(size, 0)], "multi_face_geometry": [Packet([face], 0)]},
        side_packets={"environment": Environment()},
    )
    (data,) = result.values("render_data")
    return {tuple(line.color): line.lines[0] for line in data.primitives}, [tuple(p.color) for p in data.primitives]


def test_axes_are_drawn_where_the_head_is() -> None:
    size = ImageSize(640, 480)
    lines, order = axes(turned(), size)
    (left, top), (right, bottom) = lines[255, 0, 0]
    origin = (0.5 + 3 / 50 / Environment().view(*size)[0], 0.5 + 4 / 50 / Environment().view(*size)[1])
    numpy.testing.assert_allclose((left, top), origin, atol=1e-6)
    assert right > left
    assert bottom == pytest.approx(top)
    assert lines[0, 255, 0][1][1] < top  # up is towards smaller y
    assert order[-1] == (0, 0, 255)  # what comes towards the camera is drawn over the rest


def test_a_head_behind_the_camera_is_not_drawn() -> None:
    pose = turned()
    pose[2, 3] = 20
    assert axes(pose, ImageSize(640, 480)) == ({}, [])
