"""Laws of the arithmetic of timestamps and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphflow.testing.strategies import timestamps
from graphflow.timestamp import (
    DONE,
    MAX,
    MIN,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSET,
    UNSTARTED,
    Bound,
    Timestamp,
    add_offset,
    format_timestamp,
    is_allowed_in_stream,
    is_range_value,
    next_allowed,
    offset_bound,
    previous_allowed,
)

NAMED = [UNSET, UNSTARTED, PRESTREAM, MIN, MAX, POSTSTREAM, ONE_OVER_POSTSTREAM, DONE]
anything = st.one_of(timestamps(), st.sampled_from(NAMED))
in_stream = st.one_of(timestamps(), st.sampled_from([PRESTREAM, POSTSTREAM]))
offsets = st.one_of(st.integers(-100, 100), st.integers(-(2**62), 2**62))


@given(timestamps())
def test_drawn_timestamps_are_ordinary(t: int) -> None:
    assert is_range_value(t)
    assert is_allowed_in_stream(t)
    assert Timestamp(t) == t


@given(anything)
def test_ordinary_times_print_as_digits_and_named_ones_by_name(t: int) -> None:
    text = format_timestamp(t)
    assert getattr(Timestamp, text.removeprefix("Timestamp.")) == t if t in NAMED else int(text) == t


@given(anything, anything)
def test_next_allowed_is_monotonic(s: int, t: int) -> None:
    """Beginning with MIN: PRESTREAM ends its stream at once."""
    s, t = sorted((s, t))
    if s != PRESTREAM:
        assert next_allowed(s) <= next_allowed(t)


@given(in_stream)
def test_a_packet_raises_the_bound_above_itself(t: int) -> None:
    assert t < next_allowed(t) <= ONE_OVER_POSTSTREAM


@given(timestamps(max_value=MAX - 1))
def test_previous_undoes_next(t: int) -> None:
    assert previous_allowed(next_allowed(t)) == t


@given(anything)
def test_what_a_bound_settles_lies_below_it(bound: int) -> None:
    settled = previous_allowed(bound)
    assert settled < max(bound, MIN)
    if settled > UNSTARTED:
        assert Bound(bound).settles(settled)
        assert is_range_value(settled)


@given(anything, anything)
def test_a_higher_bound_settles_no_less(a: int, b: int) -> None:
    """But for POSTSTREAM, which lies above MAX and settles it only as an observer sees it."""
    a, b = sorted((a, b))
    if b != POSTSTREAM:
        assert previous_allowed(a) <= previous_allowed(b)


@given(timestamps(), offsets)
def test_shifted_times_stay_ordinary(t: int, d: int) -> None:
    assert add_offset(t, d) == min(max(t + d, MIN), MAX)


@pytest.mark.parametrize("t", [t for t in NAMED if not MIN <= t <= MAX])
def test_special_times_cannot_be_shifted(t: int) -> None:
    with pytest.raises(ValueError, match="cannot be shifted"):
        add_offset(t, 0)


@given(st.one_of(timestamps(), st.just(POSTSTREAM)))
def test_offset_zero_promises_what_a_packet_would(t: int) -> None:
    """But for MAX, after which a packet at POSTSTREAM can follow."""
    assert offset_bound(t, 0) == (POSTSTREAM if t == MAX else next_allowed(t))


@given(in_stream, offsets)
def test_a_promise_is_a_bound_that_a_stream_can_have(t: int, d: int) -> None:
    assert MIN <= offset_bound(t, d) <= ONE_OVER_POSTSTREAM


@given(in_stream, offsets, offsets)
def test_a_larger_offset_promises_no_less(t: int, c: int, d: int) -> None:
    c, d = sorted((c, d))
    assert offset_bound(t, c) <= offset_bound(t, d)


@given(in_stream, in_stream, offsets)
def test_a_later_time_promises_no_less(s: int, t: int, d: int) -> None:
    s, t = sorted((s, t))
    assert offset_bound(s, d) <= offset_bound(t, d)


@given(st.integers(-(2**70), 2**70))
def test_only_ordinary_integers_become_timestamps(n: int) -> None:
    if MIN <= n <= MAX:
        assert Timestamp(n) == n
    else:
        with pytest.raises(ValueError, match="not an ordinary timestamp"):
            Timestamp(n)
