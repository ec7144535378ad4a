"""``check_payloads``: the node that changes a payload is named, and no other one."""

from __future__ import annotations

import re

import numpy
import pytest

from graphflow import Calculator, Graph, Image, Owned, RunStateError

GRAPH = """
graphflow: 1
inputs: [x]
outputs: [y, z]
nodes:
  first: {{calculator: {first}, inputs: {{item: x}}, outputs: {{out: y}}}}
  second: {{calculator: {second}, inputs: {{item: y}}, outputs: {{out: z}}}}
"""


class Same(Calculator):
    def process(self, item: list[int]) -> list[int]:
        return item


class New(Calculator):
    def process(self, item: list[int]) -> list[int]:
        return [*item]


class Appends(Calculator):
    def process(self, item: list[int]) -> list[int]:
        item.append(9)
        return item


class AppendsToItsOwn(Calculator):
    def process(self, item: Owned[list[int]]) -> list[int]:
        item.append(9)
        return item


class Grows(Calculator):
    """Sends one list again and again."""

    def open(self) -> None:
        self.all: list[int] = []

    def process(self, item: list[int]) -> list[int]:
        self.all += item
        return self.all


def run(first: type[Calculator], second: type[Calculator]) -> None:
    text = GRAPH.format(first=first.__name__, second=second.__name__)
    with Graph.parse(text, calculators={first, second}).start(check_payloads=True) as run:
        for time in range(3):
            run.send("x", [time], timestamp=time)


@pytest.mark.parametrize(("first", "second", "node"), [(Same, Appends, "second"), (Appends, Same, "first")])
def test_who_changes_what_it_was_given_is_named(first: type[Calculator], second: type[Calculator], node: str) -> None:
    with pytest.raises(RunStateError, match=re.escape("'item: Owned[list[int]]'")) as raised:
        run(first, second)
    assert raised.value.__notes__[0].startswith(f"node '{node}'")


@pytest.mark.parametrize(("first", "second", "node"), [(Grows, Same, "first"), (New, Grows, "second")])
def test_who_changes_what_it_has_sent_is_named(first: type[Calculator], second: type[Calculator], node: str) -> None:
    with pytest.raises(RunStateError, match="that it had sent before") as raised:
        run(first, second)
    assert raised.value.__notes__[0].startswith(f"node '{node}'")


def test_what_a_node_owns_it_may_change() -> None:
    run(Same, AppendsToItsOwn)
    run(New, AppendsToItsOwn)


def test_arrays_are_looked_into() -> None:
    class Darkens(Calculator):
        def process(self, item: Image) -> Image:
            item //= 2
            return item

    text = GRAPH.format(first="PassThrough", second="Darkens")
    with (
        pytest.raises(RunStateError, match=re.escape("Owned[Image]")),
        Graph.parse(text, calculators=[Darkens]).start(check_payloads=True) as run,
    ):
        run.send("x", numpy.full((2, 2, 3), 200, numpy.uint8), timestamp=0)
