"""What a run held is free as soon as the run is over, without waiting for the garbage collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Context, Graph, Packet

MADE: list[weakref.ref[Calculator]] = []


class Payload:
    """Something that can be referred to weakly."""


class Model(Calculator):
    """Stands for a calculator that holds a lot."""

    parallel = True

    def open(self) -> None:
        MADE.append(weakref.ref(self))

    def process(self, item: object) -> object:
        return item


class ModelWithContext(Model):
    parallel = False

    def process(self, item: object, ctx: Context) -> object:
        return item


class ModelSource(Model):
    parallel = False

    def process(self) -> Iterator[Packet[object]]:  # type: ignore[override]
        for time in range(3):
            yield Packet(self, time)


class Failing(Model):
    def process(self, item: object) -> object:
        raise ValueError("as planned")


GRAPH = """
graphflow: 1
inputs: [a]
nodes:
  plain: {calculator: Model, inputs: {item: a}, outputs: {out: b}}
  context: {calculator: ModelWithContext, inputs: {item: b}, outputs: {out: c}}
  parallel: {calculator: Model, inputs: {item: c}, outputs: {out: d}, max_in_flight: 2}
  source: {calculator: ModelSource, outputs: {out: e}}
"""


@pytest.fixture(autouse=True)
def without_collector() -> Iterator[None]:
    MADE.clear()
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("threads", [None, 2])
def test_calculators_are_freed(threads: int | None) -> None:
    graph = Graph.parse(GRAPH, calculators=[Model, ModelWithContext, ModelSource])
    with graph.start(threads=threads) as run:
        run.send("a", 1, 0)
        run.wait_until_idle()
        assert len([model for model in MADE if model()]) == 4
    assert run.finished
    assert [model for model in MADE if model()] == []


@pytest.mark.parametrize("threads", [None, 2])
def test_packets_in_queues_are_freed_when_a_run_is_given_up(threads: int | None) -> None:
    text = (
        "{graphflow: 1, inputs: [a, b], nodes: "
        "{pair: {calculator: PassThrough, inputs: {item: [a, b]}, outputs: {out: [c, d]}}}}"
    )
    payload = Payload()
    alive = weakref.ref(payload)
    run = Graph.parse(text).start(threads=threads)
    with run:
        run.send("a", payload, 0)
        del payload
        run.wait_until_idle()
        assert alive()
        run.cancel()
    assert not alive()


def test_calculators_are_freed_after_a_failure() -> None:
    text = "{graphflow: 1, inputs: [a], nodes: {n: {calculator: Failing, inputs: {item: a}, outputs: {out: b}}}}"
    run = Graph.parse(text, calculators=[Failing]).start()
    try:
        with run:
            run.send("a", 1, 0)
    except ValueError:
        pass
    # The exception that the run still has leads to the frames it passed through.
    del run
    gc.collect()
    assert [model for model in MADE if model()] == []


def test_nothing_runs_when_a_run_is_over() -> None:
    graph = Graph.parse(GRAPH, calculators=[Model, ModelWithContext, ModelSource])
    with graph.start() as run:
        run.send("a", 1, 0)
    counters = dict(run.counters)
    run.resume()
    assert run.explain() == ""
    assert run.counters == counters
