"""Sources: resumed once a turn, in order of time and layer; stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Context, Many, Option, Outputs, Packet, SidePackets, StallError
from graphflow.timestamp import DONE
from tests.runtime.graphs import Start, feed, graph, rows, watch


class Count(Calculator):
    """Counts from a number in steps, at times of the same value."""

    begin: int = Option(default=0)
    end: int = Option(default=10)
    step: int = Option(default=1)

    def process(self) -> Iterator[Packet[int]]:
        for time in range(self.begin, self.end, self.step):
            yield Packet(time, time)


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Number(SidePackets):
    number: int


class Join(Calculator):
    def process(self, item: Many[int | None]) -> tuple[int | None, ...]:
        return item


def test_a_source_ends_with_its_generator(start: Start) -> None:
    with start(graph("nodes:\n  count: {calculator: Count, outputs: {out: a}}\n", Count)) as run:
        seen = watch(run, "a")
        run.wait_until_done()
    assert seen == [(time, time) for time in range(10)]


def test_sources_run_at_the_end_of_the_block_at_the_latest(start: Start) -> None:
    with start(graph("nodes:\n  count: {calculator: Count, outputs: {out: a}}\n", Count)) as run:
        seen = watch(run, "a")
    assert len(seen) == 10


def test_without_threads_sending_runs_no_source() -> None:
    text = """
        inputs: [b]
        nodes:
          count: {calculator: Count, outputs: {out: a}}
          pass: {calculator: Pass, inputs: {a: b}, outputs: {out: c}}
    """
    with graph(text, Count, Pass).start() as run:
        counted, passed = watch(run, "a"), watch(run, "c")
        feed(run, b="0:1")
        assert (len(counted), len(passed)) == (0, 1)
        run.wait_until_idle()
        assert len(counted) == 10


def test_an_input_and_a_source_meet(start: Start) -> None:
    text = """
        inputs: [b]
        nodes:
          count: {calculator: Count, outputs: {out: a}, options: {end: 3}}
          join: {calculator: Join, inputs: {item: [a, b]}, outputs: {out: out}}
    """
    with start(graph(text, Count, Join)) as run:
        seen = watch(run, "out")
        feed(run, b="1:10 5:20")
    assert seen == [(0, (0, None)), (1, (1, 10)), (2, (2, None)), (5, (None, 20))]


def test_a_source_that_is_opened_late_holds_back_no_other_of_its_layer(start: Start) -> None:
    class Keep(Calculator):
        def open(self) -> Number:
            return Number()

        def process(self, a: int, ctx: Context) -> None:
            if a == 0:
                ctx.set_side_packet("number", 10)

    class From(Calculator):
        def open(self, start: int) -> None:
            self._start = start

        def process(self) -> Iterator[Packet[int]]:
            yield Packet(self._start, self._start)

    text = """
        nodes:
          count: {calculator: Count, outputs: {out: a}, options: {end: 3}}
          keep: {calculator: Keep, inputs: {a: a}, output_side_packets: {number: start}}
          late: {calculator: From, side_packets: {start: start}, outputs: {out: b}}
    """
    with start(graph(text, Count, Keep, From)) as run:
        counted, late = watch(run, "a"), watch(run, "b")
    assert (len(counted), late) == (3, [(10, 10)])


def test_a_turn_may_give_nothing(start: Start) -> None:
    class Sparse(Calculator):
        def process(self) -> Iterator[Packet[int] | None]:
            for time in range(10):
                yield Packet(time, time) if time % 4 == 0 else None

    with start(graph("nodes:\n  sparse: {calculator: Sparse, outputs: {out: a}}\n", Sparse)) as run:
        seen = watch(run, "a")
    assert [time for time, _ in seen] == [0, 4, 8]


def test_a_source_may_send_several_at_once_and_on_several_outputs(start: Start) -> None:
    class Sides(Outputs):
        left: Packet[int]
        right: Packet[int]

    class Two(Calculator):
        def process(self, ctx: Context) -> Iterator[Sides]:
            for time in range(3):
                ctx.send("left", -1, 10 * time)
                yield Sides(left=Packet(time, 10 * time + 5), right=Packet(-time, time))

    with start(graph("nodes:\n  two: {calculator: Two, outputs: {left: a, right: b}}\n", Two)) as run:
        left, right = watch(run, "a"), watch(run, "b")
    assert left == rows("0:-1 5:0 10:-1 15:1 20:-1 25:2")
    assert right == rows("0:0 1:-1 2:-2")


def test_what_a_source_settles_lets_its_readers_go_on(start: Start) -> None:
    class Settles(Calculator):
        def process(self, ctx: Context) -> Iterator[Packet[int]]:
            yield Packet(0, 0)
            ctx.set_bound("out", 50)
            yield None
            wait.append(len(seen))
            yield Packet(50, 50)

    wait: list[int] = []
    text = """
        inputs: [b]
        nodes:
          settles: {calculator: Settles, outputs: {out: a}}
          join: {calculator: Join, inputs: {item: [a, b]}, outputs: {out: out}}
    """
    with graph(text, Settles, Join).start() as run:
        seen = watch(run, "out")
        feed(run, b="0:1 10:2 20:3 60>")
        run.wait_until_idle()
    assert wait == [3], "0, 10 and 20 were there before the source went on"


def test_sources_of_one_layer_take_turns_by_their_progress_in_time() -> None:
    order = []

    class Tell(Count):
        def process(self) -> Iterator[Packet[int]]:
            for packet in super().process():
                order.append(packet.timestamp)
                yield packet

    text = """
        nodes:
          fast: {calculator: Tell, outputs: {out: a}, options: {end: 100, step: 10}}
          slow: {calculator: Tell, outputs: {out: b}, options: {begin: 1, end: 100, step: 30}}
    """
    with graph(text, Tell).start():
        pass
    assert order == [0, 1, 10, 31, 20, 30, 40, 61, 50, 60, 70, 91, 80, 90], "who is behind goes on"


LAYERS = """
    nodes:
      late: {calculator: Count, outputs: {out: a}, options: {end: 3}, source_layer: 1}
      early: {calculator: Count, outputs: {out: b}, options: {end: 3}}
      later: {calculator: Count, outputs: {out: c}, options: {end: 3}, source_layer: 5}
