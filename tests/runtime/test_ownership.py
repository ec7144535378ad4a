"""`Owned`: a payload that may be written to, without surprising anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest

from graphflow import Calculator, Context, Owned, Packet
from tests.runtime.graphs import Start, feed, graph, rows, watch


class Make(Calculator):
    def process(self, a: int) -> np.ndarray:
        return np.full(3, a)


class Write(Calculator):
    """Adds 100 in place; tells whether it got the array itself."""

    def process(self, image: Owned[np.ndarray]) -> tuple[int, np.ndarray]:
        image += 100
        return id(image), image


class Read(Calculator):
    def process(self, image: np.ndarray) -> int:
        return int(image[0])


CHAIN = """
    inputs: [a]
    nodes:
      make: {calculator: Make, inputs: {a: a}, outputs: {out: image}}
      write: {calculator: Write, inputs: {image: image}, outputs: {out: out}}
"""
FORK = CHAIN + "      read: {calculator: Read, inputs: {image: image}, outputs: {out: read}}\n"


class Notes(Calculator):
    """As Make, and notes which arrays it made."""

    made: ClassVar[list[int]] = []

    def process(self, a: int) -> np.ndarray:
        array = np.full(3, a)
        self.made.append(id(array))
        return array


def test_the_only_reader_gets_the_array_itself() -> None:
    Notes.made.clear()
    with graph(CHAIN.replace("Make", "Notes"), Notes, Write).start() as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert [value[0] for _, value in seen] == Notes.made


class SendsNotes(Notes):
    def process(self, a: int, ctx: Context) -> Annotated[np.ndarray | None, "out"]:
        ctx.send("out", super().process(a))
        return None


class YieldsNotes(Notes):
    def process(self, a: int) -> Iterator[np.ndarray]:
        yield super().process(a)


@pytest.mark.parametrize("sender", [SendsNotes, YieldsNotes])
def test_neither_does_a_context_hold_on_to_what_was_sent(sender: type[Notes]) -> None:
    Notes.made.clear()
    with graph(CHAIN.replace("Make", sender.__name__), sender, Write).start() as run:
        seen = watch(run, "out")
        feed(run, a="0:1 1:2")
    assert [value[0] for _, value in seen] == Notes.made


def test_another_reader_sees_the_array_as_it_was(start: Start) -> None:
    with start(graph(FORK, Make, Write, Read)) as run:
        written, read = watch(run, "out"), watch(run, "read")
        feed(run, a="0:1 1:2")
    assert read == rows("0:1 1:2")
    assert [value[1].tolist() for _, value in written] == [[101] * 3, [102] * 3]


def test_an_observer_of_the_stream_sees_the_array_as_it_was(start: Start) -> None:
    with start(graph(CHAIN, Make, Write)) as run:
        kept: list[Packet[Any]] = []
        run.observe("image", kept.append)
        feed(run, a="0:1")
    assert kept[0].value.tolist() == [1, 1, 1]


def test_a_sender_who_keeps_the_array_keeps_it_as_it_was(start: Start) -> None:
    text = """
        inputs: [image]
        nodes:
          write: {calculator: Write, inputs: {image: image}, outputs: {out: out}}
    """
    mine = np.zeros(3)
    with start(graph(text, Write)) as run:
        seen = watch(run, "out")
        run.send("image", mine, 0)
    assert mine.tolist() == [0, 0, 0]
    assert seen[0][1][1].tolist() == [100, 100, 100]


@pytest.mark.parametrize("kind", ["read-only", "view"])
def test_what_cannot_be_written_is_copied(start: Start, kind: str) -> None:
    class Odd(Calculator):
        def open(self) -> None:
            self.whole = np.zeros(6)

        def process(self, a: int) -> np.ndarray:
            if kind == "view":
                return self.whole[:3]
            array = np.zeros(3)
            shared.append(array)
            array.flags.writeable = False
            return array

    shared: list[np.ndarray] = []
    with start(graph(CHAIN.replace("Make", "Odd"), Odd, Write)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1 1:2")
    assert [value[1].tolist() for _, value in seen] == [[100] * 3] * 2
    assert all(array.tolist() == [0, 0, 0] for array in shared)


def test_a_calculator_that_keeps_what_it_sent_keeps_it_as_it_was(start: Start) -> None:
    class Keeps(Calculator):
        def open(self) -> None:
            self.last = np.zeros(3)

        def process(self, a: int) -> np.ndarray:
            assert self.last.tolist() in ([0, 0, 0], [1, 1, 1])
            self.last = np.full(3, 1)
            return self.last

    with start(graph(CHAIN.replace("Make", "Keeps"), Keeps, Write)) as run:
        feed(run, a="0:1 1:2 2:3")


def test_other_payloads_are_copied_deeply_if_somebody_else_has_them(start: Start) -> None:
    class Box:
        def __init__(self) -> None:
            self.items = [1]

    class Fill(Calculator):
        def process(self, box: Owned[Any]) -> int:
            box.items.append(2)
            return len(box.items)

    box = Box()
    with start(
        graph("inputs: [b]\nnodes:\n  fill: {calculator: Fill, inputs: {box: b}, outputs: {out: out}}\n", Fill)
    ) as run:
        seen = watch(run, "out")
        run.send("b", box, 0)
    assert seen == rows("0:2")
    assert box.items == [1]


def test_lists_are_copied_too(start: Start) -> None:
    class Append(Calculator):
        def process(self, items: Owned[list[int]]) -> list[int]:
            items.append(9)
            return items

    mine = [1]
    text = "inputs: [b]\nnodes:\n  append: {calculator: Append, inputs: {items: b}, outputs: {out: out}}\n"
    with start(graph(text, Append)) as run:
        seen = watch(run, "out")
        run.send("b", mine, 0)
    assert (mine, seen) == ([1], [(0, [1, 9])])
