"""Several timestamps of one node at once: results leave in order all the same."""

from __future__ import annotations

import threading

import pytest

from graphflow import Calculator, Clock, Context, GraphConfigError, Packet, Timestamp
from graphflow.testing import SeededDriver
from tests.runtime.graphs import Start, bound, feed, graph, rows, watch


class Slow(Calculator):
    """Takes as long as its number says: later packets may be ready sooner."""

    parallel = True

    def process(self, a: int, clock: Clock) -> int:
        clock.sleep(a)
        return a


def parallel(calculator: type[Calculator], places: int = 4) -> object:
    return graph(
        f"""
        inputs: [a]
        nodes:
          node: {{calculator: {calculator.__name__}, inputs: {{a: a}}, outputs: {{out: out}}, max_in_flight: {places}}}
        """,
        calculator,
    )


def test_results_leave_in_the_order_of_their_times(start: Start) -> None:
    with start(parallel(Slow)) as run:
        seen = watch(run, "out")
        feed(run, a="0:900 1:1 2:500 3:2 4:300 5:3 6:4 7:100")
    assert seen == rows("0:900 1:1 2:500 3:2 4:300 5:3 6:4 7:100")


def test_no_more_than_max_in_flight_run_at_once() -> None:
    running, most = 0, 0
    lock = threading.Lock()
    together = threading.Barrier(3, timeout=60)

    class Count(Calculator):
        parallel = True

        def process(self, a: int) -> int:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            together.wait()
            with lock:
                running -= 1
            return a

    with parallel(Count, 3).start(threads=8) as run:
        seen = watch(run, "out")
        feed(run, a=" ".join(f"{time}:{time}" for time in range(30)))
    assert most == 3
    assert [time for time, _ in seen] == list(range(30))


def test_virtual_time_shows_the_gain() -> None:
    def duration(places: int) -> int:
        driver = SeededDriver(3, workers=8, eager=0.0)
        with parallel(Slow, places).start(driver=driver) as run:
            feed(run, a=" ".join(f"{time}:100" for time in range(8)))
        return driver.virtual_clock.now()

    assert duration(1) == 800
    assert duration(4) < 400


def test_a_time_without_a_result_keeps_its_place(start: Start) -> None:
    class Odd(Calculator):
        parallel = True

        def process(self, a: int, clock: Clock) -> int | None:
            clock.sleep(1000 - a)
            return a if a % 2 else None

    with start(parallel(Odd)) as run:
        seen = watch(run, "out")
        feed(run, a=" ".join(f"{time}:{time}" for time in range(12)))
        assert bound(run, "out") == "12"
    assert [time for time, _ in seen] == [1, 3, 5, 7, 9, 11]


def test_bounds_wait_for_what_is_still_running() -> None:
    class Hold(Calculator):
        parallel = True

        def process(self, a: int) -> int | None:
            started.release()
            assert release.acquire(timeout=60)
            return None

    started, release = threading.Semaphore(0), threading.Semaphore(0)
    with parallel(Hold, 2).start(threads=2) as run:
        run.wait_until_idle()
        feed(run, a="5:1 20>")
        assert started.acquire(timeout=60)
        stream = run._parts.streams[run._position("out")]
        assert stream.bound <= 5
        release.release()
        assert bound(run, "out") == "20"


def test_everything_sent_through_the_context_keeps_the_order(start: Start) -> None:
    class Sends(Calculator):
        parallel = True

        def process(self, a: Packet[int], ctx: Context, clock: Clock) -> int | None:
            clock.sleep(a.value)
            ctx.send("out", a.value, a.timestamp)
            ctx.set_bound("out", a.timestamp + 5)
            ctx.count("calls")

    with start(parallel(Sends)) as run:
        seen = watch(run, "out")
        feed(run, a="0:90 10:1 20:50 30:2")
        assert bound(run, "out") == "35"
    assert seen == rows("0:90 10:1 20:50 30:2")
    assert run.counters["node/calls"] == 4


def test_each_invocation_has_a_context_of_its_own() -> None:
    class Times(Calculator):
        parallel = True

        def process(self, a: int, ctx: Context) -> int:
            both.wait()
            return int(ctx.timestamp)

    both = threading.Barrier(2, timeout=60)
    with parallel(Times, 2).start(threads=2) as run:
        seen = watch(run, "out")
        feed(run, a="3:0 4:0 5:0 6:0")
    assert seen == [(3, 3), (4, 4), (5, 5), (6, 6)]


def test_an_error_ends_the_run_though_others_are_running(start: Start) -> None:
    class Fails(Calculator):
        parallel = True

        def process(self, a: int) -> int:
            if a == 2:
                raise ValueError("two")
            return a

    with pytest.raises(ValueError, match="two"), start(parallel(Fails)) as run:
        feed(run, a="0:0 1:1 2:2 3:3 4:4 5:5")
        run.wait_until_done()


def test_the_node_closes_after_its_last_result(start: Start) -> None:
    order = []

    class Closes(Calculator):
        parallel = True

        def process(self, a: int, clock: Clock) -> int:
            clock.sleep(10 * a)
            order.append(a)
            return a

        def close(self) -> None:
            order.append("close")

    with start(parallel(Closes)) as run:
        feed(run, a="0:3 1:2 2:1")
    assert order[-1] == "close"
    assert len(order) == 4


def test_a_class_that_is_not_parallel_cannot_be_made_so_in_a_graph() -> None:
    class Serial(Calculator):
        def process(self, a: int, t: Timestamp) -> int:
            return a

    with pytest.raises(GraphConfigError, match="parallel"):
        parallel(Serial)
