"""What every solution does: pictures in, results out, one after the other."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from graphflow import Graph
from graphflow.solutions.solution_base import SolutionBase

GRAPH = """
input_stream: "image"
output_stream: "size"
output_stream: "kept"
node { calculator: "ImagePropertiesCalculator" input_stream: "IMAGE:image" output_stream: "SIZE:size" }
node { name: "thin" calculator: "PacketThinnerCalculator" input_stream: "image" output_stream: "kept"
       options { [mediapipe.PacketThinnerCalculatorOptions.ext] { period: 100000 } } }
"""


NEVER = """
input_stream: "image"
output_stream: "kept"
node { calculator: "GateCalculator" input_stream: "image" input_side_packet: "ALLOW:allow" output_stream: "kept" }
node { calculator: "ConstantSidePacketCalculator" output_side_packet: "PACKET:allow"
       options { [mediapipe.ConstantSidePacketCalculatorOptions.ext] { packet { bool_value: false } } } }
"""


@pytest.fixture
def solution() -> Iterator[SolutionBase]:
    solution = SolutionBase(graph_config=GRAPH)
    yield solution
    if solution.run is not None:
        solution.close()


def picture(width: int = 4) -> numpy.ndarray:
    return numpy.zeros((3, width, 3), numpy.uint8)


def test_results_are_attributes_and_none_where_nothing_came(solution: SolutionBase) -> None:
    first, second = solution.process(picture()), solution.process(picture(5))
    assert first._fields == ("size", "kept")
    assert (first.size, first.kept.shape) == ((4, 3), (3, 4, 3))
    assert (second.size, second.kept) == ((5, 3), None)
    second.kept = "mine"  # programs do that
    assert second.kept == "mine"


def test_only_the_outputs_that_are_asked_for_are_given() -> None:
    with SolutionBase(graph_config=GRAPH, outputs=["size"]) as solution:
        assert solution.process({"image": picture()})._fields == ("size",)


def test_options_of_nodes_can_be_given_and_none_leaves_them() -> None:
    with SolutionBase(graph_config=GRAPH, calculator_params={"thin.period": 1, "other.x": None}) as solution:
        assert [solution.process(picture()).kept is None for _ in range(3)] == [False] * 3


def test_a_graph_is_given_once() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        SolutionBase()
    with pytest.raises(ValueError, match="exactly one"):
        SolutionBase("x.binarypb", GRAPH)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (None, AttributeError, "'NoneType' object has no attribute 'shape'"),
        ("text", AttributeError, "'str' object has no attribute 'shape'"),
        (numpy.zeros((4, 4), numpy.uint8), IndexError, "tuple index out of range"),
        (numpy.zeros((4, 4, 4), numpy.uint8), ValueError, "Input image must contain three channel rgb data."),
        (numpy.zeros((4, 4, 3), numpy.float32), TypeError, "Cannot cast"),
    ],
)
def test_what_is_no_picture_is_refused_as_mediapipe_does_and_the_next_goes_on(
    solution: SolutionBase, wrong: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        solution.process(wrong)
    assert solution.process(picture()).size == (4, 3)


def test_a_picture_may_lie_in_memory_in_any_way(solution: SolutionBase) -> None:
    assert solution.process(picture(8)[:, ::-2]).size == (4, 3)


def test_reset_begins_anew_and_times_go_on(solution: SolutionBase) -> None:
    assert solution.process(picture()).kept is not None
    assert solution.process(picture()).kept is None
    solution.reset()
    assert solution.process(picture()).kept is not None


def test_a_solution_that_found_nothing_ends_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    with SolutionBase(graph_config=NEVER) as solution:
        assert solution.process(picture()).kept is None
        solution.reset()
        assert solution.process(picture()).kept is None
    assert caplog.records == []


def test_closing_twice_and_using_what_is_closed_is_an_error(solution: SolutionBase) -> None:
    solution.close()
    with pytest.raises(ValueError, match="already None"):
        solution.close()
    with pytest.raises(ValueError, match="_graph is None"):
        solution.process(picture())


def test_several_threads_may_call_one_after_the_other(solution: SolutionBase) -> None:
    sizes: list[object] = []

    def work(width: int) -> None:
        sizes.extend(solution.process(picture(width)).size[0] for _ in range(20))

    threads = [threading.Thread(target=work, args=(width,)) for width in (4, 5, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sizes) == [4] * 20 + [5] * 20 + [6] * 20


def test_after_a_fork_it_says_what_to_do(solution: SolutionBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with solution._lock, pytest.raises(RuntimeError, match="make one in each process"):  # another thread had it
        solution.process(picture())


def test_the_graph_is_there_to_be_started_otherwise(solution: SolutionBase) -> None:
    assert isinstance(solution.graph, Graph)
    assert solution.run is not None
    with solution.graph.start() as run:
        run.send("image", picture(), timestamp=0)


def test_a_graph_comes_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "g.pbtxt").write_text(GRAPH)
    with SolutionBase(str(tmp_path / "g.pbtxt")) as solution:
        assert solution.process(picture()).size == (4, 3)
