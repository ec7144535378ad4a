"""What may happen while a node is running: each order of events, played by hand."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Graph, Packet, SidePackets
from graphflow.runtime.effects import Effects
from graphflow.timestamp import DONE
from tests.runtime.graphs import graph, one_node
from tests.state.played import Played, payloads


class One(Calculator):
    def process(self, a: int) -> int | None: ...


class Two(Calculator):
    def process(self, a: int | None, b: int | None) -> int | None: ...


class Wide(Calculator):
    parallel = True

    def process(self, a: int) -> int | None: ...


def wide(places: int) -> Graph:
    return one_node(Wide, "a", max_in_flight=places)


def sent(time: int) -> Packet[int]:
    return Packet(time, time)


# --- opening --------------------------------------------------------------------------------------------------------


def test_packets_wait_for_a_node_that_is_not_open() -> None:
    core = Played(one_node(One))
    core.send("a", 1, 2)
    assert core.ready() == ["node"], "open alone"
    core.open("node")
    assert core.run("node") == (1, (1,))
    assert core.run("node") == (2, (2,))


def test_what_arrives_while_a_node_opens_is_seen_once_it_is_open() -> None:
    core = Played(one_node(One))
    opening = core.take("node")
    core.send("a", 1)
    core.close("a")
    assert core.ready() == []
    core.finish(opening)
    assert core.run("node") == (1, (1,))
    assert core.run("node")[0] == DONE


def test_an_input_that_ended_before_its_reader_was_open() -> None:
    core = Played(one_node(One))
    core.close("a")
    core.open("node")
    assert core.run("node")[0] == DONE
    assert core.bound_of("out") == DONE


def test_a_bound_that_moved_before_a_node_was_open_passes_when_it_opens() -> None:
    core = Played(one_node(One))
    core.bound("a", 7)
    assert core.bound_of("out") < 7
    core.open("node")
    assert core.bound_of("out") == 7


# --- running --------------------------------------------------------------------------------------------------------


def test_a_packet_for_a_running_node_waits() -> None:
    core = Played(one_node(One))
    core.open()
    core.send("a", 1)
    running = core.take("node")
    core.send("a", 2, 3)
    assert core.queued("node") == [[2, 3]]
    assert core.ready() == []
    core.finish(running, sent(1))
    assert core.queued("node") == [[3]], "the next set is taken, not just announced"
    assert core.run("node") == (2, (2,))


def test_a_bound_for_a_running_node_passes_when_it_is_done() -> None:
    core = Played(one_node(One))
    core.open()
    core.send("a", 1)
    running = core.take("node")
    core.bound("a", 9)
    assert core.bound_of("out") < 1
    core.finish(running)
    assert core.bound_of("out") == 9


def test_a_set_that_became_ready_while_the_node_ran() -> None:
    core = Played(one_node(Two, "ab"))
    core.open()
    core.send("a", 1)
    core.send("b", 1)
    running = core.take("node")
    core.send("a", 2)
    core.send("b", 5)
    core.finish(running)
    assert core.run("node") == (2, (2, None))


def test_the_end_while_a_node_runs_closes_it_afterwards_and_once() -> None:
    core = Played(one_node(Two, "ab"))
    core.open()
    core.send("a", 1)
    core.send("b", 1)
    running = core.take("node")
    core.close("a")
    core.close("b")
    assert core.ready() == []
    core.finish(running)
    closing = core.take("node")
    assert closing[1] == DONE
    assert core.ready() == []
    core.finish(closing)
    assert core.ready() == []
    assert core.bound_of("out") == DONE


def test_what_comes_for_a_closed_node_is_counted_and_forgotten() -> None:
    text = """
        inputs: [a, b]
        nodes:
          node: {calculator: Two, inputs: {a: a, b: b}, outputs: {out: out}, input_policy: EarlyClose}
    """
    core = Played(graph(text, Two))
    core.open()
    core.close("b")
    closing = core.take("node")
    core.send("a", 1)
    assert core.queued("node") == [[1], []]
    core.finish(closing)
    assert core.queued("node") == [[], []]
    core.send("a", 2)
    assert core.core.flow.counters["node/dropped_after_close"] == 1


def test_both_readers_of_a_stream_get_the_packet_though_one_is_running() -> None:
    text = """
        inputs: [a]
        nodes:
          first: {calculator: One, inputs: {a: a}, outputs: {out: b}}
          second: {calculator: One, inputs: {a: a}, outputs: {out: c}}
    """
    core = Played(graph(text, One))
    core.open()
    core.send("a", 1)
    running = core.take("first")
    core.send("a", 2)
    assert core.run("second") == (1, (1,))
    assert core.run("second") == (2, (2,))
    core.finish(running)
    assert core.run("first") == (2, (2,))


def test_a_join_of_a_stream_with_what_is_made_of_it() -> None:
    """The bound comes by the slow way and the packet by the short one."""
    text = """
        inputs: [a]
        nodes:
          odd: {calculator: One, inputs: {a: a}, outputs: {out: b}}
          join: {calculator: Two, inputs: {a: a, b: b}, outputs: {out: c}}
    """
    core = Played(graph(text, One, Two))
    core.open()
    core.send("a", 1, 2)
    assert core.ready() == ["odd"]
    core.run("odd", None)
    assert core.run("join") == (1, (1, None))
    core.run("odd", sent(2))
    assert core.run("join") == (2, (2, 2))


# --- several at once ------------------------------------------------------------------------------------------------


def test_results_that_come_out_of_order_wait_for_the_first() -> None:
    core = Played(wide(3))
    core.open()
    core.send("a", 1, 2, 3, 4)
    first, second, third = (core.take("node") for _ in range(3))
    assert core.queued("node") == [[4]], "no more than three"
    core.finish(third, sent(3))
    core.finish(second, sent(2))
    assert core.bound_of("out") < 1
    core.finish(first, sent(1))
    assert core.bound_of("out") == 4
    assert core.run("node", sent(4)) == (4, (4,))


def test_a_place_that_is_free_is_taken_before_the_first_has_finished() -> None:
    core = Played(wide(2))
    core.open()
    core.send("a", 1, 2, 3)
    first, second = core.take("node"), core.take("node")
    core.finish(second, sent(2))
    third = core.take("node")
    assert payloads(third) == (3,)
    core.finish(third, sent(3))
    core.finish(first, sent(1))
    assert core.bound_of("out") == 4


def test_a_bound_waits_for_all_that_are_running() -> None:
    core = Played(wide(2))
    core.open()
    core.send("a", 1, 2)
    core.bound("a", 50)
    first, second = core.take("node"), core.take("node")
    core.finish(second)
    assert core.bound_of("out") < 1
    core.finish(first)
    assert core.bound_of("out") == 50


def test_the_end_waits_for_all_that_are_running() -> None:
    core = Played(wide(2))
    core.open()
    core.send("a", 1, 2)
    first, second = core.take("node"), core.take("node")
    core.close("a")
    core.finish(first)
    assert core.ready() == []
    core.finish(second)
    assert core.run("node")[0] == DONE


# --- side packets ---------------------------------------------------------------------------------------------------


class Number(SidePackets):
    number: int


class Makes(Calculator):
    def open(self) -> Number: ...

    def process(self, a: int, ctx: Context) -> None: ...


class Needs(Calculator):
    def open(self, number: int) -> None: ...

    def process(self, a: int) -> int | None: ...


def test_a_side_packet_opens_its_reader_in_the_middle_of_things() -> None:
    text = """
        inputs: [a]
        nodes:
          makes: {calculator: Makes, inputs: {a: a}, output_side_packets: {number: number}}
          needs: {calculator: Needs, inputs: {a: a}, outputs: {out: b}, side_packets: {number: number}}
    """
    core = Played(graph(text, Makes, Needs))
    core.open("makes")
    core.send("a", 1, 2)
    assert core.ready() == ["makes"]
    effects = Effects(0)
    effects.side_packets = {"number": 5}
    core.run("makes", effects)
    assert core.ready() == ["makes", "needs"]
    core.open("needs")
    assert core.run("needs") == (1, (1,))


def test_a_node_that_waits_for_two_side_packets_opens_with_the_second() -> None:
    class NeedsTwo(Calculator):
        def open(self, first: int, second: int) -> None: ...

        def process(self, a: int) -> int | None: ...

    text = """
        inputs: [a]
        nodes:
          one: {calculator: Makes, inputs: {a: a}, output_side_packets: {number: first}}
          two: {calculator: Makes, inputs: {a: a}, output_side_packets: {number: second}}
          needs: {calculator: NeedsTwo, inputs: {a: a}, outputs: {out: b}, side_packets: {first: first, second: second}}
    """
    core = Played(graph(text, Makes, NeedsTwo))
    core.open()
    core.core.provide("second", 2)
    assert "needs" not in core.ready()
    core.core.provide("first", 1)
    assert core.ready() == ["needs"]


# --- errors ---------------------------------------------------------------------------------------------------------


def test_an_error_clears_what_was_ready_and_ends_the_run() -> None:
    core = Played(one_node(One))
    core.open()
    core.send("a", 1)
    core.core.failed(ValueError())
    assert core.ready() == []
    assert not core.core.on_idle()
    assert core.core.finished


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_the_run_ends_when_the_last_input_is_closed_and_the_last_node_with_it(order: list[str]) -> None:
    core = Played(one_node(Two, "ab"))
    core.open()
    assert not core.core.on_idle()
    assert not core.core.finished
    for name in order:
        core.close(name)
    core.run("node")
    assert not core.core.on_idle()
    assert core.core.finished
