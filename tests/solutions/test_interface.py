"""The interface of `graphflow.solutions` is that of MediaPipe 0.10.21's, as far as names, order and defaults go."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from typing import Any

import pytest

from graphflow import solutions
from graphflow.solutions import (
    drawing_styles,
    drawing_utils,
    face_detection,
    face_mesh,
    hands,
    holistic,
    objectron,
    pose,
)
from graphflow.solutions import face_mesh_connections as face
from graphflow.solutions.selfie_segmentation import SelfieSegmentation

POSE = {
    "static_image_mode": False,
    "model_complexity": 1,
    "smooth_landmarks": True,
    "enable_segmentation": False,
    "smooth_segmentation": True,
    "min_detection_confidence": 0.5,
    "min_tracking_confidence": 0.5,
}
DEFAULTS: dict[Any, dict[str, Any]] = {
    face_detection.FaceDetection: {"min_detection_confidence": 0.5, "model_selection": 0},
    face_mesh.FaceMesh: {
        "static_image_mode": False,
        "max_num_faces": 1,
        "refine_landmarks": False,
        "min_detection_confidence": 0.5,
        "min_tracking_confidence": 0.5,
    },
    hands.Hands: {
        "static_image_mode": False,
        "max_num_hands": 2,
        "model_complexity": 1,
        "min_detection_confidence": 0.5,
        "min_tracking_confidence": 0.5,
    },
    pose.Pose: POSE,
    holistic.Holistic: dict(list(POSE.items())[:5]) | {"refine_face_landmarks": False} | dict(list(POSE.items())[5:]),
    SelfieSegmentation: {"model_selection": 0},
    objectron.Objectron: {
        "static_image_mode": False,
        "max_num_objects": 5,
        "min_detection_confidence": 0.5,
        "min_tracking_confidence": 0.99,
        "model_name": "Shoe",
        "focal_length": (1.0, 1.0),
        "principal_point": (0.0, 0.0),
        "image_size": None,
    },
}


@pytest.mark.parametrize("cls", DEFAULTS, ids=lambda cls: cls.__name__)
def test_arguments_have_mediapipes_names_order_and_defaults(cls: Any) -> None:
    parameters = inspect.signature(cls).parameters
    assert [(name, one.default) for name, one in parameters.items()] == list(DEFAULTS[cls].items())


@pytest.mark.parametrize(
    ("pairs", "count"),
    [
        (face.FACEMESH_LIPS, 40),
        (face.FACEMESH_LEFT_EYE, 16),
        (face.FACEMESH_RIGHT_EYE, 16),
        (face.FACEMESH_LEFT_EYEBROW, 8),
        (face.FACEMESH_RIGHT_EYEBROW, 8),
        (face.FACEMESH_FACE_OVAL, 36),
        (face.FACEMESH_NOSE, 25),
        (face.FACEMESH_CONTOURS, 124),
        (face.FACEMESH_IRISES, 8),
        (face.FACEMESH_TESSELATION, 2556),
        (hands.HAND_CONNECTIONS, 21),
        (pose.POSE_CONNECTIONS, 35),
        (objectron.BOX_CONNECTIONS, 12),
    ],
)
def test_sets_of_connections_are_as_large_as_mediapipes(pairs: frozenset[tuple[int, int]], count: int) -> None:
    assert len(pairs) == count


def test_every_connection_has_a_style() -> None:
    assert drawing_styles.get_default_hand_connections_style().keys() == hands.HAND_CONNECTIONS
    assert set(drawing_styles.get_default_hand_landmarks_style()) == set(hands.HandLandmark)
    assert set(drawing_styles.get_default_pose_landmarks_style()) == set(pose.PoseLandmark)
    for i in (0, 1):
        assert drawing_styles.get_default_face_mesh_contours_style(i).keys() >= face.FACEMESH_CONTOURS
    assert drawing_styles.get_default_face_mesh_iris_connections_style().keys() == face.FACEMESH_IRISES
    assert drawing_styles.get_default_face_mesh_tesselation_style() == drawing_utils.DrawingSpec((128, 128, 128), 1)


def test_modules_are_imported_when_they_are_used() -> None:
    code = "import sys, graphflow.solutions as s; print('cv2' in sys.modules, 'numpy' in sys.modules, bool(s.hands))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False", "True"]
    for name in solutions.__all__:
        assert importlib.import_module(f"graphflow.solutions.{name}") is getattr(solutions, name)
    with pytest.raises(AttributeError, match="no attribute 'hand'"):
        solutions.hand  # noqa: B018


@pytest.mark.parametrize(
    ("given", "model", "lowest"),
    [(0.5, 0, 0.5), (0.5, 1, 0.6), (0.3, 1, 0.3), (0.9, 1, 0.6), (0.3, 0, 0.3), (0.9, 0, 0.5)],
)
def test_the_lowest_score_of_a_face_is_mediapipes_unless_it_is_said(given: float, model: int, lowest: float) -> None:
    with face_detection.FaceDetection(given, model) as solution:
        (node,) = (one for one in solution.graph.plan.nodes if one.contract.name == "TensorsToDetections")
        assert node.options["min_score_thresh"] == lowest
