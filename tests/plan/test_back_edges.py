"""Back edges that bring something, those that can never, and those that are none."""

from __future__ import annotations

import pytest

from tests.plan.tools import codes, node, only, planned

LOOP = """
    inputs: [x]
    outputs: [sum]
    {graph}
    nodes:
      add:
        calculator: {add}
        {policy}
        inputs: {{a: x, b: {{stream: back, back_edge: true}}}}
        outputs: {{out: sum}}
      on_the_way: {{calculator: {way}, inputs: {{item: sum}}, outputs: {{out: back}}}}
"""


def loop(add: str = "Add", way: str = "Double", policy: str = "", graph: str = "") -> str:
    return LOOP.format(add=add, way=way, policy=f"input_policy: {policy}" if policy else "", graph=graph)


@pytest.mark.parametrize(
    "policy",
    ["Default", "{Default: {batch_size: 2}}", "FixedSize", "EarlyClose", "Barrier", "{TimestampAlign: {base: b}}",
     "{SyncSets: {sets: [[a, b]]}}", "Mux"],
)  # fmt: skip
def test_a_back_edge_that_is_waited_for_waits_for_itself(policy: str) -> None:
    problem = only(loop(policy=policy))
    assert problem.code == "back-edge-waits"
    assert "(add -> on_the_way -> add)" in problem.message


@pytest.mark.parametrize(
    "policy",
    ["Immediate", "{SyncSets: {sets: [[b]]}}", "{SyncSets: {sets: [[a]]}}", "{TimestampAlign: {base: a}}"],
)
def test_a_back_edge_that_is_taken_on_its_own_is_fine(policy: str) -> None:
    assert [entry.back_edge for entry in node(planned(loop(policy=policy)), "add").inputs] == [False, True]


def test_a_node_that_sends_from_open_starts_the_loop() -> None:
    """MediaPipe's FeedbackCycle test: an adder that closes early, and a unit delay that sends the first packet."""
    assert codes(loop(add="AddEarlyClose", way="UnitDelay")) == []
    assert codes(loop(add="AddEarlyClose")) == ["back-edge-waits"]


def test_a_node_on_the_way_that_runs_at_once_does_not_help_if_nothing_reaches_it_otherwise() -> None:
    text = """
        inputs: [x]
        nodes:
          add: {calculator: Add, inputs: {a: x, b: {stream: back, back_edge: true}}, outputs: {out: sum}}
          merge: {calculator: Add, input_policy: Immediate, inputs: {a: sum, b: x}, outputs: {out: back}}
    """
    assert codes(text) == []  # Immediate: it sends what x brings


def test_every_way_around_must_wait() -> None:
    """Two ways lead back, one of them through a delay: the producer of the back edge still waits for the other."""
    text = """
        inputs: [x]
        nodes:
          add: {calculator: Add, inputs: {a: x, b: {stream: back, back_edge: true}}, outputs: {out: sum}}
          delay: {calculator: UnitDelay, inputs: {item: sum}, outputs: {out: late}}
          both: {calculator: Add, inputs: {a: sum, b: late}, outputs: {out: back}}
    """
    assert only(text).code == "back-edge-waits"


def test_the_input_that_is_marked_may_be_any_on_the_cycle() -> None:
    text = """
        inputs: [x]
        nodes:
          first: {calculator: Double, inputs: {item: {stream: back, back_edge: true}}, outputs: {out: y}}
          second: {calculator: Add, inputs: {a: y, b: x}, outputs: {out: back}}
    """
    problem = only(text)
    assert problem.code == "back-edge-waits"
    assert "PreviousLoopback" in problem.help


def test_a_node_may_feed_itself() -> None:
    text = """
        inputs: [x]
        nodes: {{n: {{calculator: {}, inputs: {{{}: x, {}: {{stream: y, back_edge: true}}}}, outputs: {{out: y}}}}}}
    """
    assert codes(text.format("Previous", "main", "loop")) == []
    assert codes(text.format("Add", "a", "b")) == ["back-edge-waits"]


def test_a_graph_policy_that_breaks_a_loop_is_told_with_both_places() -> None:
    text = """
        inputs: [x]
        input_policy: Default
        nodes:
          p: {calculator: Previous, inputs: {main: x, loop: {stream: y, back_edge: true}}, outputs: {out: z}}
          d: {calculator: Double, inputs: {item: z}, outputs: {out: y}}
    """
    assert codes(text) == ["policy-replaced", "back-edge-waits"]


def test_an_edge_that_closes_no_cycle_is_no_back_edge() -> None:
    problem = only(
        """
        inputs: [x]
        nodes:
          a: {calculator: Double, inputs: {item: x}, outputs: {out: y}}
          b: {calculator: IntSink, inputs: {item: {stream: y, back_edge: true}}}
        """
    )
    assert (problem.code, problem.severity) == ("no-back-edge", "warning")


def test_a_graph_input_is_no_back_edge() -> None:
    problem = only("inputs: [x]\nnodes: {b: {calculator: IntSink, inputs: {item: {stream: x, back_edge: true}}}}")
    assert (problem.code, problem.severity) == ("no-back-edge", "warning")


def test_two_back_edges_on_one_cycle_are_both_accepted() -> None:
    text = """
        inputs: [x]
        nodes:
          a: {calculator: Previous, inputs: {main: x, loop: {stream: r, back_edge: true}}, outputs: {out: p}}
          b: {calculator: Previous, inputs: {main: x, loop: {stream: p, back_edge: true}}, outputs: {out: q}}
          c: {calculator: Double, inputs: {item: q}, outputs: {out: r}}
    """
    assert codes(text) == []


def test_a_back_edge_from_a_stream_that_does_not_exist_is_an_unknown_stream() -> None:
    text = """
        inputs: [x]
        nodes: {p: {calculator: Previous, inputs: {main: x, loop: {stream: no, back_edge: true}}, outputs: {out: z}}}
    """
    assert codes(text) == ["unknown-stream"]
