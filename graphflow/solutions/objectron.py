"""Objectron: boxes in space around shoes, chairs, cups and cameras."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from graphflow.solutions.download_utils import download_oss_model
from graphflow.solutions.formats import landmark_pb2
from graphflow.solutions.solution_base import SolutionBase


class BoxLandmark(enum.IntEnum):
    """The points of a box: its centre and its corners."""

    CENTER = 0
    BACK_BOTTOM_LEFT = 1
    FRONT_BOTTOM_LEFT = 2
    BACK_TOP_LEFT = 3
    FRONT_TOP_LEFT = 4
    BACK_BOTTOM_RIGHT = 5
    FRONT_BOTTOM_RIGHT = 6
    BACK_TOP_RIGHT = 7
    FRONT_TOP_RIGHT = 8


BOX_CONNECTIONS = frozenset(
    (BoxLandmark(start), BoxLandmark(end))
    for start, end in (
        *((1, 2), (1, 3), (1, 5), (2, 4), (2, 6), (3, 4)),
        *((3, 7), (4, 8), (5, 6), (5, 7), (6, 8), (7, 8)),
    )
)


@dataclass
class ObjectronModel:
    """A network for one kind of object, and what the detector calls the kind."""

    model_path: str
    label_name: str


@dataclass
class ShoeModel(ObjectronModel):
    """Shoes."""

    model_path: str = "mediapipe/modules/objectron/object_detection_3d_sneakers.tflite"
    label_name: str = "Footwear"


@dataclass
class ChairModel(ObjectronModel):
    """Chairs."""

    model_path: str = "mediapipe/modules/objectron/object_detection_3d_chair.tflite"
    label_name: str = "Chair"


@dataclass
class CameraModel(ObjectronModel):
    """Cameras."""

    model_path: str = "mediapipe/modules/objectron/object_detection_3d_camera.tflite"
    label_name: str = "Camera"


@dataclass
class CupModel(ObjectronModel):
    """Cups."""

    model_path: str = "mediapipe/modules/objectron/object_detection_3d_cup.tflite"
    label_name: str = "Coffee cup, Mug"


_MODELS: dict[str, ObjectronModel] = {
    "Shoe": ShoeModel(),
    "Chair": ChairModel(),
    "Cup": CupModel(),
    "Camera": CameraModel(),
}


def get_model_by_name(name: str) -> ObjectronModel:
    """The model for ``Shoe``, ``Chair``, ``Cup`` or ``Camera``; it is fetched if it is not there.

    Raises:
        ValueError: There is no such model.
    """
    if name not in _MODELS:
        raise ValueError(f"{name} is not a valid model name for Objectron.")
    download_oss_model("mediapipe/modules/objectron/object_detection_ssd_mobilenetv2_oidv4_fp16.tflite")
    download_oss_model(_MODELS[name].model_path)
    return _MODELS[name]


@dataclass
class ObjectronOutputs:
    """One object.

    Attributes:
        landmarks_2d: Its nine points in the picture, a NormalizedLandmarkList.
        landmarks_3d: The same in space, a LandmarkList.
        rotation: (3, 3): from the object to the camera.
        translation: (3,): where its centre is.
        scale: (3,): its size.
    """

    landmarks_2d: Any
    landmarks_3d: Any
    rotation: Any
    translation: Any
    scale: Any


class Objectron(SolutionBase):
    """Finds objects of one kind in space.

    Args:
        static_image_mode: Whether the pictures have nothing to do with each other.
        max_num_objects: How many objects to look for.
        min_detection_confidence: Lowest score of an object that is detected, 0 to 1.
        min_tracking_confidence: Lowest score of an object that is followed, 0 to 1.
        model_name: ``Shoe``, ``Chair``, ``Cup`` or ``Camera``.
        focal_length: Of the camera, in halves of the picture; in pixels if `image_size` is given.
        principal_point: Where the camera looks, likewise.
        image_size: Width and height of the pictures in pixels.
    """

    def __init__(
        self,
        static_image_mode: bool = False,
        max_num_objects: int = 5,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.99,
        model_name: str = "Shoe",
        focal_length: tuple[float, float] = (1.0, 1.0),
        principal_point: tuple[float, float] = (0.0, 0.0),
        image_size: tuple[int, int] | None = None,
    ) -> None:
        (fx, fy), (px, py) = focal_length, principal_point
        if image_size is not None:
            half_width, half_height = image_size[0] / 2.0, image_size[1] / 2.0
            fx, fy = fx / half_width, fy / half_height
            px, py = -(px - half_width) / half_width, -(py - half_height) / half_height
        model = get_model_by_name(model_name)
        super().__init__(
            "mediapipe/modules/objectron/objectron_cpu.binarypb",
            side_inputs={
                "model_path": model.model_path.rpartition("/")[2],
                "labels_csv": model.label_name,
                "max_num_objects": max_num_objects,
                "use_prev_landmarks": not static_image_mode,
            },
            options={
                "min_detection_score": min_detection_confidence,
                "min_presence_score": min_tracking_confidence,
                "normalized_focal_x": fx,
                "normalized_focal_y": fy,
                "lift.normalized_principal_point_x": px,
                "lift.normalized_principal_point_y": py,
            },
            outputs=["detected_objects"],
        )

    def process(self, image: Any) -> Any:
        """``detected_objects``: an ObjectronOutputs for each object in an RGB picture, or None."""
        return super().process(image)

    def _result(self, name: str, value: Any) -> Any:
        return [_outputs(one) for one in value] if value else None


def _outputs(value: Any) -> ObjectronOutputs:
    flat = landmark_pb2.NormalizedLandmarkList()
    for x, y in value.points_2d.tolist():
        flat.landmark.add(x=x, y=y)
    space = landmark_pb2.LandmarkList()
    for x, y, z in value.points_3d.tolist():
        space.landmark.add(x=x, y=y, z=z)
    return ObjectronOutputs(flat, space, value.rotation, value.translation, value.scale)
