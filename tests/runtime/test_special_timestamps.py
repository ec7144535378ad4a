"""PRESTREAM, POSTSTREAM and the last ordinary times."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Timestamp, TimestampError
from graphflow.testing import run_calculator
from tests.runtime.graphs import Start, bound, feed, one_node, rows, watch


class Odd(Calculator):
    """Passes odd numbers on."""

    def process(self, a: int) -> int | None:
        return a if a % 2 else None


@pytest.mark.parametrize(
    ("offset", "time", "expected"),
    [
        (0, "PRESTREAM", "MIN"),
        (7, "PRESTREAM", str(-(2**63) + 3 + 7)),  # the other input's bound MIN, and the offset
        (0, "MAX", "POSTSTREAM"),
        (7, "MAX", "POSTSTREAM"),
        (-7, "MAX", str(2**63 - 1 - 3 - 6)),
        (0, "POSTSTREAM", "ONE_OVER_POSTSTREAM"),
        (-7, "POSTSTREAM", "ONE_OVER_POSTSTREAM"),
    ],
)
def test_special_input_times_settle_their_own_bounds(offset: int, time: str, expected: str) -> None:
    """Seen with a second input that stays open, because one that had such a packet has nothing to follow."""

    class Quiet(Calculator):
        timestamp_offset = offset

        def process(self, a: int | None, b: int | None) -> int | None:
            return None

    script = {"PRESTREAM": "MIN>", "MAX": "POSTSTREAM>", "POSTSTREAM": "ONE_OVER_POSTSTREAM>"}[time]
    if time == "POSTSTREAM":
        script = "|"
    with one_node(Quiet, "ab").start() as run:
        feed(run, a=f"{time}:1", b=script)
        got = bound(run, "out")
    assert got in (expected, "DONE") if time == "POSTSTREAM" else got == expected


def test_a_packet_at_prestream_is_passed_on_at_prestream() -> None:
    assert run_calculator(Odd, inputs={"a": "PRESTREAM:1"}).script() == "PRESTREAM:1 |"


def test_a_packet_at_poststream_is_passed_on_at_poststream() -> None:
    assert run_calculator(Odd, inputs={"a": "POSTSTREAM:1"}).script() == "POSTSTREAM:1 |"


def test_a_node_whose_only_stream_had_a_prestream_packet_closes(start: Start) -> None:
    """Nothing can follow it: the bound after it counts as the end."""
    with start(one_node(Odd)) as run:
        feed(run, a="PRESTREAM:1")
        assert bound(run, "a") == "ONE_OVER_POSTSTREAM"
        assert bound(run, "out") == "DONE"


def test_after_an_output_at_prestream_nothing_can_follow(start: Start) -> None:
    class Join(Calculator):
        def process(self, a: int | None, b: int | None) -> tuple[int | None, int | None]:
            return a, b

    with start(one_node(Join, "ab")) as run:
        seen = watch(run, "out")
        feed(run, b="1:10")
        run.wait_until_idle()
        feed(run, a="PRESTREAM:1")
        with pytest.raises(TimestampError, match=r"nothing below Timestamp.ONE_OVER_POSTSTREAM may come"):
            run.wait_until_idle()
    assert seen == [(Timestamp.PRESTREAM, (1, None))]


def test_after_a_prestream_packet_the_node_goes_on_with_its_other_inputs(start: Start) -> None:
    class Other(Calculator):
        def process(self, a: int | None, b: int | None) -> int | None:
            return b

    with start(one_node(Other, "ab")) as run:
        seen = watch(run, "out")
        feed(run, a="PRESTREAM:1", b="5:2 6:3")
    assert seen == rows("5:2 6:3")


def test_a_poststream_packet_comes_after_all_others(start: Start) -> None:
    class Join(Calculator):
        def open(self) -> None:
            self.seen: list[tuple[int | None, int | None]] = []

        def process(self, a: int | None, b: int | None, ctx: Context) -> list[tuple[int | None, int | None]] | None:
            self.seen.append((a, b))
            return self.seen if ctx.timestamp == Timestamp.POSTSTREAM else None

    with start(one_node(Join, "ab")) as run:
        seen = watch(run, "out")
        feed(run, a="POSTSTREAM:1", b="5:2 6:3")
        run.wait_until_idle()
        assert seen == []
        feed(run, b="|")
    assert seen == [(Timestamp.POSTSTREAM, [(None, 2), (None, 3), (1, None)])]


def test_the_last_ordinary_time_works_like_any_other(start: Start) -> None:
    with start(one_node(Odd)) as run:
        seen = watch(run, "out")
        feed(run, a="MIN:1 MAX:3")
    assert seen == rows("MIN:1 MAX:3")


def test_a_packet_at_the_last_time_joined_with_a_settled_input_leaves_room_for_poststream(start: Start) -> None:
    class Quiet(Calculator):
        def process(self, a: int | None, b: int | None) -> int | None:
            return None

    with start(one_node(Quiet, "ab")) as run:
        feed(run, a="MAX:1", b="ONE_OVER_POSTSTREAM>")
        run.wait_until_idle()
        # Both inputs can bring nothing more, so the node closes after that call.
        assert bound(run, "out") == "DONE"
    with start(one_node(Quiet, "ab")) as run:
        feed(run, a="MAX:1", b="POSTSTREAM>")
        assert bound(run, "out") == "POSTSTREAM"
