"""Observers and iterators: streams as seen from outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from graphflow import Bound, Calculator, Immediate, Packet, RunStateError, StallError, Timestamp
from graphflow.testing import Recording
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Odd(Calculator):
    def process(self, a: int) -> int | None:
        return a if a % 2 else None


class Count(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for time in range(10):
            yield Packet(time, time)


COUNT = """
    nodes:
      count: {calculator: Count, outputs: {out: a}}
      odd: {calculator: Odd, inputs: {a: a}, outputs: {out: b}}
"""


# --- observers -------------------------------------------------------------------------------------------------


def test_any_stream_can_be_observed_by_several(start: Start) -> None:
    with start(graph(COUNT, Count, Odd)) as run:
        first, second, source = watch(run, "b"), watch(run, "b"), watch(run, "a")
    assert first == second == rows("1:1 3:3 5:5 7:7 9:9")
    assert len(source) == 10


def test_a_graph_input_can_be_observed(start: Start) -> None:
    with start(one_node(Odd)) as run:
        seen = watch(run, "a")
        feed(run, a="1:1 2:2")
    assert seen == rows("1:1 2:2")


def test_observers_can_be_given_to_start(start: Start) -> None:
    seen: list[int] = []
    with start(one_node(Odd), observe={"out": lambda packet: seen.append(packet.value)}) as run:
        feed(run, a="1:1 2:2 3:3")
    assert seen == [1, 3]


@pytest.mark.parametrize(
    "drive",
    [
        lambda run: run.send("a", 1, 0),
        lambda run: run.set_bound("a", 5),
        lambda run: run.wait_until_idle(),
        lambda run: run.close_inputs(),
    ],
    ids=["send", "set_bound", "wait", "close"],
)
def test_nobody_can_begin_to_observe_once_packets_may_have_been_missed(start: Start, drive: object) -> None:
    with start(one_node(Odd)) as run:
        drive(run)
        with pytest.raises(RunStateError, match="observe before the first send or wait"):
            run.observe("out", print)
        with pytest.raises(RunStateError, match="observe before the first send or wait"):
            run.stream("out")


def test_an_observer_is_never_called_twice_at_a_time() -> None:
    inside = 0

    def callback(packet: Packet[int]) -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        seen.append(packet.timestamp)
        inside -= 1

    seen: list[int] = []
    with one_node(Odd).start(threads=4) as run:
        run.observe("out", callback)
        for time in range(500):
            run.send("a", 1, time)
    assert seen == list(range(500))


def test_without_bounds_only_packets_are_shown(start: Start) -> None:
    with start(one_node(Odd)) as run:
        seen = watch(run, "out")
        feed(run, a="2:2 4:4 9>")
        run.wait_until_idle()
    assert seen == []


def test_with_bounds_settled_times_are_shown_as_bounds() -> None:
    seen: list[Packet[Any] | Bound] = []
    with one_node(Odd).start() as run:
        run.observe("out", seen.append, bounds=True)
        feed(run, a="1:1 2:2 3:3 9> |")
    assert seen == [Packet(1, 1), Bound(3), Packet(3, 3), Bound(9)], "the end is not shown, nor what a packet implies"
    assert [item.timestamp for item in seen] == [1, 2, 3, 8]


def test_the_last_settled_time_is_shown_whatever_the_schedule(start: Start) -> None:
    with start(one_node(Odd)) as run:
        recording = Recording(run, ["out"])
        feed(run, a="1:1 2:2 3:3 9>")
        run.wait_until_idle()
        assert recording.script("out").endswith("3:3 9>")
    recording.check()


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("PRESTREAM:1", [Packet(1, Timestamp.PRESTREAM), Bound(Timestamp.ONE_OVER_POSTSTREAM)]),
        ("POSTSTREAM:1", [Packet(1, Timestamp.POSTSTREAM)]),
        ("MAX:1", [Packet(1, Timestamp.MAX)]),
        ("MIN>", []),
        ("MAX>", [Bound(Timestamp.MAX)]),
        ("POSTSTREAM>", [Bound(Timestamp.POSTSTREAM)]),
        ("ONE_OVER_POSTSTREAM>", [Bound(Timestamp.ONE_OVER_POSTSTREAM)]),
        ("|", []),
    ],
)
def test_bounds_at_the_ends_of_time_come_when_those_of_mediapipe_do(script: str, shown: list[Any]) -> None:
    seen: list[Packet[Any] | Bound] = []
    with one_node(Odd).start() as run:
        run.observe("a", seen.append, bounds=True)
        feed(run, a=script)
    assert seen == shown


def test_an_observer_does_not_change_what_the_graph_does(start: Start) -> None:
    """Also under a policy that depends on arrival."""
    calls = []

    class Join(Calculator):
        input_policy = Immediate()
        timestamp_offset = None

        def process(self, a: int | None, b: int | None) -> int | None:
            calls.append((a, b))

    for observed in (False, True):
        del calls[:]
        with one_node(Join, "ab").start() as run:
            if observed:
                for name in ("a", "b", "out"):
                    watch(run, name)
            feed(run, a="1:1", b="1:2")
        assert calls[:2] == [(1, None), (None, 2)]


def test_names_of_ports_are_known_beside_those_of_streams(start: Start) -> None:
    text = """
        inputs: {numbers: a}
        outputs: {odd: b}
        nodes:
          odd: {calculator: Odd, inputs: {a: a}, outputs: {out: b}}
    """
    with start(graph(text, Odd)) as run:
        by_port, by_stream = watch(run, "odd"), watch(run, "b")
        run.send("a", 1, 0)
    assert by_port == by_stream == rows("0:1")


# --- iterators -------------------------------------------------------------------------------------------------


def test_an_iterator_gives_the_packets_of_a_stream_and_ends_with_it(start: Start) -> None:
    with start(graph(COUNT, Count, Odd)) as run:
        assert [packet.value for packet in run.stream("b")] == [1, 3, 5, 7, 9]


def test_two_iterators_can_be_read_in_turn(start: Start) -> None:
    with start(graph(COUNT, Count, Odd)) as run:
        a, b = run.stream("a"), run.stream("b")
        pairs = [(next(a).value, next(b).value) for _ in range(5)]
        assert pairs == [(0, 1), (1, 3), (2, 5), (3, 7), (4, 9)]
        assert [packet.value for packet in a] == [5, 6, 7, 8, 9]
        assert list(b) == []


def test_an_iterator_drives_only_as_far_as_it_must() -> None:
    with graph(COUNT, Count, Odd).start() as run:
        made = watch(run, "a")
        assert next(run.stream("b")).value == 1
        assert len(made) <= 3


def test_what_was_sent_can_be_read_back(start: Start) -> None:
    with start(one_node(Odd)) as run:
        reader = run.stream("out")
        for time in range(1, 6, 2):
            run.send("a", time, time)
            assert next(reader) == Packet(time, time)


def test_an_iterator_with_bounds(start: Start) -> None:
    with start(one_node(Odd)) as run:
        reader = run.stream("out", bounds=True)
        run.send("a", 2, 2)
        assert next(reader) == Bound(3)


def test_waiting_for_what_can_never_come_raises_and_says_why() -> None:
    with one_node(Odd).start() as run:
        reader = run.stream("out")
        run.send("a", 2, 2)
        with pytest.raises(StallError) as caught:
            next(reader)
    assert "no packet can come any more" in str(caught.value)
    assert "graph input 'a' is open" in str(caught.value)


@pytest.mark.parametrize("threads", [None, 2])
def test_a_step_with_a_timeout(threads: int | None) -> None:
    helper_done = threading.Event()
    helper = threading.Thread(target=helper_done.wait, args=(30,))
    helper.start()  # somebody else is alive who could send something
    with one_node(Odd).start(threads=threads) as run:
        reader = run.stream("out", timeout=0.01)
        run.send("a", 2, 2)
        with pytest.raises(TimeoutError, match=r"no packet within 0.01 s"):
            next(reader)
        run.send("a", 3, 3)
        assert next(reader).value == 3, "it can go on"
    helper_done.set()
    helper.join()


def test_an_iterator_raises_what_went_wrong(start: Start) -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            if a == 4:
                raise ValueError("four")
            return a

    text = COUNT.replace("Odd", "Fails")
    with pytest.raises(ValueError, match="four"), start(graph(text, Count, Fails)) as run:
        read = [packet.value for packet in run.stream("b")]
        raise AssertionError(read)


def test_packets_before_an_error_can_still_be_read() -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            if a == 2:
                raise ValueError("two")
            return a

    run = one_node(Fails).start()
    reader = run.stream("out")
    run.send("a", 1, 1)
    run.send("a", 2, 2)
    assert next(reader).value == 1
    with pytest.raises(ValueError, match="two"):
        next(reader)
    with run:
        pass


def test_after_the_end_an_iterator_gives_what_is_left() -> None:
    with one_node(Odd).start() as run:
        reader = run.stream("out")
        feed(run, a="1:1 3:3")
    assert [packet.value for packet in reader] == [1, 3]


def test_leaving_a_loop_early_leaves_the_rest_of_the_run_alone(start: Start) -> None:
    with start(graph(COUNT, Count, Odd)) as run:
        seen = watch(run, "b")
        for packet in run.stream("b"):
            if packet.value == 3:
                break
    assert len(seen) == 5


@pytest.mark.parametrize("size", [1, 2])
def test_an_iterator_with_a_limit_may_be_left_early_too(start: Start, size: int) -> None:
    """What is never read must not keep the run from ending."""
    with start(graph(COUNT, Count, Odd)) as run:
        for packet in run.stream("a", max_queue_size=size):
            if packet.value == 3:
                break
    assert run.finished
