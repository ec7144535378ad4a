"""No packet disappears without being counted."""

from __future__ import annotations

import pytest

from graphflow import Barrier, Calculator, EarlyClose, Mux, SidePackets, Throttled
from tests.runtime.graphs import Start, feed, graph, joined, one_node


def test_packets_that_mux_did_not_select(start: Start) -> None:
    join, _ = joined(Mux(), "abc")
    with start(join) as run:
        feed(run, a="0:1 1:1 2:1", b="0:2 1:2", c="0:0 1:0")
    assert run.counters == {"join/dropped_by_policy": 3}


@pytest.mark.parametrize("policy", [Barrier(), EarlyClose()])
def test_packets_that_wait_when_a_policy_closes_its_node(start: Start, policy: Barrier | EarlyClose) -> None:
    join, calls = joined(policy)
    with start(join) as run:
        feed(run, a="0:1 1:1 2:1", b="0:2 |")
        run.wait_until_idle()
        assert len(calls) == 1
        assert run.counters == {"join/dropped_by_policy": 2}
        run.send("a", 1, 3)
    assert run.counters == {"join/dropped_by_policy": 2, "join/dropped_after_close": 1}


def test_packets_that_wait_for_what_never_comes(start: Start) -> None:
    class Number(SidePackets):
        number: int

    class Withholds(Calculator):
        def open(self) -> Number:
            return Number()  # type: ignore[call-arg]  # made later, or never

        def process(self, a: int) -> int:
            return a

    class Waits(Calculator):
        def open(self, number: int) -> None: ...

        def process(self, a: int) -> int:
            return a

    text = """
        inputs: [a]
        nodes:
          withholds: {calculator: Withholds, inputs: {a: a}, outputs: {out: b}, output_side_packets: {number: number}}
          waits: {calculator: Waits, inputs: {a: b}, outputs: {out: c}, side_packets: {number: number}}
    """
    with start(graph(text, Withholds, Waits)) as run:
        feed(run, a="0:1 1:1")
    assert run.counters == {"waits/dropped_at_end": 2, "waits/never_opened": 1}


def test_packets_that_wait_when_the_run_fails(start: Start) -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError), start(one_node(Fails)) as run:
        run.pause()
        feed(run, a="0:1 1:1 2:1")
    # The first one was part of an input set already.
    assert run.counters == {"node/dropped_at_end": 2}


def test_queues_that_a_reader_on_the_sending_thread_cannot_empty() -> None:
    class Pass(Calculator):
        def process(self, a: int) -> int:
            return a

    with one_node(Pass).start() as run:
        reader = run.stream("out", max_queue_size=2)
        for time in range(5):
            run.send("a", time, time)
        assert run.counters == {"graph/queues_grown": 3}
        with pytest.raises(Throttled, match="graph input 'a' is throttled"):
            run.send("a", 5, 5, block=False)
        run.close_inputs()
        assert [packet.value for packet in reader] == [0, 1, 2, 3, 4]


def test_what_is_no_timestamp_or_packet_is_refused_with_what_to_write() -> None:
    class Pass(Calculator):
        def process(self, a: int) -> int:
            return a

    with (
        one_node(Pass).start() as run,
        pytest.raises(TypeError, match=r"integer number of microseconds, not float 0\.5"),
    ):
        run.set_bound("a", 0.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"graph input 'a' takes a list of Packet\(value, timestamp\), not of 7"):
        one_node(Pass).run({"a": [7]})  # type: ignore[list-item]
