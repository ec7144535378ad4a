"""The graphs are MediaPipe's, node for node. The lists are what its files say once their subgraphs are opened.

Left out of them is what has no work to do here: the resolver of custom operators, and constants, which are defaults of
side packets. MediaPipe's subgraph that loads the landmark model is one calculator.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from graphflow.registry import Registry

DETECTION = [
    "ToImage",
    "ImageToTensor",
    "Inference",
    "SsdAnchors",
    "TensorsToDetections",
    "NonMaxSuppression",
    "DetectionProjection",
]
DETECTION_TO_ROI = ["DetectionsToRects", "RectTransformation"]
LANDMARKS_TO_ROI = ["LandmarksToDetection", "DetectionsToRects", "RectTransformation"]
WITH_ATTENTION = ["SplitVector", *["TensorsToLandmarks"] * 6, "LandmarksRefinement"]
LANDMARK = [
    "ImageToTensor",
    "ModelLoader",
    "Inference",
    *["SwitchSelection", "SwitchDemux", "SplitVector", "SplitVector", "SwitchMux", "SwitchMux"],
    "TensorsToFloats",
    "Thresholding",
    "Gate",
    *["SwitchSelection", "SwitchDemux", "TensorsToLandmarks", *WITH_ATTENTION, "SwitchMux"],
    "LandmarkProjection",
]
FRONT = [
    "Gate",
    "CollectionHasMinSize",
    "Gate",
    *DETECTION,
    "ClipVectorSize",
    "ImageProperties",
    "BeginLoop",
    *DETECTION_TO_ROI,
    "EndLoop",
    "Association",
    "ClipVectorSize",  # ours: num_faces may fall during a run
    "ImageProperties",
    "BeginLoop",
    *LANDMARK,
    *LANDMARKS_TO_ROI,
    "EndLoop",
    "EndLoop",
    "PreviousLoopback",
]
RENDERER = [
    "ImageProperties",
    "DetectionsToRenderData",
    "BeginLoop",
    "FaceLandmarksToRenderData",
    "EndLoop",
    "RectToRenderData",
    "AnnotationOverlay",
]


GEOMETRY = [
    *FRONT,
    "SplitVector",
    "ImageProperties",
    "LandmarksSmoothing",
    "ConcatenateVector",
    "FaceGeometryPipeline",
]


def graph(name: str) -> Graph:
    return Graph.load(bundled_graphs() / f"{name}.yaml")


def calculators(name: str) -> list[str]:
    return [node.contract.calculator.__name__ for node in graph(name).plan.nodes]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("modules/face_detection_short_range", DETECTION),
        ("modules/face_detection_full_range", DETECTION),
        ("modules/face_detection_in_range", DETECTION),
        ("modules/face_detection_front_detection_to_roi", DETECTION_TO_ROI),
        ("modules/face_landmark", LANDMARK),
        ("modules/tensors_to_face_landmarks", ["TensorsToLandmarks"]),
        ("modules/tensors_to_face_landmarks_with_attention", WITH_ATTENTION),
        ("modules/face_landmark_landmarks_to_roi", LANDMARKS_TO_ROI),
        ("modules/face_landmark_front", FRONT),
        ("modules/face_renderer", RENDERER),
        ("modules/single_face_geometry_from_landmarks", GEOMETRY),
        ("face_mesh_mobile", ["FlowLimiter", *FRONT, *RENDERER]),
        ("face_mesh_adjustable", ["FlowLimiter", "PacketCloner", *FRONT]),
        ("face_mesh_desktop", ["VideoSource", *FRONT, *RENDERER, "VideoSink"]),
        (
            "face_detection_desktop_live",
            ["VideoSource", "FlowLimiter", *DETECTION, "DetectionsToRenderData", "AnnotationOverlay", "VideoSink"],
        ),
    ],
)
def test_the_nodes_are_mediapipes(name: str, expected: Sequence[str]) -> None:
    assert sorted(calculators(name)) == sorted(expected)


def test_head_pose_draws_axes_in_place_of_an_effect() -> None:
    added = ["VideoSource", "FlowLimiter", "FaceGeometryEnvGenerator", "FaceGeometryToRenderData", "AnnotationOverlay"]
    assert sorted(calculators("face_pose_desktop_live")) == sorted([*added, *GEOMETRY, "VideoSink"])


def test_face_parts_draws_parts_in_place_of_the_mesh() -> None:
    added = ["VideoSource", "FaceParts", "FacePartsToRenderData", "AnnotationOverlay", "VideoSink"]
    assert sorted(calculators("face_parts_desktop")) == sorted([*added, *FRONT])


@pytest.mark.parametrize("name", ["face_mesh_desktop_live", "face_mesh_desktop_live_gpu"])
def test_the_live_graphs_add_smoothing_only(name: str) -> None:
    added = ["ImageProperties", "MultiLandmarksSmoothing"]
    expected = ["VideoSource", "FlowLimiter", *FRONT, *RENDERER, "VideoSink", *added]
    assert sorted(calculators(name)) == sorted(expected)


def test_the_graph_for_a_gpu_is_the_other_one_with_another_default() -> None:
    on_cpu, on_gpu = (
        (bundled_graphs() / f"face_mesh_desktop_live{kind}.yaml").read_text().partition("side_packets:")[2]
        for kind in ("", "_gpu")
    )
    assert on_gpu == on_cpu.replace("{default: xnnpack,", "{default: gpu,") != on_cpu


@pytest.mark.parametrize(
    "name",
    [
        *["face_detection_desktop_live", "face_landmarks_68_desktop", "face_mesh_desktop", "face_mesh_desktop_live"],
        *["face_mesh_adjustable", "face_mesh_mobile", "face_parts_desktop", "face_pose_desktop_live"],
    ],
)
def test_one_option_says_what_runs_all_models(name: str) -> None:
    for delegate in ("xnnpack", "gpu"):
        loaded = Graph.load(bundled_graphs() / f"{name}.yaml", options={"delegate": delegate})
        nodes = [node for node in loaded.plan.nodes if node.contract.calculator.__name__ == "Inference"]
        assert {node.options["delegate"] for node in nodes} == {delegate}
    assert {node.options["delegate"] for node in graph(name).plan.nodes if "delegate" in node.options} == {"xnnpack"}


@pytest.mark.parametrize(
    ("name", "node", "options"),
    [
        (
            "short_range",
            "to_tensor",
            {"output_tensor_width": 128, "keep_aspect_ratio": True, "border_mode": "BORDER_ZERO",
             "output_tensor_float_range": {"min": -1.0, "max": 1.0}},
        ),
        ("short_range", "decode", {"num_boxes": 896, "x_scale": 128.0, "h_scale": 128.0, "min_score_thresh": 0.5}),
        ("full_range", "decode", {"num_boxes": 2304, "x_scale": 192.0, "h_scale": 192.0, "min_score_thresh": 0.6}),
        ("full_range", "anchors", {"strides": [4], "interpolated_scale_aspect_ratio": 0.0}),
        ("full_range", "suppress", {"min_suppression_threshold": 0.3, "algorithm": "WEIGHTED"}),
    ],
)  # fmt: skip
def test_the_numbers_of_the_detectors(name: str, node: str, options: dict[str, object]) -> None:
    nodes = {node.name: node for node in graph(f"modules/face_detection_{name}").plan.nodes}
    given = nodes[f"detection/{node}"].options
    assert {key: given[key] for key in options} == options


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("AssociationNormRectCalculator", "Association"),
        ("ClipDetectionVectorSizeCalculator", "ClipVectorSize"),
        ("NormalizedRectVectorHasMinSizeCalculator", "CollectionHasMinSize"),
        ("SplitTensorVectorCalculator", "SplitVector"),
        ("BeginLoopNormalizedLandmarkListVectorCalculator", "BeginLoop"),
        ("EndLoopRenderDataCalculator", "EndLoop"),
        ("ImageToTensorCalculator", "ImageToTensor"),
        ("FaceLandmarksToRenderDataCalculator", "FaceLandmarksToRenderData"),
    ],
)
def test_mediapipes_names_work_too(theirs: str, ours: str) -> None:
    assert Registry(plugins=False).resolve(theirs).__name__ == ours


def test_one_option_sets_the_detectors_score() -> None:
    path = bundled_graphs() / "face_mesh_mobile.yaml"
    loaded = Graph.load(path, options={"landmarks/detector.min_score_thresh": 0.7})
    nodes = {node.name: node for node in loaded.plan.nodes}
    assert nodes["landmarks/detector/range/detection/decode"].options["min_score_thresh"] == 0.7


def test_one_option_turns_smoothing_on() -> None:
    path = bundled_graphs() / "face_mesh_desktop_live.yaml"
    filters = {
        smooth: {
            key
            for node in Graph.load(path, options={"smooth": smooth}).plan.nodes
            if node.contract.calculator.__name__ == "MultiLandmarksSmoothing"
            for key, value in node.options.items()
            if value is not None and key.endswith("filter")
        }
        for smooth in (False, True)
    }
    assert filters == {False: {"no_filter"}, True: {"one_euro_filter"}}
