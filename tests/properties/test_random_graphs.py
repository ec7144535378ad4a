"""What holds of every graph, every input and every schedule."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphflow import Graph, Packet
from graphflow.testing import Recording, SeededDriver, assert_same_for_all_schedules, check_stream, strategies
from graphflow.testing.sample_calculators import SAMPLES, Settled
from graphflow.testing.scripts import Event
from graphflow.timestamp import DONE, Bound

few = settings(max_examples=60)


def feed(graph: Graph, inputs: dict[str, list[Event]], driver: SeededDriver) -> Recording:
    """One run, to its end."""
    with graph.start(driver=driver) as run:
        recording = Recording(run)
        for name, events in inputs.items():
            for event in events:
                if isinstance(event, Packet):
                    run.send(name, event)
                elif event == DONE:
                    run.close_input(name)
                else:
                    run.set_bound(name, event)
    assert run.finished
    return recording


@few
@given(st.data())
def test_the_default_policy_gives_the_same_under_every_schedule(data: st.DataObject) -> None:
    graph = data.draw(strategies.graphs())
    inputs = data.draw(strategies.graph_inputs(graph))
    assert_same_for_all_schedules(graph, inputs, seeds=range(4))


@few
@given(st.data())
def test_a_graph_whose_inputs_are_closed_ends_and_so_do_its_streams(data: st.DataObject) -> None:
    graph = data.draw(strategies.graphs(max_queue_size=3))
    recording = feed(graph, data.draw(strategies.graph_inputs(graph)), data.draw(strategies.schedules()))
    recording.check()
    for stream in recording.streams:
        assert recording.events(stream)[-1] == DONE


@few
@given(strategies.scripts(), strategies.schedules())
def test_bounds_only_rise_and_every_settled_time_is_told_once(script: list[Event], driver: SeededDriver) -> None:
    text = """graphflow: 1
inputs: [a]
nodes:
  settled: {calculator: Settled, inputs: {item: a}, outputs: {out: b}}
"""
    recording = feed(Graph.parse(text, calculators=[Settled]), {"a": script}, driver)
    check_stream(recording.events("b"))
    packets = {packet.timestamp: packet.value for packet in recording.packets("b")}
    sent = {event.timestamp: event.value for event in script if isinstance(event, Packet)}
    assert {time: value for time, value in packets.items() if value >= 0} == sent
    settled = [event - 1 for event in script if isinstance(event, Bound) and event != DONE]
    assert all(time in settled for time, value in packets.items() if value < 0)


@few
@given(strategies.packet_lists(), strategies.packet_lists(), strategies.schedules())
def test_a_join_meets_exactly_the_times_that_are_there(a: list, b: list, driver: SeededDriver) -> None:
    text = """graphflow: 1
inputs: [a, b]
nodes:
  any: {calculator: AnyOf, inputs: {item: [a, b]}, outputs: {out: any}}
  all: {calculator: AllOf, inputs: {item: [a, b]}, outputs: {out: all}}
"""
    recording = feed(Graph.parse(text, calculators=SAMPLES), {"a": a, "b": b}, driver)
    left = {packet.timestamp: packet.value for packet in a}
    right = {packet.timestamp: packet.value for packet in b}
    assert recording.packets("any") == [
        Packet(left.get(time, 0) + right.get(time, 0), time) for time in sorted(left | right)
    ]
    assert recording.packets("all") == [
        Packet(left[time] + right[time], time) for time in sorted(left.keys() & right.keys())
    ]
