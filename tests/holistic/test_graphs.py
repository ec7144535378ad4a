"""The graphs are MediaPipe's, node for node. The lists are what its files say once their subgraphs are opened.

Left out of them is what loads models, which is one calculator each here.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs


def nodes_of(name: str) -> list[str]:
    nodes = Graph.load(bundled_graphs() / f"{name}.yaml").plan.nodes
    return [node.contract.calculator.__name__ for node in nodes]


def opened(nodes: Sequence[str]) -> list[str]:
    """The nodes of a list; instead of modules, which have a test of their own, the nodes of these."""
    return [one for node in nodes for one in (nodes_of(node) if node.startswith("modules/") else [node])]


FACE_TO_ROI = ["LandmarksToDetection", "DetectionsToRects", "RectTransformation"]
HAND_TO_ROI = ["HandLandmarksToRect", "RectTransformation"]
RECROP = [
    *["ImageToTensor", "Inference"],
    *["TensorsToLandmarks", "LandmarkLetterboxRemoval", "LandmarkProjection"],
    *["LandmarksToDetection", "ImageProperties", "AlignmentPointsRects", "RectTransformation"],
]
VISIBILITY = ["SplitLandmarks", "LandmarkVisibility", "Thresholding"]
ROUGH_ROI = ["LandmarksToDetection", "HandDetectionsFromPoseToRects", "RectTransformation"]
HAND_TRACKING = ["PreviousLoopback", *HAND_TO_ROI, "RoiTracking"]
HAND = [*VISIBILITY, "Gate", "ImageProperties", *ROUGH_ROI, *RECROP, *HAND_TRACKING, "modules/hand_landmark"]
HANDS = ["SplitLandmarks", *HAND] * 2
FACE_TRACKING = ["PreviousLoopback", *FACE_TO_ROI, "RoiTracking"]
DETECTION_TO_ROI = ["DetectionsToRects", "RectTransformation"]
FACE = [
    "ImageProperties",
    *FACE_TO_ROI,
    "modules/face_detection_short_range",
    *DETECTION_TO_ROI,
    *FACE_TRACKING,
    "modules/face_landmark",
]
HOLISTIC = ["modules/pose_landmark", *HANDS, "SplitLandmarks", *FACE]
WRIST = ["SidePacketToStream", "SplitLandmarks", "SetLandmarkVisibility"]
RENDER_DATA = [
    "RectToRenderScale",
    *["SplitLandmarks"] * 4,
    *[*WRIST, "Merge"] * 2,
    *["ConcatenateLandmarks", "SplitLandmarks", "SplitLandmarks"],
    *["LandmarksToRenderData"] * 9,
    *["FaceLandmarksToRenderData", "ConcatenateVector"],
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("modules/hand_visibility_from_hand_landmarks_from_pose", VISIBILITY),
        ("modules/hand_landmarks_from_pose_to_recrop_roi", ROUGH_ROI),
        ("modules/hand_recrop_by_roi", RECROP),
        ("modules/hand_landmarks_to_roi", HAND_TO_ROI),
        ("modules/hand_tracking", HAND_TRACKING),
        ("modules/hand_landmarks_from_pose", HAND),
        ("modules/hand_landmarks_left_and_right", HANDS),
        ("modules/hand_wrist_for_pose", WRIST),
        ("modules/face_landmarks_from_pose_to_recrop_roi", FACE_TO_ROI),
        ("modules/face_detection_front_detections_to_roi", DETECTION_TO_ROI),
        ("modules/face_landmarks_to_roi", FACE_TO_ROI),
        ("modules/face_tracking", FACE_TRACKING),
        ("modules/face_landmarks_from_pose", FACE),
        ("modules/holistic_landmark", HOLISTIC),
        ("modules/holistic_tracking_to_render_data", RENDER_DATA),
        (
            "holistic_tracking_desktop_live",
            [
                "VideoSource",
                "FlowLimiter",
                *HOLISTIC,
                "ImageProperties",
                *RENDER_DATA,
                "AnnotationOverlay",
                "VideoSink",
            ],
        ),
    ],
)
def test_the_nodes_are_mediapipes(name: str, expected: Sequence[str]) -> None:
    assert sorted(nodes_of(name)) == sorted(opened(expected))
