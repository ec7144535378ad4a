"""The calculators that MediaPipe's graphs pass models through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphflow import Graph, GraphConfigError, MissingResource
from graphflow.calculators.inference.local_file_contents import LocalFileContents
from graphflow.calculators.inference.resource_provider import ResourceProvider
from graphflow.calculators.inference.tf_lite_custom_op_resolver import TfLiteCustomOpResolver
from graphflow.calculators.inference.tf_lite_model import TfLiteModel
from graphflow.errors import NotPermitted
from graphflow.models import Model, load_model
from graphflow.registry import Registry
from graphflow.testing import run_calculator

FACE = "face_detection_short_range.tflite"
GRAPH = """
graphflow: 1
inputs: [tensors]
outputs: [found]

nodes:
  path:
    calculator: ConstantSidePacketCalculator
    options: {packet: [PATH]}
    output_side_packets: {packet: [path]}

  file:
    calculator: ResourceProviderCalculator
    side_packets: {resource_id: path}
    output_side_packets: {resource: resource}

  model:
    calculator: TfLiteModelCalculator
    side_packets: {model_resource: resource}
    output_side_packets: {model: model}

  inference:
    calculator: TfLiteInferenceCalculator
    inputs: {tensors: tensors}
    side_packets: {model: model}
    outputs: {tensors: found}
"""


def side_packet(calculator: Any, port: str, **given: Any) -> Any:
    return run_calculator(calculator, **given).side_packets[port]


@pytest.mark.parametrize("name", [FACE, f"mediapipe/modules/face_detection/{FACE}"])
def test_a_model_is_known_by_its_last_name(name: str) -> None:
    model = side_packet(ResourceProvider, "resource", side_packets={"resource_id": name})
    assert model == load_model(FACE)
    assert side_packet(ResourceProvider, "resource", options={"resource_id": [name]}) == model
    assert ResourceProvider.reads({"resource_id": [name]}, {}) == ()


def test_other_paths_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match="'models/face"):
        side_packet(ResourceProvider, "resource", side_packets={"resource_id": f"models/{FACE}"})
    mine = tmp_path / "mine.tflite"
    mine.write_bytes(b"mine")
    assert ResourceProvider.reads({"resource_id": []}, {"resource_id": str(mine)}) == (mine,)
    assert side_packet(LocalFileContents, "contents", side_packets={"file_path": str(mine)}) == b"mine"


def test_the_file_is_named_once() -> None:
    with pytest.raises(GraphConfigError, match="named once"):
        side_packet(ResourceProvider, "resource", options={"resource_id": [FACE, FACE]})


def test_bytes_of_the_manifest_are_recognised() -> None:
    content = side_packet(LocalFileContents, "contents", side_packets={"file_path": FACE})
    model = side_packet(TfLiteModel, "model", side_packets={"model_blob": content})
    assert model == load_model(FACE)
    assert side_packet(TfLiteModel, "shared_model", side_packets={"model_span": content}) == model
    other = side_packet(TfLiteModel, "model", side_packets={"model_blob": b"other"})
    assert (other.content, other.outputs) == (b"other", ())


def test_a_model_is_given_once() -> None:
    given = {"model_blob": b"x", "model_resource": Model("x", b"x")}
    with pytest.raises(GraphConfigError, match="keep one of them"):
        side_packet(TfLiteModel, "model", side_packets=given)


def test_a_path_that_a_node_makes_may_not_leave_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "graphs"
    folder.mkdir()
    (tmp_path / "secret.tflite").write_bytes(b"secret")
    (folder / "graph.yaml").write_text(GRAPH.replace("PATH", str(tmp_path / "secret.tflite")))
    with pytest.raises(NotPermitted, match="would read"):
        Graph.load(folder / "graph.yaml").run(inputs={"tensors": []})


def test_a_model_goes_through_them_all(tmp_path: Path) -> None:
    path = tmp_path / "graph.yaml"
    path.write_text(GRAPH.replace("PATH", f"mediapipe/modules/face_detection/{FACE}"))
    assert Graph.load(path).run(inputs={"tensors": []}) == {"found": []}


def test_the_operators_are_ours() -> None:
    assert side_packet(TfLiteCustomOpResolver, "op_resolver") == "graphflow"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("TfLiteConverterCalculator", "TensorConverter"),
        ("TfLiteTensorsToDetectionsCalculator", "TensorsToDetections"),
        ("TfLiteTensorsToLandmarksCalculator", "TensorsToLandmarks"),
        ("TfLiteTensorsToFloatsCalculator", "TensorsToFloats"),
        ("GpuBufferToImageFrameCalculator", "PassThrough"),
        ("ImageFrameToGpuBufferCalculator", "PassThrough"),
        ("GlScalerCalculator", "PassThrough"),
    ],
)
def test_older_names_mean_the_newer_calculators(name: str, ours: str) -> None:
    assert Registry(plugins=False).resolve(name).__name__ == ours


def test_a_file_that_nobody_names_is_told() -> None:
    with pytest.raises(ValueError, match="no file is named"):
        ResourceProvider().open()
