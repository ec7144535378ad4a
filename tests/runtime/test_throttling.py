"""Full queues hold back the sources and graph inputs above them; an idle graph with full queues grows them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Clock, Graph, Packet, StallError, Throttled
from graphflow.testing import SeededDriver
from tests.runtime.graphs import Start, feed, graph, rows, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Join(Calculator):
    def process(self, a: int | None, b: int | None) -> int:
        return (a or 0) + (b or 0)


def chain(size: int) -> Graph:
    return graph(
        f"""
        inputs: [a]
        max_queue_size: {size}
        nodes:
          pass: {{calculator: Pass, inputs: {{a: a}}, outputs: {{out: out}}}}
        """,
        Pass,
    )


# --- graph inputs ---------------------------------------------------------------------------------------------------


def test_a_reader_has_room_for_a_packet_at_least() -> None:
    with chain(2).start() as run, pytest.raises(ValueError, match="max_queue_size must be at least 1, not 0"):
        run.stream("out", max_queue_size=0)


def test_the_last_of_more_inputs_than_nodes_is_held_back_and_let_go(start: Start) -> None:
    nodes = "nodes:\n  join: {calculator: Join, inputs: {a: a, b: b}, outputs: {out: out}}\n"
    with start(graph(f"inputs: [a, b]\nmax_queue_size: 1\n{nodes}", Join)) as run:
        feed(run, b="0:1 1:2", a="0:10 1:20")
        assert run.counters["graph/queues_grown"] > 0


def test_a_full_queue_refuses_a_send_that_must_not_wait(start: Start) -> None:
    with start(chain(2)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        # One packet is the next to be processed and counts no longer; two wait.
        for time in range(3):
            run.send("a", time, time, block=False)
        with pytest.raises(Throttled, match="full"):
            run.send("a", 3, 3, block=False)
        run.resume()
        run.wait_until_idle()
        run.send("a", 3, 3, block=False)
    assert seen == rows("0:0 1:1 2:2 3:3")


def test_what_was_refused_leaves_no_trace(start: Start) -> None:
    with start(chain(1)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        run.send("a", 0, 0)
        run.send("a", 1, 1)
        for _ in range(3):
            with pytest.raises(Throttled):
                run.send("a", 9, 9, block=False)
        run.resume()
        run.wait_until_idle()
        run.send("a", 2, 2)
    assert seen == rows("0:0 1:1 2:2")


def test_minus_one_never_throttles(start: Start) -> None:
    with start(chain(-1)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        for time in range(1000):
            run.send("a", time, time, block=False)
        run.resume()
    assert len(seen) == 1000


def test_only_the_inputs_above_a_full_queue_are_held_back(start: Start) -> None:
    two = graph(
        """
        inputs: [a, b]
        max_queue_size: 1
        nodes:
          one: {calculator: Pass, inputs: {a: a}, outputs: {out: c}}
          two: {calculator: Pass, inputs: {a: b}, outputs: {out: d}}
        """,
        Pass,
    )
    with start(two) as run:
        run.wait_until_idle()
        run.pause()
        run.send("a", 0, 0)
        run.send("a", 1, 1)
        with pytest.raises(Throttled):
            run.send("a", 2, 2, block=False)
        run.send("b", 0, 0, block=False)
        run.resume()


def test_a_queue_deep_inside_holds_back_every_input_above_it(start: Start) -> None:
    deep = graph(
        """
        inputs: [a, b]
        max_queue_size: 2
        report_deadlock: true
        nodes:
          first: {calculator: Pass, inputs: {a: a}, outputs: {out: c}}
          join: {calculator: Join, inputs: {a: c, b: b}, outputs: {out: d}}
        """,
        Pass,
        Join,
    )
    with pytest.raises(StallError, match=r"stream 'c' at node 'join' holds \d packets"), start(deep) as run:
        feed(run, a="0:0 1:1 2:2 3:3")
        run.wait_until_idle()


def test_a_sender_that_may_wait_is_never_too_far_ahead() -> None:
    """The queue that the calculator sees behind the packet at hand is never longer than its limit."""
    lengths = []
    allowed = threading.Semaphore(0)

    class Measure(Calculator):
        def process(self, a: int) -> int:
            assert allowed.acquire(timeout=60)
            lengths.append(len(run._core.nodes[0].queues[0].packets))
            return a

    text = (
        "inputs: [a]\nmax_queue_size: 2\nnodes:\n  node: {calculator: Measure, inputs: {a: a}, outputs: {out: out}}\n"
    )
    with graph(text, Measure).start(threads=1) as run:
        helper = threading.Thread(target=lambda: [allowed.release() for _ in range(20)])
        helper.start()
        for time in range(20):
            run.send("a", time, time)
        helper.join()
    assert len(lengths) == 20
    assert max(lengths) <= 2


def test_without_threads_a_sender_works_the_queue_off_itself() -> None:
    with chain(1).start() as run:
        seen = watch(run, "out")
        run.pause()
        run.send("a", 0, 0)
        run.resume()
        for time in range(1, 10):
            run.send("a", time, time)
    assert len(seen) == 10


# --- sources --------------------------------------------------------------------------------------------------------


def test_a_source_is_held_back_while_a_queue_below_it_is_full() -> None:
    """The sink takes ten times as long as the source; what lies between them stays small."""
    ahead = []
    counts = {"made": 0, "taken": 0}

    class Fast(Calculator):
        def process(self, clock: Clock) -> Iterator[Packet[int]]:
            for time in range(30):
                counts["made"] += 1
                yield Packet(time, time)
                clock.sleep(1)

    class Slow(Calculator):
        def process(self, a: int, clock: Clock) -> None:
            counts["taken"] += 1
            ahead.append(counts["made"] - counts["taken"])
            clock.sleep(10)

    text = """
        max_queue_size: 3
        nodes:
          fast: {calculator: Fast, outputs: {out: a}}
          slow: {calculator: Slow, inputs: {a: a}}
    """
    for seed in range(5):
        counts.update(made=0, taken=0)
        with graph(text, Fast, Slow).start(driver=SeededDriver(seed)) as run:
            run.wait_until_done()
        assert counts == {"made": 30, "taken": 30}
        assert max(ahead) <= 3 + 2, "a full queue, and a packet on its way in each node"
        assert "graph/queues_grown" not in run.counters


def test_without_threads_a_source_runs_only_when_nothing_else_can() -> None:
    order = []

    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(3):
                order.append(f"source {time}")
                yield Packet(time, time)

    class Sink(Calculator):
        def process(self, a: int) -> None:
            order.append(f"sink {a}")

    text = "nodes:\n  source: {calculator: Source, outputs: {out: a}}\n  sink: {calculator: Sink, inputs: {a: a}}\n"
    with graph(text, Source, Sink).start():
        pass
    assert order == ["source 0", "sink 0", "source 1", "sink 1", "source 2", "sink 2"]


# --- readers from outside -------------------------------------------------------------------------------------------


class Numbers(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for time in range(50):
            yield Packet(time, time)


NUMBERS = """
    nodes:
      numbers: {calculator: Numbers, outputs: {out: a}}
      pass: {calculator: Pass, inputs: {a: a}, outputs: {out: b}}
