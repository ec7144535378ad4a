"""Back edges: streams that lead back to a node before their producer."""

from __future__ import annotations

from graphflow import Barrier, Calculator, Context, Immediate, Packet, Timestamp
from graphflow.testing import assert_same_for_all_schedules
from graphflow.timestamp import Bound
from tests.runtime.graphs import Start, bound, feed, graph, rows, watch


class UnitDelay(Calculator):
    """Sends a zero ahead and everything one later."""

    def open(self, ctx: Context) -> None:
        ctx.send("out", 0, 0)

    def process(self, a: Packet[int]) -> Packet[int]:
        return a.at(a.timestamp + 1)


class Add(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b


class Times(Calculator):
    def process(self, a: int) -> int:
        return a * 10


class Old(Calculator):
    """The result of the frame before, at the time of this frame: a PreviousLoopback in short."""

    input_policy = Immediate()

    def open(self) -> None:
        self.frames: list[int] = []
        self.results: dict[int, int] = {}
        self.settled = Timestamp.UNSTARTED
        self.last = Timestamp.UNSTARTED

    def process(self, frame: Packet[int] | Bound, result: Packet[int] | Bound, ctx: Context) -> int | None:
        if isinstance(frame, Packet):
            self.frames.append(frame.timestamp)
        if isinstance(result, Packet):
            self.results[result.timestamp] = result.value
        settled = result.timestamp if isinstance(result, Packet) else result - 1
        while self.frames and self.last <= settled:
            time = self.frames.pop(0)
            if self.last in self.results:
                ctx.send("out", self.results.pop(self.last), time)
            ctx.set_bound("out", time + 1)
            self.last = time
        if not self.frames and not isinstance(frame, Packet):
            ctx.set_bound("out", min(frame, Timestamp.ONE_OVER_POSTSTREAM))
        return None

    timestamp_offset = None


SUM = """
    inputs: [a]
    nodes:
      add: {calculator: Add, inputs: {a: a, b: {stream: old, back_edge: true}}, outputs: {out: sum}}
      delay: {calculator: UnitDelay, inputs: {a: sum}, outputs: {out: old}}
"""


def test_a_running_sum(start: Start) -> None:
    with start(graph(SUM, Add, UnitDelay)) as run:
        seen = watch(run, "sum")
        feed(run, a="0:1 1:2 2:3 3:4")
        run.wait_until_idle()
        assert seen == rows("0:1 1:3 2:6 3:10")
        run.cancel()  # by Default the loop waits for its own end


def test_a_loop_without_threads_goes_round_within_one_send() -> None:
    with graph(SUM, Add, UnitDelay).start() as run:
        seen = watch(run, "sum")
        run.send("a", 5, 0)
        assert seen == [(0, 5)]
        run.cancel()


def test_a_recursive_filter(start: Start) -> None:
    """y[n] = x[n] + x[n-1] + 10 y[n-1], in the first direct form: one delay for the input, one in the loop."""
    form = graph(
        """
        inputs: [x]
        nodes:
          x_delay: {calculator: UnitDelay, inputs: {a: x}, outputs: {out: x_old}}
          feed_forward: {calculator: Add, inputs: {a: x, b: x_old}, outputs: {out: v}}
          add: {calculator: Add, inputs: {a: v, b: {stream: scaled, back_edge: true}}, outputs: {out: y}}
          y_delay: {calculator: UnitDelay, inputs: {a: y}, outputs: {out: y_old}}
          times: {calculator: Times, inputs: {a: y_old}, outputs: {out: scaled}}
        """,
        UnitDelay,
        Add,
        Times,
    )
    with start(form) as run:
        seen = watch(run, "y")
        feed(run, x="0:1 1:2 2:3")
        run.wait_until_idle()
        assert seen == rows("0:1 1:13 2:135")
        run.cancel()


def test_a_loop_without_times(start: Start) -> None:
    """With Barrier the times of the loop need not fit those of the input."""

    class Sum(Calculator):
        input_policy = Barrier()
        timestamp_offset = None

        def process(self, a: Packet[int], b: int) -> Packet[int]:
            return Packet(a.value + b, a.timestamp)

    class Echo(Calculator):
        """Sends everything back at times of its own."""

        def open(self, ctx: Context) -> None:
            self.time = -1000
            ctx.send("out", 0, self.time)

        def process(self, a: Packet[int]) -> Packet[int]:
            self.time += 1
            return a.at(self.time)

    loop = graph(
        """
        inputs: [a]
        nodes:
          sum: {calculator: Sum, inputs: {a: a, b: {stream: back, back_edge: true}}, outputs: {out: sum}}
          echo: {calculator: Echo, inputs: {a: sum}, outputs: {out: back}}
        """,
        Sum,
        Echo,
    )
    with start(loop) as run:
        seen = watch(run, "sum")
        feed(run, a="5:1 7:2 100:3 |")
        run.wait_until_done()
    assert seen == rows("5:1 7:3 100:6")


PREVIOUS = """
    inputs: [frame]
    nodes:
      old:
        calculator: Old
        inputs: {frame: frame, result: {stream: result, back_edge: true}}
        outputs: {out: previous}
      work: {calculator: Work, inputs: {frame: frame, previous: previous}, outputs: {out: result}}
"""


class Work(Calculator):
    """Needs the result of the frame before; has no result for multiples of three."""

    def process(self, frame: int, previous: int | None) -> int | None:
        return None if frame % 3 == 0 else frame + 10 * (previous or 0)


def test_what_was_found_in_one_frame_is_there_at_the_next(start: Start) -> None:
    with start(graph(PREVIOUS, Old, Work)) as run:
        result, previous = watch(run, "result"), watch(run, "previous")
        feed(run, frame="10:1 20:2 30:3 40:4 50:5")
        run.wait_until_idle()
        assert result == rows("10:1 20:12 40:4 50:45")
        assert previous == rows("20:1 30:12 50:4")


def test_the_loop_lets_mere_bounds_through(start: Start) -> None:
    """A frame without a result does not stall the loop: its bound says that none will come."""
    with start(graph(PREVIOUS, Old, Work)) as run:
        feed(run, frame="10:3 20:3 30:3")
        assert bound(run, "result") == "31"


def test_the_outcome_of_a_loop_does_not_depend_on_the_schedule() -> None:
    frames = " ".join(f"{10 * n}:{n}" for n in range(1, 12))
    packets = assert_same_for_all_schedules(graph(PREVIOUS, Old, Work), {"frame": f"{frames} |"}, seeds=range(15))
    assert len(packets["result"]) == 8


def test_a_back_edge_to_the_node_itself(start: Start) -> None:
    class Self(Calculator):
        input_policy = Immediate()
        timestamp_offset = None

        def process(self, a: int | None, mine: int | None, t: Timestamp, ctx: Context) -> int | None:
            if a is not None:
                ctx.send("out", a)
            elif mine is not None and mine > 1:
                ctx.send("out", mine - 1, int(t) + 1)

    countdown = graph(
        """
        inputs: [a]
        nodes:
          self: {calculator: Self, inputs: {a: a, mine: {stream: out, back_edge: true}}, outputs: {out: out}}
        """,
        Self,
    )
    with start(countdown) as run:
        seen = watch(run, "out")
        feed(run, a="0:3")
        run.wait_until_idle()
        assert seen == rows("0:3 1:2 2:1")
        run.cancel()


def test_a_full_loop_does_not_hold_back_what_feeds_it(start: Start) -> None:
    """A back edge has no ancestors: it never throttles, however small the queues are."""
    with start(graph(SUM.replace("inputs: [a]", "inputs: [a]\n    max_queue_size: 1"), Add, UnitDelay)) as run:
        seen = watch(run, "sum")
        feed(run, a=" ".join(f"{time}:1" for time in range(10)))
        run.wait_until_idle()
        assert [value for _, value in seen] == list(range(1, 11))
        run.cancel()
