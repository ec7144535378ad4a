"""Mux: the last stream selects which of the others is read at each of its timestamps."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Many, Mux, Timestamp
from graphflow.testing import assert_same_for_all_schedules
from tests.runtime.graphs import Row, Start, bound, feed, graph, joined

# Inputs a and b are data 0 and 1, c is the control stream.


def mux() -> tuple:
    return joined(Mux(), "abc")


def data(calls: list[Row]) -> list[tuple[int, int | None, int | None]]:
    """The data packets of each set; the control payload is left out."""
    return [(time, *packets[:-1]) for time, packets in calls]


def test_the_selected_input_is_read_at_the_control_s_time(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="1:1 2:2", b="1:10 2:20", c="1:0 2:1")
    assert calls == [(1, (1, None, 0)), (2, (None, 20, 1))]


def test_it_does_not_wait_for_inputs_that_are_not_selected(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="1:1", c="1:0")
        run.wait_until_idle()
        assert data(calls) == [(1, 1, None)]


def test_it_waits_for_the_selected_input_to_settle(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="1:1", c="1:1")
        run.wait_until_idle()
        assert calls == []
        feed(run, b="1>")
        run.wait_until_idle()
        assert calls == [], "b may still have something at 1"
        feed(run, b="2>")
        run.wait_until_idle()
        assert data(calls) == [(1, None, None)]


def test_data_without_a_control_packet_is_dropped(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="1:1 2:2 3:3", b="3:30", c="3:0")
    assert data(calls) == [(3, 3, None)]


def test_unused_packets_do_not_pile_up(start: Start) -> None:
    join, _ = mux()
    with start(join) as run:
        feed(run, a="1:1 2:2", b="1:10 2:20 3:30", c="2:0")
        run.wait_until_idle()
        queues = {queue.stream.name: len(queue.packets) for queue in run._core.nodes[0].queues}
        assert queues == {"a": 0, "b": 1, "c": 0}


def test_the_output_settles_with_the_control_stream(start: Start) -> None:
    join, _ = mux()
    with start(join) as run:
        feed(run, c="5>")
        assert bound(run, "out") == "5"
        feed(run, c="6:0")
        assert bound(run, "out") == "6"
        feed(run, a="7>")
        assert bound(run, "out") == "7"


def test_a_control_packet_earlier_than_the_data_settles_its_time(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="9:1", c="4:0")
        run.wait_until_idle()
        assert data(calls) == [(4, None, None)]
        assert bound(run, "out") == "5"


def test_it_closes_with_the_control_stream(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, a="5:1", c="|")
        assert bound(run, "out") == "DONE"
    assert calls == []


def test_control_packets_are_all_answered_before_it_closes(start: Start) -> None:
    join, calls = mux()
    with start(join) as run:
        feed(run, c="1:0 2:1 |")
        run.wait_until_idle()
        assert calls == []
        feed(run, a="1:1", b="2:20")
    assert data(calls) == [(1, 1, None), (2, None, 20)]


@pytest.mark.parametrize("selected", ["2", "-1", "'a'"])
def test_a_selection_that_is_no_input_is_an_error_that_says_so(start: Start, selected: str) -> None:
    join, _ = mux()
    with pytest.raises(ValueError, match="inputs are numbered 0 to 1") as caught, start(join) as run:
        feed(run, a="1:1", b="1:10", c=f"1:{selected}")
    assert any("node 'join'" in note and "at 1 us" in note for note in caught.value.__notes__)


def test_the_outcome_does_not_depend_on_the_schedule() -> None:

    class Choose(Calculator):
        input_policy = Mux()

        def process(self, item: Many[int | None], t: Timestamp) -> int | None:
            return next((value for value in item[:-1] if value is not None), None)

    choose = graph(
        """
        inputs: [a, b, c]
        nodes:
          choose: {calculator: Choose, inputs: {item: [a, b, c]}, outputs: {out: out}}
        """,
        Choose,
    )
    inputs = {"a": "1:1 2:2 3:3 5:5", "b": "1:10 3:30 4:40", "c": "1:0 3:1 4:0 5:0"}
    packets = assert_same_for_all_schedules(choose, inputs, seeds=range(15))
    assert [(packet.timestamp, packet.value) for packet in packets["out"]] == [(1, 1), (3, 30), (5, 5)]