"""


def test_a_slow_iterator_holds_the_sources_back() -> None:
    with graph(NUMBERS, Numbers, Pass).start(driver=SeededDriver(1, eager=1.0)) as run:
        made = watch(run, "a")
        read = []
        for packet in run.stream("b", max_queue_size=3):
            read.append(packet.value)
            assert len(made) <= len(read) + 3 + 4, "three wait to be read; some are on their way"
    assert read == list(range(50))


def test_an_iterator_without_a_limit_holds_nothing_back(start: Start) -> None:
    with start(graph(NUMBERS, Numbers, Pass)) as run:
        reader = run.stream("b")
        run.wait_until_done()
        assert [packet.value for packet in reader] == list(range(50))


@pytest.mark.parametrize("seed", range(3))
def test_a_slow_observer_holds_the_sources_back(seed: int) -> None:
    driver = SeededDriver(seed)
    made: list[int] = []
    lead: list[int] = []

    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(50):
                made.append(time)
                yield Packet(time, time)

    def slow(packet: Packet[int]) -> None:
        driver.virtual_clock.sleep(100_000)
        lead.append(len(made) - packet.value)

    text = "max_queue_size: 3\nnodes: {source: {calculator: Source, outputs: {out: x}}}"
    with graph(text, Source).start(driver=driver) as run:
        run.observe("x", slow)
    assert len(lead) == 50
    # In its queue, and the one it is busy with.
    assert max(lead) == 4
