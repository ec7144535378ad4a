from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, MissingResource, Packet, UnusableFile
from graphflow.calculators.inference.fewer_outputs import without_outputs
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.model_file import ModelFile
from graphflow.models import Model, load_model
from graphflow.testing import run_calculator

SHORT_RANGE = "face_detection_short_range.tflite"


def picture(side: int = 128) -> Any:
    return numpy.linspace(-1, 1, side * side * 3, dtype=numpy.float32).reshape(1, side, side, 3)


def infer(*tensors: Any, model: Model | None = None, **options: Any) -> list[Any]:
    options = options if model else {"model_path": SHORT_RANGE} | options
    side_packets = {"model": model} if model else {}
    inputs: dict[str, Any] = {"tensors": [Packet(list(tensors), 0)]}
    result = run_calculator(Inference, inputs=inputs, options=options, side_packets=side_packets)
    found: list[Any] = result.values("tensors")[0]
    return found


def test_outputs_come_in_the_order_of_the_file() -> None:
    assert [tensor.shape for tensor in infer(picture())] == [(1, 896, 16), (1, 896, 1)]


def test_the_manifest_decides_about_the_order_not_the_runtime() -> None:
    content = load_model(SHORT_RANGE).content
    found = infer(picture(), model=Model("turned", content, ("classificators", "regressors")))
    assert [tensor.shape for tensor in found] == [(1, 896, 1), (1, 896, 16)]


def test_an_output_that_the_manifest_does_not_know_is_told() -> None:
    content = load_model(SHORT_RANGE).content
    with pytest.raises(ValueError, match="has the outputs"):
        infer(picture(), model=Model("other", content, ("boxes", "scores")))


def test_threads_and_kernels_do_not_change_what_is_found() -> None:
    one = infer(picture())
    numpy.testing.assert_array_equal(infer(picture(), threads=2)[0], one[0])
    numpy.testing.assert_allclose(infer(picture(), delegate="none")[0], one[0], atol=1e-3)


def test_results_of_one_call_outlive_the_next() -> None:
    inputs: dict[str, Any] = {"tensors": [Packet([picture()], 0), Packet([-picture()], 1)]}
    result = run_calculator(Inference, inputs=inputs, options={"model_path": SHORT_RANGE})
    first, second = result.values("tensors")
    assert not numpy.array_equal(first[0], second[0])


def test_a_file_of_your_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.tflite"
    path.write_bytes(load_model(SHORT_RANGE).content)
    assert len(infer(picture(), model_path=str(path))) == 2


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ([picture(64)], r"takes float32 \(1, 128, 128, 3\) as 'input', not float32 \(1, 64, 64, 3\)"),
        ([picture().astype(numpy.float64)], "not float64"),
        ([picture(), picture()], "has 1 inputs, but 2 tensors came"),
    ],
)
def test_tensors_that_do_not_fit_the_model(tensors: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        infer(*tensors)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.tflite"
    path.write_text("not a model")
    with pytest.raises(UnusableFile, match=r"text\.tflite is no model that LiteRT can run"):
        infer(picture(), model_path=str(path))


def test_a_model_that_does_not_exist() -> None:
    with pytest.raises(MissingResource, match="there is no model 'nothing.tflite'"):
        infer(picture(), model_path="nothing.tflite")


def test_a_model_is_given_once() -> None:
    with pytest.raises(GraphConfigError, match="the model must be given once"):
        infer(picture(), model_path="")


def test_the_models_of_a_node_are_known_before_it_runs() -> None:
    assert Inference.resources({"model_path": SHORT_RANGE}, {}) == (SHORT_RANGE,)
    assert Inference.resources({"model_path": ""}, {}) == ()


# --- outputs that nobody needs -----------------------------------------------------------------------------------


def test_an_output_that_nobody_needs_is_empty_and_the_others_stay() -> None:
    boxes, scores = infer(picture())
    found = infer(picture(), unneeded_outputs=[0])
    assert found[0].size == 0
    numpy.testing.assert_array_equal(found[1], scores)
    content = load_model(SHORT_RANGE).content
    turned = Model("turned", content, ("classificators", "regressors"))
    found = infer(picture(), model=without_outputs(turned, [0]))
    numpy.testing.assert_array_equal(found, [boxes])


def test_what_only_an_unneeded_output_comes_from_is_not_done() -> None:
    model = load_model(SHORT_RANGE)
    fewer = ModelFile(without_outputs(model, [0]).content).operators()
    assert 0 < len(fewer) < len(ModelFile(model.content).operators())


@pytest.mark.parametrize("places", [[2], [0, 1]])
def test_an_output_must_be_there_and_another_must_stay(places: list[int]) -> None:
    with pytest.raises(ValueError, match="has the outputs 0 to 1, and one of them must stay"):
        infer(picture(), unneeded_outputs=places)
