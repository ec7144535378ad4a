from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import MissingResource, Packet, UnusableFile
from graphflow.calculators.inference.onnx_inference import OnnxInference
from graphflow.testing import run_calculator
from tests.cli.processes import environment
from tests.onnx_files import Node, model

pytest.importorskip("onnxruntime")  # the oldest supported set is without it


@pytest.fixture
def two_outputs(tmp_path: Path) -> str:
    """A model of one input, (any, 2, 3): half of it, and the sum over its last axis."""
    nodes = [
        Node("Mul", ["picture", "half"], ["halved"]),
        Node("ReduceSum", ["picture"], ["summed"], {"axes": [2], "keepdims": 0}),
    ]
    content = model(
        nodes,
        {"picture": ("many", 2, 3)},
        {"halved": ("many", 2, 3), "summed": ("many", 2)},
        {"half": numpy.array([0.5], numpy.float32)},
    )
    path = tmp_path / "two.onnx"
    path.write_bytes(content)
    return str(path)


def infer(*calls: list[Any], **options: Any) -> list[Any]:
    inputs: dict[str, Any] = {"tensors": [Packet(tensors, time) for time, tensors in enumerate(calls)]}
    return run_calculator(OnnxInference, inputs=inputs, options=options).values("tensors")


PICTURE = numpy.arange(6, dtype=numpy.float32).reshape(1, 2, 3)


@pytest.mark.parametrize("threads", [1, 2])
def test_outputs_come_in_the_order_of_the_file(two_outputs: str, threads: int) -> None:
    ((halved, summed),) = infer([PICTURE], model_path=two_outputs, threads=threads)
    numpy.testing.assert_array_equal(halved, PICTURE / 2)
    numpy.testing.assert_array_equal(summed, [[3, 12]])
    assert not halved.flags.writeable


def test_results_of_one_call_outlive_the_next(two_outputs: str) -> None:
    (first, _), (second, _) = infer([PICTURE], [-PICTURE], model_path=two_outputs)
    numpy.testing.assert_array_equal(first, -second)


def test_what_may_be_of_any_length_may(two_outputs: str) -> None:
    ((_, summed),) = infer([numpy.concatenate([PICTURE, PICTURE])], model_path=two_outputs)
    assert summed.tolist() == [[3, 12], [3, 12]]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (
            [numpy.zeros((1, 2, 4), numpy.float32)],
            r"two.onnx takes tensor\(float\) \('many', 2, 3\) as 'picture', not float32 \(1, 2, 4\): .*Expected: 3",
        ),
        ([numpy.zeros((2, 3), numpy.float32)], r"not float32 \(2, 3\)"),
        ([PICTURE.astype(numpy.float64)], r"not float64 \(1, 2, 3\)"),
        ([PICTURE, PICTURE], "has 1 inputs, but 2 tensors came"),
    ],
)
def test_tensors_that_do_not_fit_the_model(two_outputs: str, tensors: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        infer(tensors, model_path=two_outputs)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.onnx"
    path.write_text("not a model")
    with pytest.raises(UnusableFile, match=r"text\.onnx is no model that ONNX Runtime can run: "):
        infer([PICTURE], model_path=str(path))


def test_weights_in_another_file_are_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weight = numpy.eye(3, dtype=numpy.float32)
    nodes = [Node("MatMul", ["picture", "weight"], ["same"])]
    shapes = {"picture": (1, 3)}, {"same": (1, 3)}
    inside, outside = (model(nodes, *shapes, {"weight": weight}, file) for file in ("", "weight.bin"))
    (tmp_path / "weight.bin").write_bytes(weight.tobytes())
    (tmp_path / "inside.onnx").write_bytes(inside)
    (tmp_path / "outside.onnx").write_bytes(outside)
    monkeypatch.chdir(tmp_path)
    picture = numpy.array([[1, 2, 3]], numpy.float32)
    numpy.testing.assert_array_equal(infer([picture], model_path="inside.onnx"), [[picture]])
    with pytest.raises(UnusableFile, match=r"outside\.onnx is no model that ONNX Runtime can run: .*weight\.bin"):
        infer([picture], model_path="outside.onnx")


def test_a_model_of_another_runtime() -> None:
    with pytest.raises(UnusableFile, match=r"face_landmark\.tflite is no model that ONNX Runtime can run: "):
        infer([PICTURE], model_path="face_landmark.tflite")


def test_a_model_that_does_not_exist() -> None:
    with pytest.raises(MissingResource, match="there is no model 'nothing.onnx'"):
        infer([PICTURE], model_path="nothing.onnx")


def test_without_onnx_runtime_it_says_what_to_install(two_outputs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingResource, match=r"is not installed; to install it, run: pip install onnxruntime"):
        infer([PICTURE], model_path=two_outputs)


def test_native_code_is_quiet(two_outputs: str, capfd: pytest.CaptureFixture[str]) -> None:
    infer([PICTURE], model_path=two_outputs)
    with pytest.raises(ValueError):
        infer([PICTURE[:, :1]], model_path=two_outputs)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_it_leaves_nothing_in_the_home_of_the_user(two_outputs: str, tmp_path: Path) -> None:
    """ONNX Runtime keeps a database of what it would report, unless it is told not to before it is imported."""
    home = tmp_path / "home"
    home.mkdir()
    code = "import sys; from graphflow.calculators.inference.onnx_session import session"
    code = f"{code}; session('model', open(sys.argv[1], 'rb').read(), 1)"
    variables = {name: value for name, value in environment(HOME=str(home)).items() if name != "XDG_CACHE_HOME"}
    variables.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code, two_outputs], env=variables, check=True, timeout=200)
    assert list(home.rglob("*")) == []


def test_the_model_of_a_node_is_known_before_it_runs() -> None:
    assert OnnxInference.resources({"model_path": "2DFAN-4.onnx"}, {}) == ("2DFAN-4.onnx",)
