"""The seeded driver and its clock: any order that threads could take, and the same one again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Clock, Context, Graph, Many, Option, Packet, RunStateError
from graphflow.testing import SeededDriver, VirtualClock

FORK = """
graphflow: 1
inputs: [a]
nodes:
  one: {calculator: Note, inputs: {item: a}, outputs: {out: b}}
  two: {calculator: Note, inputs: {item: a}, outputs: {out: c}}
  join: {calculator: Join, inputs: {item: [b, c]}, outputs: {out: d}}
"""


class Join(Calculator):
    def process(self, item: Many[int]) -> int:
        return sum(item)


def order_under(seed: int, **driver: float) -> tuple[str, list[int]]:
    """In which order the calls came, and the results."""
    order: list[str] = []

    class Note(Calculator):
        def open(self, ctx: Context) -> None:
            self.name = ctx.node_name[0]

        def process(self, item: int) -> int:
            order.append(f"{self.name}{item}")
            return item

    with Graph.parse(FORK, calculators=[Note, Join]).start(driver=SeededDriver(seed, **driver)) as run:
        results: list[int] = []
        run.observe("d", lambda packet: results.append(packet.value))
        for time in range(4):
            run.send("a", time, time)
    return " ".join(order), results


def test_one_seed_is_one_order() -> None:
    assert order_under(5) == order_under(5)


def test_seeds_are_different_orders_with_equal_results() -> None:
    orders, results = zip(*(order_under(seed) for seed in range(12)), strict=True)
    assert len(set(orders)) > 6
    assert all(result == [0, 2, 4, 6] for result in results)


def test_an_eager_graph_keeps_up_with_its_sender_and_a_lazy_one_waits() -> None:
    class Relay(Calculator):
        def process(self, item: int) -> int:
            return item

    relay = Graph.parse(FORK.replace("Note", "Relay"), calculators=[Join, Relay])
    for eager, expected in ((1.0, 4), (0.0, 0)):
        with relay.start(driver=SeededDriver(1, eager=eager)) as run:
            seen: list[int] = []
            run.observe("d", lambda packet, seen=seen: seen.append(packet.value))
            for time in range(4):
                run.send("a", time, time)
            assert len(seen) == expected


SLEEPERS = """
graphflow: 1
inputs: [a]
nodes:
  one: {calculator: Sleep, inputs: {item: a}, outputs: {out: b}, options: {duration: 100}}
  two: {calculator: Sleep, inputs: {item: a}, outputs: {out: c}, options: {duration: 70}}
"""


def test_sleeping_lengthens_an_invocation_while_other_nodes_run() -> None:
    class Sleep(Calculator):
        duration: int = Option(default=0)

        def process(self, item: int, clock: Clock) -> tuple[int, int]:
            begin = clock.now()
            clock.sleep(self.duration)
            return begin, clock.now()

    driver = SeededDriver(1, workers=2)
    with Graph.parse(SLEEPERS, calculators=[Sleep]).start(driver=driver) as run:
        one: list[tuple[int, int]] = []
        two: list[tuple[int, int]] = []
        run.observe("b", lambda packet: one.append(packet.value))
        run.observe("c", lambda packet: two.append(packet.value))
        run.wait_until_idle()
        run.pause()
        for time in range(3):
            run.send("a", time, time)
        run.resume()
        run.wait_until_idle()
    assert one == [(0, 100), (100, 200), (200, 300)]
    assert two == [(0, 70), (70, 140), (140, 210)]
    assert driver.virtual_clock.now() == 300


def test_with_one_worker_nothing_overlaps() -> None:
    class Sleep(Calculator):
        duration: int = Option(default=0)

        def process(self, item: int, clock: Clock) -> int:
            clock.sleep(self.duration)
            return item

    driver = SeededDriver(1, workers=1)
    with Graph.parse(SLEEPERS, calculators=[Sleep]).start(driver=driver) as run:
        for time in range(3):
            run.send("a", time, time)
    assert driver.virtual_clock.now() == 510


def test_a_run_without_an_end_is_given_up() -> None:
    class Endless(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            time = 0
            while True:
                yield Packet(time, time)
                time += 1

    text = "graphflow: 1\nnodes:\n  endless: {calculator: Endless, outputs: {out: a}}\n"
    run = Graph.parse(text, calculators=[Endless]).start(driver=SeededDriver(9, max_steps=500))
    with pytest.raises(RunStateError, match=r"no end after 500 steps \(seed 9\)"), run:
        run.wait_until_done()


def test_waiting_inside_a_calculator_is_an_error() -> None:
    class Waits(Calculator):
        def process(self, item: int) -> int:
            run.wait_until_idle()
            return item

    text = "graphflow: 1\ninputs: [a]\nnodes:\n  waits: {calculator: Waits, inputs: {item: a}, outputs: {out: b}}\n"
    with (
        pytest.raises(RunStateError, match="would wait for itself"),
        Graph.parse(text, calculators=[Waits]).start(driver=SeededDriver(1)) as run,
    ):
        run.send("a", 1, 1)


# --- the clock -------------------------------------------------------------------------------------------------


def test_a_virtual_clock_moves_when_told_to() -> None:
    clock = VirtualClock()
    assert isinstance(clock, Clock)
    assert clock.now() == 0
    clock.sleep(30)
    assert clock.now() == 30
    clock.jump(100)
    assert clock.now() == 100
    clock.jump(50)
    assert clock.now() == 100, "never back"


def test_within_an_invocation_sleeping_counts_for_that_one_only() -> None:
    clock = VirtualClock()
    clock.begin_invocation()
    clock.sleep(30)
    assert clock.now() == 30
    assert clock.end_invocation() == 30
    assert clock.now() == 0


def test_nobody_sleeps_backwards() -> None:
    with pytest.raises(ValueError, match="cannot sleep -1 us"):
        VirtualClock().sleep(-1)
