"""Clocks and services reach the parameters that ask for them."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Clock, RunStateError, Service, SystemClock
from graphflow.testing import SeededDriver, VirtualClock
from tests.runtime.graphs import Start, feed, one_node, watch


class Store:
    """Something the program provides."""

    def __init__(self) -> None:
        self.items: list[object] = []


class Special(Store):
    pass


class Keeps(Calculator):
    def open(self, store: Service[Store]) -> None:
        store.items.append("open")

    def process(self, a: int, store: Service[Store]) -> int:
        store.items.append(a)
        return a


def test_a_service_is_found_by_its_type(start: Start) -> None:
    store = Store()
    with start(one_node(Keeps), services=["something else", store]) as run:
        feed(run, a="0:1 1:2")
    assert store.items == ["open", 1, 2]


def test_an_object_of_a_derived_class_will_do(start: Start) -> None:
    store = Special()
    with start(one_node(Keeps), services=[store]):
        pass
    assert store.items == ["open"]


def test_a_service_that_is_missing_is_named(start: Start) -> None:
    with pytest.raises(RunStateError, match=r"node 'node' needs a service of type Store.*services=\["):
        start(one_node(Keeps))


class Tells(Calculator):
    def process(self, a: int, clock: Clock) -> tuple[int, str]:
        clock.sleep(a)
        return clock.now(), type(clock).__name__


def test_the_clock_is_the_system_s_unless_given() -> None:
    with one_node(Tells).start() as run:
        seen = watch(run, "out")
        feed(run, a="0:0")
    assert seen[0][1][1] == SystemClock.__name__


@pytest.mark.parametrize("threads", [None, 2])
def test_any_clock_can_be_given(threads: int | None) -> None:
    clock = VirtualClock()
    with one_node(Tells).start(clock=clock, threads=threads) as run:
        seen = watch(run, "out")
        feed(run, a="0:1000000 1:5")
    assert [value[0] for _, value in seen] == [1_000_000, 1_000_005]


def test_the_seeded_driver_brings_its_own() -> None:
    driver = SeededDriver(1)
    with one_node(Tells).start(driver=driver) as run:
        seen = watch(run, "out")
        feed(run, a="0:100 1:5")
    assert [value[0] for _, value in seen] == [100, 105]
    assert driver.virtual_clock.now() == 105


def test_the_system_s_clock_never_goes_back() -> None:
    clock = SystemClock()
    first = clock.now()
    clock.sleep(1)
    assert clock.now() > first
