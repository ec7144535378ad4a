"""The graphs are MediaPipe's, node for node. The lists are what its files say once their subgraphs are opened.

Left out of them is what has no work to do here: the resolver of custom operators, and constants, which are defaults of
side packets. MediaPipe's subgraphs that load the models are one calculator each.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs

PALM = [
    "ImageToTensor",
    "ModelLoader",
    "Inference",
    "SsdAnchors",
    "TensorsToDetections",
    "NonMaxSuppression",
    "DetectionLetterboxRemoval",
]
PALM_TO_ROI = ["DetectionsToRects", "RectTransformation"]
HAND = [
    "ImageToTensor",
    "ModelLoader",
    "Inference",
    "SplitVector",
    "TensorsToFloats",
    "Thresholding",
    *["Gate"] * 3,
    "TensorsToClassification",
    *["TensorsToLandmarks", "LandmarkLetterboxRemoval", "LandmarkProjection"],
    *["TensorsToLandmarks", "WorldLandmarkProjection"],
]
HAND_TO_ROI = ["HandLandmarksToRect", "RectTransformation"]
TRACKING = [
    "Gate",
    "CollectionHasMinSize",
    "Gate",
    *PALM,
    "ClipVectorSize",
    "ImageProperties",
    *["BeginLoop", *PALM_TO_ROI, "EndLoop"],
    "Association",
    "ImageProperties",
    *["BeginLoop", *HAND, *HAND_TO_ROI, *["EndLoop"] * 4],
    "PreviousLoopback",
]
RENDERER = [
    "DetectionsToRenderData",
    *["RectToRenderData"] * 2,
    *["BeginLoop", "LandmarksToRenderData", "EndLoop"],
    *["CollectionHasMinSize", "Gate", "SplitVector", "LabelsToRenderData"],
    "AnnotationOverlay",
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("modules/palm_detection", PALM),
        ("modules/palm_detection_detection_to_roi", PALM_TO_ROI),
        ("modules/hand_landmark", HAND),
        ("modules/hand_landmark_landmarks_to_roi", HAND_TO_ROI),
        ("modules/hand_landmark_tracking", TRACKING),
        ("modules/hand_renderer", RENDERER),
        ("hand_tracking_desktop_live", ["VideoSource", "FlowLimiter", *TRACKING, *RENDERER, "VideoSink"]),
    ],
)
def test_the_nodes_are_mediapipes(name: str, expected: Sequence[str]) -> None:
    nodes = Graph.load(bundled_graphs() / f"{name}.yaml").plan.nodes
    assert sorted(node.contract.calculator.__name__ for node in nodes) == sorted(expected)
