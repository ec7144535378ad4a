"""An input policy that is written outside of graphflow: it works, or is refused where its class stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pytest

from graphflow import Calculator, FixedSize, GraphConfigError, InputPolicy
from graphflow.policies import PolicyInput, Trouble
from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.streams import Queue
from graphflow.timestamp import DONE
from tests.runtime.graphs import graph, one_node, watch


class NewestInputs(InputSets):
    def take(self) -> InputSet | None:
        (queue,) = self.queues
        self.dropped += max(len(queue.packets) - 1, 0)
        while len(queue.packets) > 1:
            queue.packets.popleft()
        if queue.packets:
            return queue.packets[0].timestamp, (queue.packets.popleft(),)
        self.bound = queue.stream.bound
        return CLOSE if self.bound == DONE else None


@dataclass(frozen=True)
class Newest(InputPolicy):
    """Of what waits the newest packet alone."""

    def misfit(self, inputs: Sequence[PolicyInput]) -> Trouble | None:
        return Trouble("Newest takes one stream", "connect one") if len(inputs) > 1 else None

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return (0,)

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return NewestInputs(queues, wants_bound, process_bounds)


class Latest(Calculator):
    input_policy = Newest()

    def process(self, a: int, b: int | None = None) -> int:
        return a


def test_it_forms_the_input_sets() -> None:
    text = "inputs: [a]\nnodes: {node: {calculator: Latest, inputs: {a: a}, outputs: {out: out}}}"
    with graph(text, Latest).start() as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        for time in range(5):
            run.send("a", time, time)
        run.resume()
        run.wait_until_idle()
    assert [time for time, _ in seen] == [0, 4], "the first was taken before the others came"
    assert run.counters["node/dropped_by_policy"] == 3


def test_it_says_which_nodes_it_suits() -> None:
    text = "inputs: [a, b]\nnodes: {node: {calculator: Latest, inputs: {a: a, b: b}, outputs: {out: out}}}"
    with pytest.raises(GraphConfigError, match=r"wrong-policy.*node 'node': Newest takes one stream"):
        graph(text, Latest)


def test_what_a_class_asks_for_may_not_contradict_itself_either() -> None:
    class Contradicts(Calculator):
        input_policy = FixedSize(trigger_queue_size=2, target_queue_size=9)

        def process(self, a: int) -> int:
            return a

    with pytest.raises(GraphConfigError, match=r"node 'node': a queue cut at 2 packets cannot keep 9"):
        one_node(Contradicts)


def test_a_loop_that_would_wait_for_itself_is_found() -> None:
    text = """
        nodes:
          node: {calculator: Latest, inputs: {a: {stream: out, back_edge: true}}, outputs: {out: out}}
    """
    with pytest.raises(GraphConfigError, match="back-edge-waits"):
        graph(text, Latest)


def test_one_that_forms_no_input_sets_is_refused() -> None:
    with pytest.raises(TypeError, match=r"input policy 'Never' does not say how input sets are formed"):

        class Never(InputPolicy):
            """Nothing."""
