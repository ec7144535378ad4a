"""Threads and executors: who runs where, and that the outcome is the same."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Many, Packet
from tests.runtime.graphs import Row, feed, graph, one_node, watch


class Where(Calculator):
    """Tells which thread runs it, in each method."""

    def open(self) -> None:
        self.opened_in = threading.current_thread().name

    def process(self, a: int) -> str:
        assert threading.current_thread().name
        return f"{self.opened_in}|{threading.current_thread().name}"


class Mix(Calculator):
    def process(self, item: Many[int | None]) -> int:
        return sum((position + 1) * (value or 0) for position, value in enumerate(item))


class Numbers(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for time in range(100):
            yield Packet(time, time)


NET = """
    inputs: [x]
    max_queue_size: 3
    nodes:
      numbers: {calculator: Numbers, outputs: {out: n}}
      a: {calculator: Mix, inputs: {item: [x, n]}, outputs: {out: a}}
      b: {calculator: Mix, inputs: {item: [a, n]}, outputs: {out: b}}
      c: {calculator: Mix, inputs: {item: [a, x]}, outputs: {out: c}}
      d: {calculator: Mix, inputs: {item: [b, c, n]}, outputs: {out: d}}
"""


def outcome(threads: int | None) -> list[Row]:
    with graph(NET, Numbers, Mix).start(threads=threads) as run:
        seen = watch(run, "d")
        for time in range(0, 100, 3):
            run.send("x", time, time)
    return seen


@pytest.mark.parametrize("threads", [1, 2, 4, 8])
def test_the_outcome_does_not_depend_on_the_number_of_threads(threads: int) -> None:
    assert outcome(threads) == outcome(None)


@pytest.mark.parametrize("threads", [0, -1])
def test_there_is_at_least_one_thread(threads: int) -> None:
    with pytest.raises(ValueError, match="threads must be at least 1"):
        graph(NET, Numbers, Mix).start(threads=threads)


def test_without_threads_everything_runs_on_the_calling_thread() -> None:
    with one_node(Where).start() as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    here = threading.current_thread().name
    assert seen == [(0, f"{here}|{here}")]


def test_with_threads_callers_run_no_nodes() -> None:
    with one_node(Where).start(threads=1) as run:
        seen = watch(run, "out")
        feed(run, a="0:1 1:2")
    assert {name for _, value in seen for name in value.split("|")} == {"graphflow default 0"}


EXECUTORS = """
    inputs: [a]
    executors: {drawing: {threads: 1}, encoding: {threads: 2}}
    nodes:
      one: {calculator: Where, inputs: {a: a}, outputs: {out: b}}
      two: {calculator: Where, inputs: {a: a}, outputs: {out: c}, executor: drawing}
      three: {calculator: Where, inputs: {a: a}, outputs: {out: d}, executor: encoding}
