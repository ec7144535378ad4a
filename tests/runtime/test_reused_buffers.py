"""A program that uses one buffer for all frames: what it writes next does not reach what it has sent."""

from __future__ import annotations

import threading
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Packet
from tests.runtime.graphs import one_node


def sent_and_overwritten(array: Any, *, as_packet: bool = False, **how: Any) -> tuple[int, Any]:
    """Send an array, write into it before a node on another thread has seen it, and return what that has seen."""
    overwritten = threading.Event()
    seen: list[Any] = []

    class Late(Calculator):
        def process(self, a: Any) -> int:
            overwritten.wait()
            seen.append(a)
            return int(a[0])

    with one_node(Late).start(threads=1) as run:
        reader = run.stream("out")
        if as_packet:
            run.send("a", Packet(array, 0), **how)
        else:
            run.send("a", array, 0, **how)
        if array.flags.writeable:
            array[0] = 2
        overwritten.set()
        return next(reader).value, seen[0]


@pytest.mark.parametrize("as_packet", [False, True])
def test_with_threads_an_array_is_copied(as_packet: bool) -> None:
    value, _ = sent_and_overwritten(numpy.ones(3), as_packet=as_packet)
    assert value == 1


def test_an_array_that_the_program_gives_away_is_not_copied() -> None:
    array = numpy.ones(3)
    value, seen = sent_and_overwritten(array, owned=True)
    assert (value, seen is array) == (2, True)


def test_an_array_that_nobody_can_write_to_is_not_copied() -> None:
    array = numpy.ones(3)
    array.setflags(write=False)
    value, seen = sent_and_overwritten(array)
    assert (value, seen is array) == (1, True)


def test_without_threads_nothing_is_copied() -> None:
    seen: list[Any] = []

    class See(Calculator):
        def process(self, a: Any) -> None:
            seen.append(a)

    array = numpy.ones(3)
    with one_node(See, outputs=()).start() as run:
        run.send("a", array, 0)
    assert seen[0] is array
