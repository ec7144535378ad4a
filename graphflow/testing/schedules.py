"""The same input in many schedules: do all of them end alike?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphflow.graph import Graph
from graphflow.packet import Packet
from graphflow.run import GraphRun
from graphflow.testing.recording import Recording
from graphflow.testing.scripts import Event, Script, events_of, format_script
from graphflow.testing.seeded_driver import SeededDriver
from graphflow.timestamp import DONE, Bound


def equal_payloads(one: Any, other: Any) -> bool:
    """Whether two payloads are equal; arrays are if all their elements are."""
    try:
        return bool(one == other)
    except ValueError:  # an array has no truth value
        return bool(one.shape == other.shape and (one == other).all())


def assert_same_for_all_schedules(
    graph: Graph,
    inputs: Mapping[str, Script] | None = None,
    *,
    seeds: Iterable[int] = range(20),
    side_packets: Mapping[str, Any] | None = None,
    streams: Iterable[str] | None = None,
    equal: Callable[[Any, Any], bool] = equal_payloads,
) -> dict[str, list[Packet[Any]]]:
    """Run a graph without threads, then under a `SeededDriver` for each seed, and compare every stream's packets.

    Each seed also mixes the inputs in an order of its own; only what one input holds keeps its order. The outcome is
    the same where all input policies are Default, Mux or Barrier; others depend on arrival by definition.

    Args:
        graph: The graph.
        inputs: A packet script for each graph input; what it leaves open is closed at the end.
        seeds: One run each.
        side_packets: As for `Graph.start`.
        streams: The streams to compare; all of them unless given.
        equal: Compares two payloads.

    Returns:
        The packets of each stream.

    Raises:
        AssertionError: Two schedules differ, or a stream breaks the laws of `check_stream`. The message has the seed.
        Exception: What the graph raises; a note has the seed.
    """
    scripts = {name: events_of(script) for name, script in (inputs or {}).items()}
    names = None if streams is None else list(streams)
    with graph.start(side_packets) as run:
        recording = Recording(run, names)
        _feed(run, _in_turn(scripts))
    expected = {name: recording.packets(name) for name in recording.streams}
    for seed in seeds:
        try:
            with graph.start(side_packets, driver=SeededDriver(seed)) as run:
                recording = Recording(run, names)
                _feed(run, _mixed(scripts, random.Random(seed)))
            recording.check()
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
        for name, packets in expected.items():
            _compare(name, seed, packets, recording.packets(name), equal)
    return expected


def _feed(run: GraphRun, events: Iterable[tuple[str, Event]]) -> None:
    for name, event in events:
        if isinstance(event, Packet):
            run.send(name, event)
        elif event == DONE:
            run.close_input(name)
        else:
            run.set_bound(name, event)


def _in_turn(scripts: Mapping[str, list[Event]]) -> list[tuple[str, Event]]:
    """All events by time."""
    queued = [
        (event if isinstance(event, Bound) else event.timestamp, name, event)
        for name, events in scripts.items()
        for event in events
    ]
    return [(name, event) for _, name, event in sorted(queued, key=lambda item: item[0])]


def _mixed(scripts: Mapping[str, list[Event]], chance: random.Random) -> list[tuple[str, Event]]:
    """All events in a random order. The order within each input stays."""
    turns = [name for name, events in scripts.items() for _ in events]
    chance.shuffle(turns)
    left = {name: iter(events) for name, events in scripts.items()}
    return [(name, next(left[name])) for name in turns]


def _compare(
    name: str, seed: int, want: list[Packet[Any]], got: list[Packet[Any]], equal: Callable[[Any, Any], bool]
) -> None:
    same = len(want) == len(got) and all(
        one.timestamp == other.timestamp and equal(one.value, other.value) for one, other in zip(want, got, strict=True)
    )
    if not same:
        raise AssertionError(
            f"stream '{name}' depends on the schedule:\n"
            f"  without threads: {format_script(want)}\n"
            f"  with seed {seed}: {format_script(got)}"
        )
