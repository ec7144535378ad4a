"""The graphs are MediaPipe's, node for node. The lists are what its files say once their subgraphs are opened."""

from __future__ import annotations

import pytest

from graphflow import Graph
from graphflow.bundled import bundled_graphs
from graphflow.calculators.detection.ssd_anchors import SsdAnchors
from graphflow.models.needed import needed
from graphflow.testing import run_calculator

DETECTOR = [
    "ImageToTensor",
    "Inference",
    "SsdAnchors",
    "TensorsToDetections",
    "DetectionLabelIdToText",
    "FilterDetection",
    "NonMaxSuppression",
]
BOX = [
    *["ImageProperties", "RectTransformation", "ImageToTensor", "Inference"],
    *["SplitVector", "TensorsToFloats", "Thresholding", "Gate"],
    *["TensorsToLandmarks", "LandmarkLetterboxRemoval", "LandmarkProjection"],
]
OBJECTRON = [
    *["ResourceProvider", "TfLiteModel", "Gate", "CollectionHasMinSize", "Gate"],
    *DETECTOR,
    *["ClipVectorSize", "ImageProperties", "DetectionsToRects", "Association"],
    *["BeginLoop", *BOX, "EndLoop"],
    *["LandmarksToFrameAnnotation", "Lift2DFrameAnnotationTo3D", "FrameAnnotationToRect", "PreviousLoopback"],
]
SSDLITE = [
    *["ImageTransformation", "TensorConverter", "Inference", "SsdAnchors"],
    *["TensorsToDetections", "NonMaxSuppression", "DetectionLabelIdToText"],
]


def calculators(module: str) -> list[str]:
    graph = Graph.load(bundled_graphs() / "modules" / f"{module}.yaml")
    return [node.contract.calculator.__name__ for node in graph.plan.nodes]


def test_the_modules_are_mediapipes() -> None:
    assert sorted(calculators("objectron")) == sorted(OBJECTRON)
    assert calculators("object_detection") == SSDLITE


def test_each_kind_of_object_has_its_model() -> None:
    detector = ["object_detection_ssd_mobilenetv2_oidv4_fp16.tflite", "object_detection_oidv4_labelmap.txt"]
    plan = Graph.load("objectron_desktop").plan
    assert sorted(needed(plan, {})) == sorted(["object_detection_3d_sneakers.tflite", *detector])
    cup = "object_detection_3d_cup.tflite"
    assert sorted(needed(plan, {"model_path": cup})) == sorted([cup, *detector])


def test_mediapipes_own_detector_is_needed_only_where_it_is_asked_for() -> None:
    standing_in = needed(Graph.load("object_detection_desktop").plan, {})
    assert standing_in == ["object_detection_ssd_mobilenetv2_oidv4_fp16.tflite", "object_detection_oidv4_labelmap.txt"]
    own = needed(Graph.load("object_detection_desktop", options={"ssdlite": True}).plan, {})
    assert own == ["ssdlite_object_detection.tflite", "ssdlite_object_detection_labelmap.txt"]


@pytest.mark.parametrize("module", ["object_detection_oid_v4", "object_detection"])
def test_a_detector_has_an_anchor_for_each_box(module: str) -> None:
    graph = Graph.load(bundled_graphs() / "modules" / f"{module}.yaml")
    options = {node.name: node.options for node in graph.plan.nodes}
    anchors = run_calculator(SsdAnchors, options=options["anchors"]).side_packets["out"]
    assert len(anchors) == options["decode"]["num_boxes"]