"""


def test_a_named_executor_runs_its_nodes_and_no_others() -> None:
    with graph(EXECUTORS, Where).start() as run:
        one, two, three = watch(run, "b"), watch(run, "c"), watch(run, "d")
        feed(run, a=" ".join(f"{time}:1" for time in range(20)))
    names = [{name.rsplit(" ", 1)[0] for _, value in rows for name in value.split("|")} for rows in (one, two, three)]
    assert names == [{"graphflow default"}, {"graphflow drawing"}, {"graphflow encoding"}]


def test_the_size_of_an_executor_is_that_of_the_file() -> None:
    with graph(EXECUTORS, Where).start(threads=3) as run:
        run.wait_until_idle()
        alive = sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("graphflow"))
    assert alive == [
        "graphflow default 0",
        "graphflow default 1",
        "graphflow default 2",
        "graphflow drawing 0",
        "graphflow encoding 0",
        "graphflow encoding 1",
    ]


def test_main_is_the_thread_that_started_the_run() -> None:
    text = """
        inputs: [a]
        executors: {other: {threads: 1}}
        nodes:
          one: {calculator: Where, inputs: {a: a}, outputs: {out: b}, executor: other}
          window: {calculator: Shown, inputs: {a: b}, outputs: {out: c}, executor: main}
    """

    class Shown(Calculator):
        def process(self, a: str) -> tuple[str, str]:
            return a, threading.current_thread().name

    with graph(text, Where, Shown).start() as run:
        seen = watch(run, "c")
        feed(run, a="0:1 1:2")
        run.wait_until_idle(timeout=20)
        assert len(seen) == 2
        feed(run, a="2:3")
    assert len(seen) == 3, "the end of the block serves main, too"
    here = threading.current_thread().name
    for _, (worked, shown) in seen:
        assert shown == here
        assert "graphflow other 0" in worked


def test_main_alone_needs_no_threads() -> None:
    text = """
        inputs: [a]
        nodes:
          window: {calculator: Where, inputs: {a: a}, outputs: {out: b}, executor: main}
    """
    with graph(text, Where).start() as run:
        seen = watch(run, "b")
        feed(run, a="0:1")
        assert len(seen) == 1


def test_nodes_run_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=20)

    class Meet(Calculator):
        def process(self, a: int) -> int:
            together.wait()
            return a

    text = "inputs: [a]\nnodes:\n" + "".join(
        f"  n{i}: {{calculator: Meet, inputs: {{a: a}}, outputs: {{out: b{i}}}}}\n" for i in range(3)
    )
    with graph(text, Meet).start(threads=3) as run:
        seen = watch(run, "b2")
        feed(run, a="0:1 1:2")
    assert len(seen) == 2


def test_one_packet_wakes_a_thread_for_each_of_its_readers() -> None:
    met = threading.Event()
    together = threading.Barrier(2, action=met.set, timeout=20)

    class Meet(Calculator):
        def process(self, a: int) -> int:
            together.wait()
            return a

    text = "inputs: [a]\nnodes:\n" + "".join(
        f"  n{i}: {{calculator: Meet, inputs: {{a: a}}, outputs: {{out: b{i}}}}}\n" for i in range(2)
    )
    with graph(text, Meet).start(threads=2) as run:
        run.wait_until_idle()
        run.send("a", 1, 0)
        assert met.wait(20), "nothing but that one call has changed the run"


def test_one_node_never_runs_twice_at_once() -> None:
    class Alone(Calculator):
        def open(self) -> None:
            self.inside = threading.Lock()

        def process(self, a: int) -> int:
            assert self.inside.acquire(blocking=False)
            self.inside.release()
            return a

    with one_node(Alone).start(threads=4) as run:
        seen = watch(run, "out")
        for time in range(300):
            run.send("a", time, time)
    assert seen == [(time, time) for time in range(300)]


def test_a_slow_reader_at_the_end_of_a_fast_chain_does_not_stall_it() -> None:
    allowed = threading.Semaphore(0)

    class Slow(Calculator):
        def process(self, a: int) -> int:
            assert allowed.acquire(timeout=20)
            return a

    class Pass(Calculator):
        def process(self, a: int) -> int:
            return a

    text = """
        inputs: [x]
        max_queue_size: 2
        nodes:
          numbers: {calculator: Numbers, outputs: {out: a}}
          one: {calculator: Pass, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Pass, inputs: {a: b}, outputs: {out: c}}
          slow: {calculator: Slow, inputs: {a: c}, outputs: {out: d}}
          join: {calculator: Mix, inputs: {item: [a, d, x]}, outputs: {out: out}}
    """
    helper = threading.Thread(target=lambda: [allowed.release() for _ in range(100)])
    with graph(text, Numbers, Pass, Slow, Mix).start(threads=2) as run:
        seen = watch(run, "out")
        helper.start()
        for time in range(100):
            run.send("x", time, time)
        run.close_inputs()
        run.wait_until_done(timeout=30)
    helper.join()
    assert len(seen) == 100


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_no_thread_of_a_run_outlives_it(threads: int) -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            raise ValueError

    before = threading.active_count()
    with one_node(Where).start(threads=threads) as run:
        feed(run, a="0:1")
    assert threading.active_count() == before
    with pytest.raises(ValueError), one_node(Fails).start(threads=threads) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
    assert threading.active_count() == before
    with one_node(Where).start(threads=threads) as run:
        run.cancel()
    assert threading.active_count() == before
    with one_node(Where).start(threads=threads):
        pass
    assert threading.active_count() == before


def test_a_run_that_never_begins_has_no_threads() -> None:
    before = threading.active_count()
    one_node(Where).start(threads=4)
    assert threading.active_count() == before


def test_a_batch_of_many_packets_is_not_lost_between_threads() -> None:
    """Every wake-up counts: short bursts with waits in between, many times."""
    with graph(NET.replace("max_queue_size: 3", "max_queue_size: 100"), Numbers, Mix).start(threads=4) as run:
        seen = watch(run, "c")
        for time in range(300):
            run.send("x", 1, time)
            if time % 7 == 0:
                run.wait_until_idle(timeout=20)
    assert len(seen) >= 300


def test_a_run_that_is_dropped_leaves_no_thread() -> None:
    """Also if a worker holds the lock at that moment: then the others are told when it lets go."""
    run = one_node(Where).start(threads=4)
    run.send("a", 1, 1)
    workers = [thread for thread in threading.enumerate() if thread.name.startswith("graphflow")]
    driver = run._driver
    with driver._lock:
        driver.abandon()
    for worker in workers:
        worker.join(20)
    assert workers
    assert not any(worker.is_alive() for worker in workers)
    with pytest.warns(RuntimeWarning, match="never closed"):
        del run
        gc.collect()
