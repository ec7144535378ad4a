"""`check_stream` and `Recording`: what streams can look like, and what they did look like."""

from __future__ import annotations

import pytest
from hypothesis import given

from graphflow import Calculator, Context, Graph, Packet
from graphflow.testing import Event, Recording, check_stream, parse_script, strategies

GRAPH = """
graphflow: 1
inputs: [a]
nodes:
  odd: {calculator: Odd, inputs: {a: a}, outputs: {out: b}}
"""


class Odd(Calculator):
    def process(self, a: int) -> int | None:
        return a if a % 2 else None


@pytest.mark.parametrize(
    "script",
    [
        "",
        "|",
        "0:a 1:b 5> 5:c |",
        "5> 5> 6>",
        "MIN:a MAX:b",
        "PRESTREAM:a |",
        "5> POSTSTREAM:a |",
        "MAX> POSTSTREAM> |",
    ],
)
def test_streams_that_can_be(script: str) -> None:
    check_stream(parse_script(script))


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("1:a 0:b", "a packet lies below the bound 2"),
        ("1:a 1:b", "a packet lies below the bound 2"),
        ("5> 4:a", "a packet lies below the bound 5"),
        ("5> 4>", "the bound goes back from 5"),
        ("4:a 3>", "the bound goes back from 5"),
        ("PRESTREAM:a 0:b", "below the bound"),
        ("0:a POSTSTREAM:b", "POSTSTREAM is not the only one"),
        ("POSTSTREAM:a POSTSTREAM:b", "below the bound"),
    ],
)
def test_streams_that_cannot(script: str, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem) as caught:
        check_stream(parse_script(script), "faces")
    assert str(caught.value).startswith("faces: ")
    assert script in str(caught.value)


def test_nothing_follows_the_end() -> None:
    for more in ("0:a", "5>", "|"):
        with pytest.raises(AssertionError, match="something follows the end"):
            check_stream([*parse_script("|"), *parse_script(more)])


def test_a_packet_must_have_a_payload() -> None:
    with pytest.raises(AssertionError, match="no payload"):
        check_stream([Packet(None, 5)])


@given(strategies.scripts(times=strategies.timestamps()))
def test_every_drawn_script_is_a_stream(events: list[Event]) -> None:
    check_stream(events)


def test_a_recording_shows_packets_bounds_and_the_end() -> None:
    with Graph.parse(GRAPH, calculators=[Odd]).start() as run:
        recording = Recording(run)
        for time in (1, 2, 3):
            run.send("a", time, time)
        assert recording.script("b") == "1:1 3> 3:3", "3 is settled by 2 already"
        run.set_bound("a", 9)
    assert recording.streams == ("a", "b")
    assert recording.script("a") == "1:1 2:2 3:3 9> |"
    assert recording.script("b") == "1:1 3> 3:3 9> |"
    assert recording.packets("b") == [Packet(1, 1), Packet(3, 3)]
    recording.check()


def test_a_recording_of_some_streams() -> None:
    with Graph.parse(GRAPH, calculators=[Odd]).start() as run:
        recording = Recording(run, ["b"])
    assert recording.streams == ("b",)
    with pytest.raises(KeyError):
        recording.script("a")


def test_a_stream_without_an_end_shows_none() -> None:
    class Fails(Calculator):
        def process(self, a: int, ctx: Context) -> int:
            raise ValueError

    text = GRAPH.replace("Odd", "Fails")
    with pytest.raises(ValueError), Graph.parse(text, calculators=[Fails]).start() as run:
        recording = Recording(run)
        run.send("a", 1, 1)
    assert recording.script("a") == "1:1"


def test_a_recording_finds_what_breaks_the_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core whose observers are told of packets in the wrong order."""
    with Graph.parse(GRAPH, calculators=[Odd]).start() as run:
        recording = Recording(run)
        run.send("a", 1, 1)
        events = recording._events["b"]
        events.insert(0, Packet(1, 7))
        with pytest.raises(AssertionError, match="b: a packet lies below"):
            recording.check()
