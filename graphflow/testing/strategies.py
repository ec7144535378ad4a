"""Strategies for Hypothesis, which must be installed: timestamps, packets, scripts, schedules and whole graphs.

As in::

    from hypothesis import given
    from graphflow.testing import SeededDriver, strategies

    @given(strategies.scripts(), strategies.schedules())
    def test_my_graph_loses_nothing(script, driver):
        ...
"""

from __future__ import annotations

from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from graphflow.graph import Graph
from graphflow.packet import Packet
from graphflow.testing.sample_calculators import SAMPLES, Later
from graphflow.testing.scripts import Event
from graphflow.testing.seeded_driver import SeededDriver
from graphflow.timestamp import DONE, MAX, MIN, Bound

_MANY = {"AnyOf", "AllOf"}


def timestamps(*, min_value: int = MIN, max_value: int = MAX) -> st.SearchStrategy[int]:
    """Ordinary timestamps: mostly small ones, and the ends of the time line within the limits."""
    ends = [value for value in (MIN, MIN + 1, -1, 0, 1, MAX - 1, MAX) if min_value <= value <= max_value]
    everywhere = st.integers(min_value, max_value)
    near = (
        st.integers(max(min_value, -20), min(max_value, 100)) if min_value <= 100 and max_value >= -20 else everywhere
    )
    return st.one_of(near, st.sampled_from(ends), everywhere) if ends else st.one_of(near, everywhere)


def packet_lists(
    values: st.SearchStrategy[Any] | None = None,
    *,
    times: st.SearchStrategy[int] | None = None,
    max_size: int = 20,
) -> st.SearchStrategy[list[Packet[Any]]]:
    """Packets of one stream: ascending times.

    Args:
        values: Payloads; small integers unless given.
        times: Timestamps; times from 0 to 100 unless given, so that streams meet.
        max_size: How many at most.
    """
    payloads = st.integers(0, 99) if values is None else values
    moments = st.integers(0, 100) if times is None else times
    return st.lists(moments, unique=True, max_size=max_size).flatmap(
        lambda drawn: st.tuples(*(st.builds(Packet, payloads, st.just(time)) for time in sorted(drawn))).map(list)
    )


@st.composite
def scripts(
    draw: st.DrawFn,
    values: st.SearchStrategy[Any] | None = None,
    *,
    times: st.SearchStrategy[int] | None = None,
    max_size: int = 20,
) -> list[Event]:
    """Events of one stream: packets, bounds between them, and sometimes its end. Arguments as for `packet_lists`."""
    events: list[Event] = []
    bound = MIN
    for packet in draw(packet_lists(values, times=times, max_size=max_size)):
        if bound < packet.timestamp and draw(st.booleans()):
            events.append(Bound(draw(st.integers(max(bound, packet.timestamp - 5), packet.timestamp))))
        events.append(packet)
        bound = packet.timestamp + 1
    if bound < MAX and draw(st.booleans()):
        events.append(Bound(bound + draw(st.integers(0, min(10, MAX - bound)))))
    if draw(st.booleans()):
        events.append(Bound(DONE))
    return events


def schedules() -> st.SearchStrategy[SeededDriver]:
    """Drivers, each for one run: some keep up with the sender, some fall far behind."""
    return st.builds(
        SeededDriver,
        st.integers(0, 2**32 - 1),
        workers=st.integers(1, 6),
        eager=st.sampled_from([0.0, 0.3, 0.7, 1.0]),
    )


@st.composite
def graphs(draw: st.DrawFn, *, max_inputs: int = 3, max_nodes: int = 6, max_queue_size: int = 100) -> Graph:
    """Graphs of the calculators in `graphflow.testing.sample_calculators`, without cycles; all streams hold integers.

    What they compute does not depend on the schedule. A failing example prints the graph file. There is at least one
    input, ``in0``, and one node; ``max_queue_size`` is drawn from 1 to the limit given here.
    """
    streams = [f"in{number}" for number in range(draw(st.integers(1, max_inputs)))]
    lines = [
        "graphflow: 1",
        f"inputs: [{', '.join(streams)}]",
        f"max_queue_size: {draw(st.integers(1, max_queue_size))}",
    ]
    lines.append("nodes:")
    for number in range(draw(st.integers(1, max_nodes))):
        cls = draw(st.sampled_from(SAMPLES))
        several = cls.__name__ in _MANY
        reads = draw(st.lists(st.sampled_from(streams), min_size=1, max_size=3 if several else 1))
        options = f", options: {{delay: {draw(st.integers(0, 9))}}}" if cls is Later else ""
        lines.append(
            f"  n{number}: {{calculator: {cls.__name__}, inputs: {{item: [{', '.join(reads)}]}}, "
            f"outputs: {{out: s{number}}}{options}}}"
        )
        streams.append(f"s{number}")
    text = "\n".join(lines)
    note(text)
    return Graph.parse(text, calculators=SAMPLES)


def graph_inputs(graph: Graph, **arguments: Any) -> st.SearchStrategy[dict[str, list[Event]]]:
    """A script for each input of a graph. Arguments as for `scripts`."""
    names = [graph.plan.streams[position].name for position in graph.plan.inputs]
    return st.fixed_dictionaries({name: scripts(**arguments) for name in names})
