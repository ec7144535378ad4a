"""Packet scripts: text to events and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphflow import Packet, Timestamp
from graphflow.testing import CLOSED, ScriptError, format_script, parse_script, strategies
from graphflow.timestamp import Bound


def test_packets_bounds_and_the_end() -> None:
    assert parse_script("0:a 33:b 66> |") == [Packet("a", 0), Packet("b", 33), Bound(66), CLOSED]


def test_an_empty_script_has_no_events() -> None:
    assert parse_script("  \n ") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5", -2.5),
        ("True", True),
        ("word", "word"),
        ("two-words", "two-words"),
        ("'two words'", "two words"),
        ('"it\'s"', "it's"),
        (r"'a \' b'", "a ' b"),
        ("[1, 2, [3]]", [1, 2, [3]]),
        ("(1, 'a b')", (1, "a b")),
        ("{'k': [1, 2]}", {"k": [1, 2]}),
        ("b'x'", b"x"),
        ("|", "|"),
        ("a:b>", "a:b>"),
    ],
)
def test_payloads_are_python_literals_or_words(text: str, value: object) -> None:
    [packet] = parse_script(f"5:{text}")
    assert isinstance(packet, Packet)
    assert (packet.timestamp, packet.value, type(packet.value)) == (5, value, type(value))


def test_words_may_stand_for_other_payloads() -> None:
    image = object()
    [packet] = parse_script("0:face", {"face": image})
    assert isinstance(packet, Packet)
    assert packet.value is image


@pytest.mark.parametrize("name", ["PRESTREAM", "MIN", "MAX", "POSTSTREAM"])
def test_times_that_have_names(name: str) -> None:
    assert parse_script(f"{name}:1 {name}>") == [Packet(1, getattr(Timestamp, name)), Bound(getattr(Timestamp, name))]


def test_bounds_reach_further_than_packets() -> None:
    assert parse_script("ONE_OVER_POSTSTREAM>") == [Bound(Timestamp.ONE_OVER_POSTSTREAM)]
    with pytest.raises(ScriptError, match="is no time"):
        parse_script("ONE_OVER_POSTSTREAM:1")


def test_negative_times() -> None:
    assert parse_script("-5:1 -2>") == [Packet(1, -5), Bound(-2)]


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("0:a 5", "expected 'time:payload'", 4),
        ("0:a |5:b", "expected a space", 5),
        ("0:a | 5:b", "nothing can follow '|'", 6),
        ("0:", "a payload is missing", 0),
        ("0: a", "a payload is missing", 0),
        ("0:None", "None is not a payload", 0),
        ("LATER:1", "'LATER' is no time; there are: digits, PRESTREAM, MIN", 0),
        ("99999999999999999999:1", "beyond all timestamps", 0),
        ("-99999999999999999999>", "beyond all timestamps", 0),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, message: str, column: int) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    first, shown, mark = str(caught.value).split("\n")
    assert message in first
    assert shown == f"  {text}"
    assert mark == f"  {' ' * column}^"


VALUES = st.one_of(
    st.integers(),
    st.booleans(),
    st.text("ab 1'\"\\|:>[]"),
    st.lists(st.integers()),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(strategies.scripts(VALUES, times=strategies.timestamps()))
def test_what_was_formatted_is_read_back(events: list) -> None:
    assert parse_script(format_script(events)) == events


def test_formatting_is_the_shortest_that_reads_back() -> None:
    events = [Packet("a", 0), Packet("1", 1), Packet("two words", 2), Packet("None", 3), Packet("x", Timestamp.MAX)]
    assert format_script(events) == "0:a 1:'1' 2:'two words' 3:'None' MAX:x"
