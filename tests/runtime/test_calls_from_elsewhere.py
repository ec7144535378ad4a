"""Calls from other threads, observers and calculators: nothing re-enters, nothing blocks, nothing is lost."""

from __future__ import annotations

import functools
import threading

import pytest

from graphflow import Calculator, Graph, Packet, TimestampError
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


TWO = """
    inputs: [a, b]
    nodes:
      one: {calculator: Pass, inputs: {a: a}, outputs: {out: c}}
      two: {calculator: Pass, inputs: {a: b}, outputs: {out: d}}
"""


def test_an_observer_may_send(start: Start) -> None:
    with start(graph(TWO, Pass)) as run:
        seen = watch(run, "d")
        run.observe("c", lambda packet: run.send("b", packet.value + 1, packet.timestamp))
        feed(run, a="0:1 1:2")
        run.wait_until_idle()
    assert seen == rows("0:2 1:3")


def test_an_observer_may_feed_the_stream_it_watches(start: Start) -> None:
    with start(graph(TWO, Pass)) as run:
        seen = watch(run, "c")
        run.observe("c", lambda packet: packet.value and run.send("a", packet.value - 1, packet.timestamp + 1))
        run.send("a", 5, 0)
        run.wait_until_idle()
    assert seen == [(time, 5 - time) for time in range(6)]


def test_a_calculator_that_holds_the_run_may_send(start: Start) -> None:
    holder = []

    class Sends(Calculator):
        def process(self, a: Packet[int]) -> int:
            holder[0].send("b", a.value * 10, a.timestamp)
            return a.value

    with start(graph(TWO.replace("one: {calculator: Pass", "one: {calculator: Sends"), Pass, Sends)) as run:
        holder.append(run)
        seen = watch(run, "d")
        feed(run, a="0:1 1:2")
        run.wait_until_idle()
    assert seen == rows("0:10 1:20")


def test_an_observer_may_close_the_inputs(start: Start) -> None:
    with start(graph(TWO, Pass)) as run:
        seen = watch(run, "c")
        run.observe("c", lambda packet: run.close_inputs() if packet.value == 2 else None)
        feed(run, a="0:1 1:2")
        run.wait_until_done()
    assert seen == rows("0:1 1:2")


def test_an_observer_may_set_bounds(start: Start) -> None:
    with start(graph(TWO, Pass)) as run:
        run.observe("c", lambda packet: run.set_bound("b", packet.timestamp + 10))
        feed(run, a="0:1")
        run.wait_until_idle()
        with pytest.raises(TimestampError, match="below 10"):
            run.send("b", 1, 9)


@pytest.mark.parametrize("threads", [None, 1, 4])
def test_many_threads_send_into_inputs_of_their_own(threads: int | None) -> None:
    names = ["a", "b", "c", "d"]
    text = f"inputs: [{', '.join(names)}]\nnodes:\n" + "".join(
        f"  {n}_: {{calculator: Pass, inputs: {{a: {n}}}, outputs: {{out: {n}_out}}}}\n" for n in names
    )
    with graph(text, Pass).start(threads=threads) as run:
        seen = {name: watch(run, f"{name}_out") for name in names}
        run.wait_until_idle()

        def send(name: str) -> None:
            for time in range(200):
                run.send(name, time, time)

        senders = [threading.Thread(target=send, args=(name,)) for name in names]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(30)
        run.wait_until_idle()
        for name in names:
            assert seen[name] == [(time, time) for time in range(200)]


@pytest.mark.parametrize("threads", [None, 1, 4])
def test_a_thread_may_send_while_another_waits(threads: int | None) -> None:
    with one_node(Pass).start(threads=threads) as run:
        seen = watch(run, "out")

        def send() -> None:
            for time in range(50):
                run.send("a", time, time)
            run.close_inputs()

        other = threading.Thread(target=send)
        other.start()
        run.wait_until_done(timeout=30)
        other.join()
    assert len(seen) == 50


def test_an_error_of_a_call_that_had_to_wait_ends_the_run() -> None:
    """The observer's call is carried out when it has returned; nobody is left to raise to."""
    with pytest.raises(TimestampError), graph(TWO, Pass).start() as run:
        run.observe("c", lambda packet: run.send("b", 1, 5))
        feed(run, a="0:1 1:2")


def test_nothing_re_enters() -> None:
    depth = deepest = 0

    class Deep(Calculator):
        def process(self, a: int) -> int:
            nonlocal depth, deepest
            depth += 1
            deepest = max(depth, deepest)
            if a:
                run.send("a", a - 1, 100 - a)
            depth -= 1
            return a

    with one_node(Deep).start() as run:
        seen = watch(run, "out")
        run.send("a", 50, 0)
    assert deepest == 1
    assert len(seen) == 51


@functools.cache
def very_long_chain() -> Graph:
    lines = [f"  n{i}: {{calculator: Pass, inputs: {{a: s{i}}}, outputs: {{out: s{i + 1}}}}}" for i in range(1100)]
    return graph("\n".join(["inputs: [s0]", "nodes:", *lines]), Pass)


def test_a_very_long_chain_needs_no_deep_stack(start: Start) -> None:
    with start(very_long_chain()) as run:
        seen = watch(run, "s1100")
        feed(run, s0="0:1 9>")
        run.wait_until_idle()
        assert seen == rows("0:1")
