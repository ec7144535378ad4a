"""A graph goes to other processes."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from graphflow import Calculator, Graph, Option, Packet

TEXT = """\
graphflow: 1
inputs: [a]
outputs: [b]
nodes:
  times: {calculator: Times, inputs: {item: a}, outputs: {out: b}}
"""


class Times(Calculator):
    """Multiplies."""

    by: int = Option(default=2, doc="The factor.")

    def process(self, item: int) -> int:
        return item * self.by


def product(graph: Graph) -> int:
    (packet,) = graph.run({"a": [Packet(7, 0)]})["b"]
    return int(packet.value)


@pytest.mark.slow
@pytest.mark.parametrize("loaded", [True, False])
def test_a_graph_runs_in_a_process_that_was_spawned(
    loaded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "times.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    # An iterator is used up by loading.
    calculators, options = iter([Times]), {"times.by": 6}
    if loaded:
        graph = Graph.load("times.yaml", calculators=calculators, options=options)
    else:
        graph = Graph.parse(TEXT, calculators=calculators, options=options)
    monkeypatch.chdir("/")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(product, graph).result() == 42


def test_a_bundled_graph_and_a_graph_that_came_out_of_a_pickle_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(Graph.load("loop_back")))))
    assert again.plan.file == Graph.load("loop_back").plan.file


def test_a_graph_that_was_made_of_a_plan_says_that_it_cannot() -> None:
    graph = Graph(Graph.load("loop_back").plan)
    with pytest.raises(TypeError, match=r"made of a plan cannot be pickled; one from Graph\.load or Graph\.parse can"):
        pickle.dumps(graph)
