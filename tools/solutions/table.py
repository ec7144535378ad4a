"""Which module of ours stands beside which class of mp.solutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphflow.models import manifest
from graphflow.models.store import path_of

BUNDLE = "model_asset_path"
"""The argument of MediaPipe Tasks that is a file; ours is the name of a model."""
STATIC = {"use_prev_landmarks": False, "smooth_landmarks": False, "smooth_segmentation": False}
"""Side packets of a run that looks at each picture for itself, as far as a module has them."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """One solution.

    Attributes:
        module: The file in graphs/modules; its input is `image`.
        peer: The class in mediapipe.solutions, or what the script takes in its place.
        script: In tools/peer, runs it.
        arguments: Its arguments, by the side packet that says the same; other side packets it has no argument for.
        values: What MediaPipe calls the value of a side packet, where it is not the same.
        streams: MediaPipe's results, by our output.
        side: Side packets that the comparison sets, unless told otherwise.
        static: Whether MediaPipe's class knows `static_image_mode`.
        loops: What MediaPipe led from one frame to the next: by a part of the path of our PreviousLoopback the stream
            that its loop reads there. The first that fits counts.
        closed: Optional inputs of the module on which nothing comes.
        threads: That run the graph, as in the graphs and classes that come with graphflow; None: the one that sends.
        lost: Options of nodes by which our graph behaves as MediaPipe's does in Python, which loses some.
    """

    module: str
    peer: str
    arguments: Mapping[str, str]
    streams: Mapping[str, str]
    script: str = "mediapipe_solutions.py"
    values: Mapping[Any, Any] = field(default_factory=dict)
    side: Mapping[str, Any] = field(default_factory=dict)
    static: bool = True
    loops: Mapping[str, str] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    threads: int | None = None
    lost: Mapping[str, Any] = field(default_factory=dict)

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of MediaPipe's class for side packets of ours."""
        known = {
            self.arguments[name]: self.values.get(value, value)
            for name, value in side.items()
            if name in self.arguments
        }
        if BUNDLE in known:
            model = manifest().get(known[BUNDLE])
            known[BUNDLE] = str(path_of(model)) if model else known[BUNDLE]
        return known


POSE = {name: name for name in ("model_complexity", "smooth_landmarks", "enable_segmentation", "smooth_segmentation")}
LOST = {"body/decode/refine.kernel_size": 9, "filter_segmentation/smooth.combine_with_previous_ratio": 0.0}
SOLUTIONS = {
    "face": Solution(
        module="face_landmark_front",
        peer="face_mesh.FaceMesh",
        arguments={"num_faces": "max_num_faces", "with_attention": "refine_landmarks"},
        streams={"landmarks": "multi_face_landmarks"},
        loops={"": "face_rects_from_landmarks"},
        closed=("num_faces", "min_detection_score"),
    ),
    "face_landmarker": Solution(
        module="face_landmarker",
        peer="FaceLandmarker",
        script="mediapipe_tasks.py",
        arguments={
            "bundle": BUNDLE,
            "num_faces": "num_faces",
            "output_face_blendshapes": "output_face_blendshapes",
            "output_facial_transformation_matrixes": "output_facial_transformation_matrixes",
        },
        streams={"norm_landmarks": "face_landmarks"},
        side={
            "bundle": "face_landmarker.task",
            "output_face_blendshapes": True,
            "output_facial_transformation_matrixes": True,
        },
    ),
    "hands": Solution(
        module="hand_landmark_tracking",
        peer="hands.Hands",
        arguments={"num_hands": "max_num_hands", "model_complexity": "model_complexity"},
        streams={
            "landmarks": "multi_hand_landmarks",
            "world_landmarks": "multi_hand_world_landmarks",
            "handedness": "multi_handedness",
        },
        side={"num_hands": 2},
        loops={"": "hand_rects_from_landmarks"},
        threads=2,
    ),
    "objectron": Solution(
        module="objectron",
        peer="objectron.Objectron",
        arguments={"model_path": "model_name", "max_num_objects": "max_num_objects"},
        values={"object_detection_3d_cup.tflite": "Cup"},
        streams={"frame_annotation": "detected_objects"},
        side={"model_path": "object_detection_3d_cup.tflite", "labels_csv": "Coffee cup,Mug"},
        loops={"": "box_rects_from_landmarks"},
    ),
    "pose": Solution(
        module="pose_landmark",
        peer="pose.Pose",
        arguments=POSE,
        streams={
            "landmarks": "pose_landmarks",
            "world_landmarks": "pose_world_landmarks",
            "segmentation_mask": "segmentation_mask",
        },
        side={"smooth_landmarks": True, "enable_segmentation": True, "smooth_segmentation": True},
        loops={"segmentation": "", "": "pose_rect_from_landmarks"},
        lost=LOST,
    ),
    "holistic": Solution(
        module="holistic_landmark",
        peer="holistic.Holistic",
        arguments=POSE | {"refine_face_landmarks": "refine_face_landmarks"},
        streams={
            "pose_landmarks": "pose_landmarks",
            "world_landmarks": "pose_world_landmarks",
            "left_hand_landmarks": "left_hand_landmarks",
            "right_hand_landmarks": "right_hand_landmarks",
            "face_landmarks": "face_landmarks",
            "segmentation_mask": "segmentation_mask",
        },
        side={"smooth_landmarks": True, "enable_segmentation": True, "smooth_segmentation": True},
        loops={
            "segmentation": "",
            "left": "left_hand_landmarks",
            "right": "right_hand_landmarks",
            "face": "face_landmarks",
            "": "pose_landmarks_roi",
        },
        threads=2,
        lost={f"pose/{option}": value for option, value in LOST.items()},
    ),
    "selfie": Solution(
        module="selfie_segmentation",
        peer="selfie_segmentation.SelfieSegmentation",
        arguments={"model_selection": "model_selection"},
        streams={"segmentation_mask": "segmentation_mask"},
        static=False,
    ),
}
