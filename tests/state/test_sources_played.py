"""Sources and full queues, played by hand: parked, released, stopped, ended."""

from __future__ import annotations

from collections.abc import Iterator

from graphflow import Calculator, Packet
from graphflow.errors import StallError
from graphflow.runtime.effects import Effects
from graphflow.timestamp import DONE
from tests.runtime.graphs import graph
from tests.state.played import Played


class Two(Calculator):
    def process(self, a: int | None, b: int | None) -> int | None: ...


class Source(Calculator):
    def process(self) -> Iterator[Packet[int]]: ...


def sent(time: int) -> Packet[int]:
    return Packet(time, time)


def turn(*times: int) -> Effects:
    """What a turn of a source with one output sends."""
    effects = Effects(1)
    effects.shard(0).packets.extend(sent(time) for time in times)
    return effects


SOURCE = """
    inputs: [b]
    max_queue_size: 2
    nodes:
      source: {calculator: Source, outputs: {out: a}}
      join: {calculator: Two, inputs: {a: a, b: b}, outputs: {out: out}}
"""


def playing_source() -> Played:
    core = Played(graph(SOURCE, Source, Two))
    core.open()
    assert core.core.on_idle(), "sources begin when all is quiet"
    return core


def test_a_source_is_parked_by_a_full_queue_and_goes_on_when_there_is_room() -> None:
    core = playing_source()
    core.run("source", turn(1))
    core.run("source", turn(2))
    assert core.ready() == []
    core.bound("b", 2)
    assert core.ready() == ["join", "source"]


def test_a_queue_that_fills_up_while_the_source_is_at_work() -> None:
    core = playing_source()
    at_work = core.take("source")
    core.finish(at_work, turn(1, 2, 3, 4))
    assert core.ready() == []
    core.bound("b", 4)
    assert core.ready() == ["join"], "one was taken: three are left"
    core.run("join")
    assert core.ready() == ["join"], "two are left"
    core.run("join")
    assert core.ready() == ["join", "source"]


def test_the_end_of_a_source_comes_through_though_its_queue_is_full() -> None:
    core = playing_source()
    core.run("source", turn(1))
    at_work = core.take("source")
    core.finish(at_work, turn(2))
    core.bound("b", 2)
    core.run("source", None)
    assert core.run("source")[0] == DONE
    assert core.bound_of("a") == DONE


def test_a_deadlock_is_relieved_by_one_packet() -> None:
    core = playing_source()
    core.run("source", turn(1))
    core.run("source", turn(2))
    assert core.core.on_idle()
    core.check()
    assert core.ready() == ["source"]
    core.run("source", turn(3))
    assert core.ready() == []
    assert core.core.throttle.grown == 1


def test_a_closed_reader_holds_nobody_back() -> None:
    core = Played(
        graph(SOURCE.replace("outputs: {out: out}}", "outputs: {out: out}, input_policy: EarlyClose}"), Source, Two)
    )
    core.open()
    core.core.on_idle()
    core.run("source", turn(1, 2))
    assert core.ready() == []
    core.close("b")
    assert core.run("join")[0] == DONE
    assert core.ready() == ["source"]


def test_stopping_a_parked_source_closes_it() -> None:
    core = playing_source()
    core.run("source", turn(1, 2))
    core.core.stop_sources()
    core.close("b")
    core.run("join")
    core.run("join")
    assert core.run("source")[0] == DONE


def test_stopping_closes_a_source_instead_of_the_turn_it_was_given() -> None:
    core = playing_source()
    core.core.stop_sources()
    assert core.run("source")[0] == DONE


def test_a_source_stays_parked_until_the_last_full_queue_has_room() -> None:
    text = """
        inputs: [b, c]
        max_queue_size: 2
        nodes:
          source: {calculator: Source, outputs: {out: a}}
          left: {calculator: Two, inputs: {a: a, b: b}, outputs: {out: d}}
          right: {calculator: Two, inputs: {a: a, b: c}, outputs: {out: e}}
    """
    core = Played(graph(text, Source, Two))
    core.open()
    core.core.on_idle()
    core.run("source", turn(1, 2))
    core.bound("b", 2)
    assert core.ready() == ["left"]
    core.bound("c", 2)
    assert core.ready() == ["left", "right", "source"]


def test_stopping_a_source_at_work_lets_it_finish_its_turn() -> None:
    core = playing_source()
    at_work = core.take("source")
    core.core.stop_sources()
    core.finish(at_work, turn(1))
    assert core.bound_of("a") == 2
    assert core.run("source")[0] == DONE


def test_a_report_of_a_deadlock_is_an_error_of_the_run() -> None:
    core = Played(
        graph(SOURCE.replace("max_queue_size: 2", "max_queue_size: 2\n    report_deadlock: true"), Source, Two)
    )
    core.open()
    core.core.on_idle()
    core.run("source", turn(1, 2))
    assert not core.core.on_idle()
    [error] = core.core.errors
    assert isinstance(error, StallError)
