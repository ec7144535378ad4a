"""The graphs are MediaPipe's, node for node. The lists are what its files say once their subgraphs are opened.

Left out of them is what has no work to do here: FromImage behind the mask, and constants, which are defaults of side
packets. MediaPipe's subgraph that loads the model is one calculator. Each switch has two branches here as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs

DETECTION = [
    "ImageToTensor",
    "Inference",
    "SsdAnchors",
    "TensorsToDetections",
    "NonMaxSuppression",
    "DetectionLetterboxRemoval",
]
DETECTION_TO_ROI = ["AlignmentPointsRects", "RectTransformation"]
LANDMARKS_TO_ROI = ["LandmarksToDetection", *DETECTION_TO_ROI]
TENSORS = [
    "SplitVector",
    *["TensorsToFloats", "Thresholding", "Gate"],
    *["TensorsToLandmarks", "RefineLandmarksFromHeatmap", "SplitLandmarks"],
    *["TensorsToLandmarks", "SplitLandmarks", "VisibilityCopy"],
    *["Gate", "TensorsToSegmentation"],
]
PROJECTION = [
    *["LandmarkLetterboxRemoval", "LandmarkProjection"] * 2,
    "WorldLandmarkProjection",
    *["InverseMatrix", "WarpAffine"],
]
BY_ROI = ["ImageProperties", "ImageToTensor", "ModelLoader", "Inference", *TENSORS, *PROJECTION]
FILTERING = ["LandmarksToDetection", "AlignmentPointsRects", *["VisibilitySmoothing", "LandmarksSmoothing"] * 3]
SEGMENTATION_FILTERING = ["Gate", "SegmentationSmoothing", "PreviousLoopback"]
POSE = [
    *["Gate", "PacketPresence", "ImageProperties", "Gate"],
    *DETECTION,
    "SplitVector",
    *DETECTION_TO_ROI,
    "Merge",
    *BY_ROI,
    *FILTERING,
    *LANDMARKS_TO_ROI,
    "PreviousLoopback",
    *SEGMENTATION_FILTERING,
]
RENDER_DATA = ["RectToRenderScale", *["SplitLandmarks"] * 3, *["LandmarksToRenderData"] * 4, "ConcatenateVector"]
RENDERER = [
    "ImageProperties",
    "DetectionsToRenderData",
    *RENDER_DATA,
    "RectToRenderData",
    "Recolor",
    "AnnotationOverlay",
]


def nodes(name: str) -> list[Any]:
    """All but the parts of switches that only choose, and all branches but one of each."""
    return [
        node
        for node in Graph.load(bundled_graphs() / f"{name}.yaml").plan.nodes
        if not node.contract.calculator.__name__.startswith("Switch") and not node.name.endswith("/c1")
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("modules/pose_detection", DETECTION),
        ("modules/pose_detection_to_roi", DETECTION_TO_ROI),
        ("modules/pose_landmark_by_roi", BY_ROI),
        ("modules/pose_landmark_filtering", FILTERING),
        ("modules/pose_landmark_model_loader", ["ModelLoader"]),
        ("modules/pose_landmarks_and_segmentation_inverse_projection", PROJECTION),
        ("modules/pose_landmarks_to_roi", LANDMARKS_TO_ROI),
        ("modules/pose_segmentation_filtering", SEGMENTATION_FILTERING),
        ("modules/tensors_to_pose_landmarks_and_segmentation", TENSORS),
        ("modules/pose_landmark", POSE),
        ("modules/pose_landmarks_to_render_data", RENDER_DATA),
        ("modules/pose_renderer", RENDERER),
        ("pose_tracking_desktop_live", ["VideoSource", "FlowLimiter", *POSE, *RENDERER, "VideoSink"]),
    ],
)
def test_the_nodes_are_mediapipes(name: str, expected: Sequence[str]) -> None:
    assert sorted(node.contract.calculator.__name__ for node in nodes(name)) == sorted(expected)


@pytest.mark.parametrize(
    ("node", "options"),
    [
        ("body/decode/refine", {"kernel_size": 7, "min_confidence_to_refine": 0.5}),
        ("filter_segmentation/smooth", {"combine_with_previous_ratio": 0.7}),
        ("filter/smooth_aux", {"one_euro_filter": {"min_cutoff": 0.01, "beta": 10.0, "derivate_cutoff": 1.0}}),
        ("detector/anchors", {"strides": [8, 16, 32, 32, 32], "interpolated_scale_aspect_ratio": 1.0}),
        ("detector/decode", {"num_boxes": 2254, "num_coords": 12, "num_keypoints": 4, "min_score_thresh": 0.5}),
    ],
)
def test_the_numbers_are_mediapipes(node: str, options: dict[str, Any]) -> None:
    given = next(one for one in nodes("modules/pose_landmark") if one.name == node).options
    assert {key: given[key] for key in options} == options


def test_graph_options_reach_their_nodes() -> None:
    options = {"delegate": "none", "min_detection_score": 0.25, "min_presence_score": 0.75}
    graph = Graph.load(bundled_graphs() / "pose_tracking_desktop_live.yaml", options=options)
    given = {node.name.removeprefix("landmarks/"): node.options for node in graph.plan.nodes}
    assert given["detector/decode"]["min_score_thresh"] == 0.25
    assert given["body/decode/presence"]["threshold"] == 0.75
    assert {options["delegate"] for options in given.values() if "delegate" in options} == {"none"}


def test_the_mask_is_not_computed_where_nobody_wants_it() -> None:
    graph = Graph.load(bundled_graphs() / "modules" / "pose_landmark_by_roi.yaml")
    branches = {node.name: node.options for node in graph.plan.nodes if node.name.startswith("inference/c")}
    assert [branches[f"inference/c{place}"]["unneeded_outputs"] for place in (0, 1)] == [[2], []]
