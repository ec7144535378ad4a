from __future__ import annotations

import pytest

from graphflow import Bound, GraphConfigError, Immediate
from graphflow.calculators.flow.make_pair import MakePair
from graphflow.calculators.flow.merge import Merge
from graphflow.calculators.flow.merge_to_vector import MergeToVector
from graphflow.calculators.flow.packet_inner_join import PacketInnerJoin
from graphflow.calculators.flow.packet_presence import PacketPresence
from graphflow.calculators.flow.pass_through import PassThrough
from graphflow.testing import run_calculator
from tests.calculators.flow.play import graph_of, replay

TWO = {"item:0": "1:a 3:b 5>", "item:1": "1:x 2:y"}


def test_pass_through_keeps_every_port_apart() -> None:
    result = run_calculator(PassThrough, inputs={"item:0": "1:a", "item:1": "2:b", "video": "1:c"})
    assert (result.script("out:0"), result.script("out:1")) == ("1:a 3> |", "2> 2:b |")
    assert result.values("video") == ["c"]


def test_pass_through_counts_its_calls() -> None:
    assert run_calculator(PassThrough, inputs=TWO).counters == {"PassThrough": 3}


def test_pass_through_follows_bounds() -> None:
    assert run_calculator(PassThrough, inputs={"item:0": [Bound(5)]}).script("out:0") == "5> |"


def test_pass_through_takes_side_packets_along() -> None:
    node = """
p: {calculator: PassThrough, side_packets: {item: [a, b], size: c}, output_side_packets: {out: [x, y], size: z}}
s: {calculator: SidePacketToStream, inputs: {tick: t}, side_packets: {item: [x, y, z]}, outputs: {at_tick: [u, v, w]}}
"""
    table = [("t 5:0", "u 5:1; v 5:2; w 5:3")]
    assert replay(node, table, watch="u v w", side_packets={"a": 1, "b": 2, "c": 3}) == table


def test_presence_answers_for_packets_and_for_bounds() -> None:
    result = run_calculator(PacketPresence, inputs={"packet": "1:a 5> 7> 7:b"})
    assert result.script("presence") == "1:True 4:False 6:False 7:True |"


def test_presence_with_the_immediate_policy_answers_for_the_end_too() -> None:
    result = run_calculator(PacketPresence, inputs={"packet": "1:a"}, input_policy=Immediate())
    assert result.script("presence") == "1:True MAX:False |"


def test_an_inner_join_sends_only_what_is_complete_and_settles_the_rest() -> None:
    result = run_calculator(PacketInnerJoin, inputs=TWO)
    assert (result.script("out:0"), result.script("out:1")) == ("1:a 3> 4> |", "1:x 3> 4> |")


def test_merge_takes_the_first_stream_that_has_a_packet() -> None:
    assert run_calculator(Merge, inputs=TWO).values() == ["a", "y", "b"]


def test_merge_of_one_stream_is_a_warning() -> None:
    graph = graph_of("m: {calculator: Merge, inputs: {item: a}, outputs: {out: b}}", ["a"])
    assert ["one stream to merge" in warning.message for warning in graph.warnings].count(True) == 1


def test_pairs_say_what_is_missing() -> None:
    assert run_calculator(MakePair, inputs=TWO).values() == [("a", "x"), (None, "y"), ("b", None)]


@pytest.mark.parametrize("streams", ["[a]", "[a, a, a]"])
def test_a_pair_is_of_two(streams: str) -> None:
    with pytest.raises(GraphConfigError, match="MakePair takes two streams"):
        graph_of(f"m: {{calculator: MakePair, inputs: {{item: {streams}}}, outputs: {{out: b}}}}", ["a"])


def test_a_vector_of_what_is_there() -> None:
    assert run_calculator(MergeToVector, inputs=TWO).values() == [["a", "x"], ["y"], ["b"]]
