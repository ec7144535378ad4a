"""Runs that cannot go on, and `explain`, which says what waits for what."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Context, Packet, RunStateError, SidePackets, StallError
from tests.runtime.graphs import Start, feed, graph, one_node


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Silent(Calculator):
    """Promises nothing and sends nothing."""

    timestamp_offset = None

    def process(self, a: int) -> int | None:
        return None


class Sum(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b


SILENT = """
    inputs: [a]
    nodes:
      silent: {calculator: Silent, inputs: {a: a}, outputs: {out: b}}
      sum: {calculator: Sum, inputs: {a: a, b: b}, outputs: {out: out}}
"""


def test_a_finished_or_empty_graph_waits_for_nothing(start: Start) -> None:
    with start(one_node(Pass)) as run:
        feed(run, a="0:1")
    assert run.explain() == ""


def test_a_node_waits_for_a_packet(start: Start) -> None:
    with start(one_node(Pass)) as run:
        run.wait_until_idle()
        assert run.explain().splitlines() == [
            "graph input 'a' is open",
            "<string>:4: node 'node' (Pass) waits for stream 'a' for a packet: nothing has been sent or promised; "
            "it comes from the graph's user",
        ]


def test_a_join_names_the_stream_that_has_not_settled_and_its_sender(start: Start) -> None:
    with start(graph(SILENT, Silent, Sum)) as run:
        feed(run, a="5:1 6:2")
        run.wait_until_idle()
        lines = [line for line in run.explain().splitlines() if "'sum'" in line]
    assert lines == [
        "<string>:6: node 'sum' (Sum) waits for stream 'b' to settle 5: nothing has been sent or promised; "
        "it comes from node 'silent'"
    ]


def test_the_bound_is_told(start: Start) -> None:
    with start(one_node(Sum, "ab")) as run:
        feed(run, a="5:1", b="3>")
        run.wait_until_idle()
        assert "stream 'b' to settle 5: its bound is 3" in run.explain()


class Choice(Calculator):
    """Reads what `c` says."""

    def process(self, a: int | None, b: int | None, c: int) -> int | None:
        return a or b


def awaited(start: Start, policy: str, **packets: str) -> list[str]:
    """What a node of three inputs waits for, under a policy."""
    text = f"""
        inputs: [a, b, c]
        nodes:
          choice: {{calculator: Choice, inputs: {{a: a, b: b, c: c}}, outputs: {{out: out}}, input_policy: {policy}}}
    """
    with start(graph(text, Choice)) as run:
        feed(run, **packets)
        run.wait_until_idle()
        lines = [line.split(" waits for ")[1] for line in run.explain().splitlines() if "'choice'" in line]
    return [line.split(":")[0] for line in lines]


def test_a_selection_waits_for_what_it_selected(start: Start) -> None:
    assert awaited(start, "Mux") == ["stream 'c' for a packet"]
    assert awaited(start, "Mux", c="5:1") == ["stream 'b' to settle 5"]


def test_a_barrier_waits_for_a_packet_whatever_its_time(start: Start) -> None:
    assert awaited(start, "Barrier", a="5:1", b="9>") == ["stream 'b' for a packet", "stream 'c' for a packet"]


def test_a_group_waits_for_its_own_streams(start: Start) -> None:
    groups = "{SyncSets: {sets: [[a, b], [c]]}}"
    assert awaited(start, groups, a="5:1") == ["stream 'b' to settle 5", "stream 'c' for a packet"]


def test_waiting_for_the_end_with_open_inputs(start: Start) -> None:
    with start(one_node(Pass)) as run:
        feed(run, a="0:1")
        with pytest.raises(StallError, match="graph input 'a' is open"):
            run.wait_until_done()
        run.close_inputs()
        run.wait_until_done()


def test_with_another_thread_alive_it_waits_until_the_timeout() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait, args=(30,))
    other.start()
    for threads in (None, 2):
        with one_node(Pass).start(threads=threads) as run:
            feed(run, a="0:1")
            with pytest.raises(TimeoutError, match="had not finished after 0.01 s"):
                run.wait_until_done(timeout=0.01)
    done.set()
    other.join()


def test_a_timeout_of_waiting_for_idleness() -> None:
    release = threading.Event()

    class Stuck(Calculator):
        def process(self, a: int) -> None:
            assert release.wait(20)

    with one_node(Stuck, outputs=()).start(threads=1) as run:
        feed(run, a="0:1")
        with pytest.raises(TimeoutError, match="not idle after 0.01 s"):
            run.wait_until_idle(timeout=0.01)
        release.set()
        run.wait_until_idle()


def test_a_node_that_is_not_open_says_which_side_packet_it_waits_for(start: Start) -> None:
    class Number(SidePackets):
        number: int

    class Never(Calculator):
        def open(self) -> Number:
            return Number()

        def process(self, a: int) -> int | None:
            return None

    class Needs(Calculator):
        def open(self, number: int) -> None: ...

        def process(self, a: int) -> int:
            return a

    text = """
        inputs: [a]
        nodes:
          never: {calculator: Never, inputs: {a: a}, outputs: {out: b}, output_side_packets: {number: number}}
          needs: {calculator: Needs, inputs: {a: a}, outputs: {out: c}, side_packets: {number: number}}
    """
    with start(graph(text, Never, Needs)) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
        assert "node 'needs' (Needs) is not open: it waits for side packet 'number'" in run.explain()


def test_a_held_back_source_names_the_queue_that_is_full() -> None:
    class Count(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(10):
                yield Packet(time, time)

    class Peek(Calculator):
        def process(self, a: int, b: int | None, ctx: Context) -> int:
            return a

    text = """
        inputs: [b]
        max_queue_size: 2
        report_deadlock: true
        nodes:
          count: {calculator: Count, outputs: {out: a}}
          peek: {calculator: Peek, inputs: {a: a, b: b}, outputs: {out: out}}
    """
    with (
        pytest.raises(StallError, match="stream 'a' at node 'peek' holds 2 packets"),
        graph(text, Count, Peek).start() as run,
    ):
        run.wait_until_idle()


@pytest.mark.parametrize(
    "wait",
    [
        lambda run: run.wait_until_idle(),
        lambda run: run.wait_until_done(),
        lambda run: next(run.stream("a")),
    ],
    ids=["idle", "done", "next"],
)
def test_waiting_inside_a_calculator_is_an_error_not_a_deadlock(start: Start, wait: object) -> None:
    holder = []

    class Waits(Calculator):
        def process(self, a: int) -> int:
            wait(holder[0])
            return a

    with pytest.raises(RunStateError), start(one_node(Waits)) as run:
        holder.append(run)
        feed(run, a="0:1")
        run.wait_until_idle()


def test_waiting_inside_an_observer_is_an_error_too(start: Start) -> None:
    with pytest.raises(RunStateError, match="would wait for itself"), start(one_node(Pass)) as run:
        run.observe("out", lambda packet: run.wait_until_idle())
        feed(run, a="0:1")
        run.wait_until_idle()


def test_a_reader_read_inside_an_observer_is_an_error(start: Start) -> None:
    with pytest.raises(RunStateError, match="would wait for itself"), start(one_node(Silent)) as run:
        reader = run.stream("out")
        run.observe("a", lambda packet: next(reader))
        feed(run, a="0:1")
        run.wait_until_idle()


@pytest.mark.parametrize("threads", [None, 2])
def test_a_thread_that_threading_does_not_know_is_waited_for(threads: int | None) -> None:
    """A camera's, Qt's, or as here one of the lowest layer."""
    begun, waiting = threading.Event(), threading.Event()

    def feed_late() -> None:
        begun.set()
        assert waiting.wait(20)
        run.send("a", 1, 1)
        run.close_inputs()

    with one_node(Pass).start(threads=threads) as run:
        seen = []
        run.observe("out", seen.append)
        wait = run._driver._pause_for_others if threads is None else run._driver._sleep

        def noted(*arguments: object) -> None:
            waiting.set()
            wait(*arguments)

        setattr(run._driver, wait.__name__, noted)
        _thread.start_new_thread(feed_late, ())
        assert begun.wait(20)
        run.wait_until_done()
    assert len(seen) == 1


@pytest.mark.parametrize("threads", [None, 2])
def test_whoever_waits_with_a_timeout_waits_for_all_of_it(threads: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some threads cannot be known: those of a library that calls Python only when it has something."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with one_node(Pass).start(threads=threads) as run:
        driver = run._driver
        name = "_pause_for_others" if threads is None else "_sleep"
        wait = getattr(driver, name)

        def pass_time(*arguments: object) -> None:
            now[0] += 4
            wait(*arguments) if threads is None else wait(arguments[0], 0)

        setattr(driver, name, pass_time)
        with pytest.raises(TimeoutError, match="after 10 s"):
            run.wait_until_done(timeout=10)
        assert now[0] >= 10


@pytest.mark.parametrize("threads", [None, 2])
def test_a_wait_for_another_thread_that_sends_nothing_is_told_once(
    threads: int | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A server's or a notebook's threads send nothing, but nobody can know that."""
    monkeypatch.setattr("graphflow.runtime.callers._QUIET", 0)
    told = threading.Event()
    monkeypatch.setattr(caplog.handler, "emit", lambda record, emit=caplog.handler.emit: (emit(record), told.set()))

    def close_late() -> None:
        assert told.wait(20)
        run.send("a", 1, 1)
        run.close_inputs()

    with one_node(Pass).start(threads=threads) as run:
        other = threading.Thread(target=close_late, name="heartbeat")
        other.start()
        run.wait_until_done()
        other.join()
    assert len(caplog.records) == 1
    assert "the wait goes on because other threads ('heartbeat') might send something" in caplog.text
    assert "graph input 'a' is open" in caplog.text


def test_a_caller_that_threading_does_not_know_may_call_again() -> None:
    """Its thread may be gone between two calls, as a callback's of a C library is for Python."""
    sent = threading.Event()

    def send() -> None:
        run.send("a", 1, 1)
        sent.set()

    with one_node(Pass).start() as run:
        _thread.start_new_thread(send, ())
        assert sent.wait(20)
        assert run._driver._callers.others_alive(run._core)


def test_nodes_of_the_main_thread_are_not_waited_for_on_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.runtime.thread_driver._MAIN_PATIENCE", 0.0)
    text = """
        inputs: [a]
        nodes:
          window: {calculator: Pass, inputs: {a: a}, outputs: {out: b}, executor: main}
    """
    errors: list[Exception] = []
    with graph(text, Pass).start(threads=1) as run:
        run.send("a", 1, 1)

        def wait() -> None:
            try:
                run.wait_until_idle()
            except RunStateError as error:
                errors.append(error)

        other = threading.Thread(target=wait, name="other")
        other.start()
        other.join()
    here = threading.current_thread().name
    assert [str(error) for error in errors] == [
        f"node 'window' runs on the thread that started the run ('{here}'), inside its waits, and that one does not "
        "wait: wait there, not on 'other'"
    ]