"""


def test_a_layer_begins_when_the_one_before_has_closed(start: Start) -> None:
    order = []
    with start(graph(LAYERS, Count)) as run:
        for name in "abc":
            run.observe(name, lambda packet, name=name: order.append(name))
        run.wait_until_done()
    assert "".join(order) == "bbbaaaccc"


def test_a_layer_that_can_never_begin_is_reported(start: Start) -> None:
    class Needs(Count):
        def open(self, number: int) -> None: ...

    class Never(Calculator):
        def open(self) -> Number:
            return Number()

    text = """
        nodes:
          never: {calculator: Never, output_side_packets: {number: number}}
          early: {calculator: Needs, outputs: {out: a}, side_packets: {number: number}}
          late: {calculator: Count, outputs: {out: b}, source_layer: 1}
    """
    with pytest.raises(StallError, match="'early' waits for 'number'"), start(graph(text, Never, Needs, Count)) as run:
        run.wait_until_done()


# --- stopping -------------------------------------------------------------------------------------------------------


class Long(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for time in range(10_000):
            yield Packet(time, time)


LONG = """
    inputs: [b]
    max_queue_size: 5
    nodes:
      long: {calculator: Long, outputs: {out: a}}
      pass: {calculator: Pass, inputs: {a: a}, outputs: {out: out}}
      input: {calculator: Pass, inputs: {a: b}, outputs: {out: c}}
"""


def test_stopping_the_sources_ends_the_run_with_everything_processed(start: Start) -> None:
    with start(graph(LONG, Long, Pass)) as run:
        made, passed = watch(run, "a"), watch(run, "out")
        run.observe("a", lambda packet: packet.value == 20 and run.stop_sources())
        run.wait_until_done()
    assert 20 < len(made) < 10_000
    assert passed == made


def test_stopping_before_the_beginning(start: Start) -> None:
    with start(graph(LONG, Long, Pass)) as run:
        run.stop_sources()
        run.wait_until_done()
        assert run.finished
        assert (run.bound("a"), run.bound("b")) == (DONE, DONE)


def test_without_threads_sources_that_are_stopped_before_the_beginning_send_nothing() -> None:
    with graph(LONG, Long, Pass).start() as run:
        made = watch(run, "a")
        run.stop_sources()
        run.wait_until_done()
    assert made == []


def test_stopping_closes_the_graph_inputs_too(start: Start) -> None:
    with start(graph(LONG, Long, Pass)) as run:
        seen = watch(run, "c")
        feed(run, b="0:1")
        run.stop_sources()
        run.wait_until_done()
    assert seen == rows("0:1")


def test_a_node_may_stop_the_sources(start: Start) -> None:
    class Enough(Calculator):
        def process(self, a: int, ctx: Context) -> int:
            if a == 20:
                ctx.stop_sources()
            return a

    text = """
        max_queue_size: 5
        nodes:
          long: {calculator: Long, outputs: {out: a}}
          enough: {calculator: Enough, inputs: {a: a}, outputs: {out: out}}
    """
    with start(graph(text, Long, Enough)) as run:
        made, passed = watch(run, "a"), watch(run, "out")
        run.wait_until_done()
    assert 20 < len(made) < 10_000
    assert passed == made


def test_sources_of_a_later_layer_are_stopped_as_well(start: Start) -> None:
    with start(graph(LAYERS, Count)) as run:
        seen = watch(run, "c")
        run.observe("b", lambda packet: run.stop_sources())
        run.wait_until_done()
    assert seen == []
