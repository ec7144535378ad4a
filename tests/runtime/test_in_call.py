"""Which node is being called can be asked at any moment: so a node that hangs has a name."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, GraphRun, Option, Packet
from tests.runtime.graphs import Start, graph, one_node

TEXT = """
    inputs: [b]
    outputs: [out]
    nodes:
      numbers: {calculator: Numbers, outputs: {out: a}}
      sum: {calculator: Sum, inputs: {a: a, b: b}, outputs: {out: out}}
      later: {calculator: Later, inputs: {a: a}}
"""


class Asking:
    """What `run.in_call` and `run.explain` are, by where they were asked."""

    run: GraphRun | None = None

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {}
        self.lines: dict[str, list[str]] = {}

    def ask(self, where: str) -> None:
        if self.run is not None:
            self.seen[where] = self.run.in_call
            self.lines[where] = [line.partition(" node ")[2] for line in self.run.explain().splitlines()]


def calculators(asking: Asking, failing: str = "") -> list[type[Calculator]]:
    class Numbers(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            yield Packet(1, 0)
            asking.ask("turn")
            yield Packet(2, 1)

        def close(self) -> None:
            asking.ask("close numbers")

    class Sum(Calculator):
        def open(self) -> None:
            asking.ask("open")
            if failing == "open":
                raise ValueError

        def process(self, a: int, b: int) -> int:
            asking.ask("process")
            if failing == "process":
                raise ValueError
            return a + b

        def close(self) -> None:
            asking.ask("close")

    class Later(Calculator):
        """Opens and closes as well."""

        def open(self) -> None:
            asking.ask("open later")

        def process(self, a: int) -> None:
            pass

        def close(self) -> None:
            asking.ask("close later")

    return [Numbers, Sum, Later]


def played(start: Start, asking: Asking, failing: str = "") -> None:
    with start(graph(TEXT, *calculators(asking, failing))) as run:
        asking.run = run
        run.observe("out", lambda packet: asking.ask("observer"))
        assert run.in_call == []
        run.send("b", 1, 0)
        run.send("b", 1, 1)
        run.close_inputs()
        run.wait_until_done()
    assert run.in_call == []


def test_the_node_that_is_being_called_is_named(start: Start) -> None:
    asking = Asking()
    played(start, asking)
    names = {"turn": "numbers", "process": "sum", "observer": "observer of stream 'out'"}
    names |= {"close numbers": "numbers", "open": "sum", "close": "sum", "open later": "later", "close later": "later"}
    for where, name in names.items():
        # With threads, and where virtual time passes, others may be in a call as well.
        assert name in asking.seen[where] or name == "numbers", where
        assert all(other in names.values() for other in asking.seen[where])


def test_without_threads_it_is_the_only_one() -> None:
    asking = Asking()
    played(lambda graph: graph.start(), asking)
    assert asking.seen == {
        "open": ["sum"],
        "open later": ["later"],
        "turn": ["numbers"],
        "close numbers": ["numbers"],
        "process": ["sum"],
        "observer": ["observer of stream 'out'"],
        "close": ["sum"],
        "close later": ["later"],
    }


def test_explain_says_what_it_is_doing() -> None:
    asking = Asking()
    played(lambda graph: graph.start(), asking)
    assert "'sum' (Sum) is opening" in asking.lines["open"]
    assert "'sum' (Sum) is running" in asking.lines["process"]
    assert "'sum' (Sum) is closing" in asking.lines["close"]
    assert "'numbers' (Numbers) is running" in asking.lines["turn"]


@pytest.mark.parametrize("failing", ["open", "process"])
def test_a_node_that_has_raised_is_in_no_call(start: Start, failing: str) -> None:
    asking = Asking()
    with pytest.raises(ValueError):
        played(start, asking, failing)
    if failing == "process":
        assert asking.seen["close later"] == ["later"]
        assert asking.seen["close"] == ["sum"]


@pytest.mark.parametrize("failing", ["open", "process"])
def test_not_even_while_those_before_it_are_closed(failing: str) -> None:
    asking = Asking()
    with pytest.raises(ValueError):
        played(lambda graph: graph.start(), asking, failing)
    assert asking.seen["close numbers"] == ["numbers"]


def test_what_has_come_back_after_a_cancel_is_in_no_call(start: Start) -> None:
    asking = Asking()

    class Stops(Calculator):
        def process(self, a: int) -> None:
            assert asking.run is not None
            asking.run.cancel()

    class Closes(Calculator):
        def process(self, a: int) -> None:
            pass

        def close(self) -> None:
            asking.ask("close")

    text = """
        inputs: [a]
        nodes:
          closes: {calculator: Closes, inputs: {a: a}}
          stops: {calculator: Stops, inputs: {a: a}}
    """
    with start(graph(text, Stops, Closes)) as run:
        asking.run = run
        run.send("a", 1, 0)
    assert asking.seen["close"] == ["closes"]


def test_a_parallel_node_is_in_a_call_until_its_last_one_has_returned() -> None:
    run: GraphRun
    both = threading.Barrier(2)
    seen = []

    class Work(Calculator):
        parallel = True

        def process(self, a: int) -> None:
            both.wait()
            if a == 0:
                raise ValueError
            while not run.errors:
                pass
            seen.append(run.in_call)

    with pytest.raises(ValueError), one_node(Work, outputs=(), max_in_flight=2).start(threads=2) as run:
        run.send("a", 0, 0)
        run.send("a", 1, 1)
        run.close_inputs()
        run.wait_until_done()
    assert seen == [["node"]]


def test_what_does_not_return_is_left_and_the_others_of_this_run_are_closed(caplog: pytest.LogCaptureFixture) -> None:
    closed, begun, leave = [], threading.Event(), threading.Event()

    class Stuck(Calculator):
        wait: bool = Option(default=False)

        def process(self, a: int) -> int:
            if self.wait:
                begun.set()
                leave.wait()
            return a

        def close(self) -> None:
            closed.append(self.wait)

    def stuck(wait: bool) -> GraphRun:
        return one_node(Stuck, options=f"{{wait: {str(wait).lower()}}}").start()

    with stuck(True) as run, stuck(False) as other:  # their nodes have one name
        other.send("a", 1, 0)
        thread = threading.Thread(target=lambda: run.send("a", 1, 0), daemon=True)
        thread.start()
        begun.wait()
        run.cancel()
        other.cancel()
        try:
            assert other.leave()
            assert closed == [False] and not caplog.messages
            assert run.leave()
            assert closed == [False] and caplog.messages == ["node 'node' does not return and is left behind"]
        finally:
            leave.set()
            thread.join()
