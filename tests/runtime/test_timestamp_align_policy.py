"""TimestampAlign: the other inputs are moved onto the time of the base input."""

from __future__ import annotations

from graphflow import Calculator, Many, Packet, TimestampAlign
from tests.runtime.graphs import Row, Start, bound, feed, graph, joined


def aligned() -> tuple:
    """Inputs a and b; a is the base."""
    return joined(TimestampAlign("item"), "ab")


def test_the_base_passes_alone_until_the_other_begins(start: Start) -> None:
    join, calls = aligned()
    with start(join) as run:
        feed(run, a="1:1 2:2")
        run.wait_until_idle()
        assert calls == [(1, (1, None)), (2, (2, None))]


def test_from_then_on_their_first_common_packets_count_as_equal() -> None:
    join, calls = aligned()
    with join.start() as run:
        feed(run, a="1:1", b="500:10")
        assert calls == [(1, (1, None))]
        feed(run, a="2:2")
        assert calls[1:] == [(2, (2, 10))], "500 is 2 from now on"
        feed(run, b="503:20 504:30")
        feed(run, a="3:3 5:5")
    assert calls[2:] == [(3, (3, None)), (5, (5, 20)), (6, (None, 30))]


def test_the_packets_it_hands_over_have_the_base_s_time(start: Start) -> None:

    seen: list[Row] = []

    class Both(Calculator):
        input_policy = TimestampAlign("item")
        timestamp_offset = None

        def process(self, item: Many[Packet[int] | None]) -> None:
            if item[1] is not None:
                seen.append((item[1].timestamp, item[1].value))

    text = "inputs: [a, b]\nnodes:\n  both: {calculator: Both, inputs: {item: [a, b]}}\n"
    with start(graph(text, Both)) as run:
        feed(run, b="500:10 501:20")
        run.wait_until_idle()
        feed(run, a="7:1 8:2")
    assert seen == [(7, 10), (8, 20)]


def test_bounds_are_moved_as_well() -> None:
    join, calls = aligned()
    with join.start() as run:
        feed(run, b="500:10", a="2:2")
        feed(run, a="9:9")
        assert calls == [(2, (2, 10))], "b may still have something between 2 and 9"
        feed(run, b="507>")
        assert bound(run, "out") == "9"
        feed(run, b="508>")
        assert calls[1:] == [(9, (9, None))]


def test_it_closes_with_the_base_if_the_other_never_begins(start: Start) -> None:
    join, _ = aligned()
    with start(join) as run:
        feed(run, a="1:1 |")
        assert bound(run, "out") == "DONE"


def test_once_aligned_it_closes_when_all_are_done(start: Start) -> None:
    join, calls = aligned()
    with start(join) as run:
        feed(run, b="500:10 501:20")
        run.wait_until_idle()
        feed(run, a="7:1 |")
        run.wait_until_idle()
        assert calls == [(7, (1, 10)), (8, (None, 20))]
        feed(run, b="|")
        assert bound(run, "out") == "DONE"


def test_the_base_may_be_any_stream_of_a_port_that_repeats(start: Start) -> None:
    join, calls = joined(TimestampAlign("item:1"), "ab")
    with start(join) as run:
        feed(run, b="1:1 2:2")
        run.wait_until_idle()
        assert calls == [(1, (None, 1)), (2, (None, 2))]
        feed(run, a="500:10", b="3:3")
    assert calls[2:] == [(3, (10, 3))]
