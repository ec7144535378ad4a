"""The reference executor itself, on graphs small enough to work out by hand."""

from __future__ import annotations

from typing import Any

from tools.simulation.reference import evaluate
from tools.simulation.spec import DONE, PRESTREAM, Graph, Node, Op, Policy, Port

Packets = list[tuple[int, Any]]


def graph(nodes: list[Node], streams: dict[str, Packets]) -> Graph:
    """A graph whose inputs carry `streams`."""
    ops = tuple(Op("send", name, time, value) for name, packets in streams.items() for time, value in packets)
    return Graph(0, tuple(nodes), tuple(streams), {}, ops)


def node(kind: str, inputs: list[str], outputs: list[str], **more: Any) -> Node:
    """A node with untagged ports."""
    ins = tuple(Port("item", name) for name in inputs)
    return Node("n", kind, ins, tuple(Port("out", name) for name in outputs), **more)


def sets(policy: Policy | None, streams: dict[str, Packets], ops: tuple[Op, ...] | None = None) -> list[Any]:
    """The input sets that one node with this policy gets."""
    one = graph([node("pass", list(streams), [f"out{k}" for k in range(len(streams))], policy=policy)], streams)
    return evaluate(one, None if ops is None else one.ops + ops).nodes["n"].sets


def test_default_groups_packets_by_time() -> None:
    streams: dict[str, Packets] = {"a": [(1, "a1"), (3, "a3")], "b": [(2, "b2"), (3, "b3")]}
    assert sets(None, streams) == [(1, ["a1", None]), (2, [None, "b2"]), (3, ["a3", "b3"])]


def test_default_waits_for_the_least_bound() -> None:
    streams: dict[str, Packets] = {"a": [(1, "a1"), (3, "a3")], "b": [(2, "b2")]}
    assert sets(None, streams, ()) == [(1, ["a1", None]), (2, [None, "b2"])]
    assert sets(None, streams, (Op("bound", "b", 3),)) == [(1, ["a1", None]), (2, [None, "b2"])]
    assert sets(None, streams, (Op("bound", "b", 4),))[-1] == (3, ["a3", None])


def test_a_batch_is_whole_until_the_inputs_end() -> None:
    streams: dict[str, Packets] = {"a": [(1, 1), (2, 2), (3, 3)]}
    policy = Policy("Default", {"batch_size": 2})
    assert [time for time, _ in sets(policy, streams, ())] == [1, 2]
    assert [time for time, _ in sets(policy, streams)] == [1, 2, 3]


def test_barrier_pairs_packets_whatever_their_times() -> None:
    streams: dict[str, Packets] = {"a": [(1, "a1"), (3, "a3"), (4, "a4")], "b": [(7, "b7"), (8, "b8")]}
    assert sets(Policy("Barrier"), streams) == [(1, ["a1", "b7"]), (3, ["a3", "b8"])]


def test_early_close_ends_with_the_first_exhausted_input() -> None:
    streams: dict[str, Packets] = {"a": [(1, "a1")], "b": [(1, "b1"), (2, "b2")]}
    assert sets(Policy("EarlyClose"), streams) == [(1, ["a1", "b1"])]


def test_mux_reads_the_selected_input_only() -> None:
    streams: dict[str, Packets] = {"a": [(1, "a1"), (2, "a2")], "b": [(1, "b1")], "c": [(1, 1), (2, 0), (3, 1)]}
    assert sets(Policy("Mux"), streams) == [(1, [None, "b1", 1]), (2, ["a2", None, 0]), (3, [None, None, 1])]


def test_previous_loopback_feeds_each_packet_back_to_the_next() -> None:
    loop = Node(
        "loop", "previous", (Port("main", "m"), Port("loop", "back", back_edge=True)), (Port("prev_loop", "previous"),)
    )
    join = node("pass", ["m", "previous"], ["back", "seen"])
    result = evaluate(graph([loop, join], {"m": [(1, "x"), (5, "y"), (6, "z")]}))
    assert result.streams["seen"].packets == [(5, "x"), (6, "y")]
    assert result.streams["back"].bound == DONE


def test_a_waiting_node_passes_its_bound_on() -> None:
    one = graph([node("pass", ["a", "b"], ["c", "d"])], {"a": [(5, "a5")], "b": []})
    assert evaluate(one, one.ops).streams["c"].bound == PRESTREAM
    assert evaluate(one, (*one.ops, Op("bound", "b", 3))).streams["c"].bound == 3
    assert evaluate(one, (*one.ops, Op("bound", "b", 9))).streams["c"].bound == 6
