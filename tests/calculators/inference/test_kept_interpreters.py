"""What runs have made of models is kept where that is asked for, and results stay what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import pytest

from graphflow import Graph, Packet
from graphflow.calculators.inference.litert import LiteRt
from graphflow.models import keep_between_runs

GRAPH = """
graphflow: 1
inputs: [tensors]
outputs: [found]
nodes:
  model:
    calculator: Inference
    inputs: {tensors: tensors}
    outputs: {tensors: found}
    options: {model_path: face_detection_short_range.tflite}
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The models of which interpreters were made."""
    made: list[str] = []
    prepared = LiteRt.prepared

    def counted(self: LiteRt, name: str, content: bytes) -> Any:
        made.append(name)
        return prepared(self, name, content)

    monkeypatch.setattr(LiteRt, "prepared", counted)
    yield made
    keep_between_runs(False)


def outputs(graph: Graph, *, fail: bool = False) -> bytes:
    tensor = numpy.full((1, 128, 128, 3), 0.25, numpy.float32)
    found = graph.run(inputs={"tensors": [Packet([tensor[:, 1:] if fail else tensor], 0)]})
    return b"".join(one.tobytes() for one in found["found"][0].value)


def test_a_worker_makes_an_interpreter_once_and_another_program_for_each_run(made: list[str]) -> None:
    graph = Graph.parse(GRAPH)
    first = outputs(graph)
    assert outputs(graph) == first and len(made) == 2
    keep_between_runs()
    assert [outputs(graph) for _ in range(3)] == [first] * 3
    assert len(made) == 3


def test_what_a_failed_run_has_used_is_not_used_again(made: list[str]) -> None:
    graph = Graph.parse(GRAPH)
    keep_between_runs()
    with pytest.raises(ValueError):
        outputs(graph, fail=True)
    outputs(graph)
    assert len(made) == 2
