"""Delegates that are libraries: who may name them, and what is said of those that do not work."""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import numpy.linalg
import pytest

from graphflow import Graph, GraphConfigError, MissingResource, Packet, UnusableFile
from graphflow.calculators.inference.delegate import Library, loaded
from graphflow.calculators.inference.runtime import runtime
from graphflow.models import load_model

MODEL = "face_detection_short_range.tflite"
NO_DELEGATE = numpy.linalg._umath_linalg.__file__  # type: ignore[attr-defined]


def graph(in_file: str = "", **options: Any) -> Graph:
    written = f", delegate: {in_file}" if in_file else ""
    return Graph.parse(
        "graphflow: 1\ninputs: [x]\noutputs: [y]\nnodes:\n  model:\n    calculator: Inference\n"
        f"    inputs: {{tensors: x}}\n    outputs: {{tensors: y}}\n    options: {{model_path: {MODEL}{written}}}\n",
        options={f"model.{name}": value for name, value in options.items()},
    )


def run(some: Graph) -> Any:
    return some.run(inputs={"x": [Packet([numpy.zeros((1, 128, 128, 3), numpy.float32)], 0)]})["y"]


def test_a_library_that_is_missing() -> None:
    with pytest.raises(MissingResource) as error:
        run(graph("{path: libno_such_delegate.so.1}"))
    assert str(error.value).startswith("the delegate 'libno_such_delegate.so.1' cannot be used: ")
    assert str(error.value).endswith("; mend that, or write 'delegate: xnnpack'")


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "text.so"
    path.write_text("no library")
    with pytest.raises(MissingResource, match=r"text\.so' cannot be used"):
        run(graph(delegate={"path": str(path)}))


def test_a_library_that_is_no_delegate() -> None:
    with pytest.raises(MissingResource, match="it is a library, but no delegate of TensorFlow Lite"):
        run(graph(delegate={"path": NO_DELEGATE}))


class Refusing:
    """A runtime whose delegates refuse as LiteRT's do."""

    def __init__(self, reason: str) -> None:
        self.reason, self.given = reason, {}

    def load_delegate(self, path: str, options: dict[str, Any]) -> None:
        self.given = options
        raise ValueError(f"Failed to load delegate from {path}\n{self.reason}")


@pytest.mark.parametrize(
    ("reason", "told"), [("no device on usb", "it refuses: no device on usb;"), ("", "it refuses, and says no more;")]
)
def test_a_delegate_that_refuses(reason: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda path: SimpleNamespace(tflite_plugin_create_delegate=None))
    refusing = Refusing(reason)
    with pytest.raises(MissingResource, match=told):
        loaded(Library("libedgetpu.so.1", {"device": "usb"}), refusing)
    assert refusing.given == {"device": "usb"}


def test_a_delegate_that_cannot_run_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: Any) -> None:
        assert options["experimental_delegates"] == ["a delegate"]
        raise RuntimeError("Restored original execution plan after delegate application failure.")

    monkeypatch.setattr("graphflow.calculators.inference.litert.loaded", lambda library, runtime: "a delegate")
    monkeypatch.setattr(runtime(), "Interpreter", refuse)
    load_model(MODEL)
    with pytest.raises(UnusableFile, match=f"the delegate 'mine.so' cannot run {MODEL}: Restored original"):
        run(graph("{path: mine.so}"))


@pytest.mark.parametrize("path", ["/tmp/mine.so", "./mine.so", "lib/mine.so", "..\\mine.dll"])
def test_a_graph_file_cannot_bring_a_library_along(path: str) -> None:
    with pytest.raises(GraphConfigError) as error:
        graph(f"{{path: '{path}'}}")
    assert f"a graph file may name a library that the system has, not a file such as '{path}'" in str(error.value)
    assert "--set 'model.delegate={path: " in str(error.value)
    with pytest.raises(MissingResource):  # whoever runs the graph may
        run(graph(delegate={"path": path}))


def test_nor_by_a_name_that_is_a_file_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "libmine.so").write_bytes(Path(NO_DELEGATE).read_bytes())
    with pytest.raises(MissingResource) as error:
        run(graph("{path: libmine.so}"))
    assert str(error.value).startswith(
        "the delegate 'libmine.so' cannot be used: a file of that name lies in the working folder, which some systems "
        "would take; if it is meant, say so yourself: --set 'NODE.delegate={path: "
    )
    with pytest.raises(MissingResource, match="no delegate of TensorFlow Lite"):
        run(graph(delegate={"path": str(Path("libmine.so").absolute())}))


def test_nor_can_one_that_it_includes_or_an_option_of_the_file() -> None:
    text = (
        "graphflow: 1\ninputs: [x]\noutputs: [y]\noptions: {library: {type: str, default: ./mine.so}}\nnodes:\n"
        "  model: {calculator: Inference, inputs: {tensors: x}, outputs: {tensors: y}, "
        "options: {model_path: m.tflite, delegate: {path: '${library}'}}}\n"
    )
    with pytest.raises(GraphConfigError, match="only a part of the option's value"):
        Graph.parse(text)


@pytest.mark.parametrize(
    ("delegate", "told"),
    [
        ("libedgetpu.so.1", "option 'delegate' must be 'xnnpack', 'none', 'gpu', 'gpu-only' or a map, not"),
        ("tpu", "option 'delegate' must be 'xnnpack', 'none', 'gpu', 'gpu-only' or a map, not"),
        ("{}", "a delegate's library has a 'path'"),
        ("{path: [x.so]}", "a delegate's library has a 'path'"),
        ("{path: x.so, optoins: {}}", "a delegate's library has a 'path' and 'options', no 'optoins'"),
        ("{path: x.so, options: {a: [1]}}", "the options of a delegate are a map of texts and numbers"),
        ("{path: x.so, options: [1]}", "the options of a delegate are a map of texts and numbers"),
    ],
)
def test_what_a_delegate_may_be(delegate: str, told: str) -> None:
    with pytest.raises(GraphConfigError) as error:
        graph(delegate)
    assert told in str(error.value)
