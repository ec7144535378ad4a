"""What `process` and `open` give, and is taken or refused when it is given."""

from __future__ import annotations

from typing import Annotated, Any

import numpy
import pytest

from graphflow import Calculator, Context, Many, Outputs, PayloadTypeError, Timestamp
from graphflow.testing import run_calculator


class Gives(Calculator):
    def process(self, item: str) -> float:
        return VALUES[item]


VALUES: dict[str, Any] = {
    "single": numpy.float32(0.5),
    "double": numpy.float64(0.25),
    "whole": numpy.int64(3),
}


@pytest.mark.parametrize(("name", "number"), [("single", 0.5), ("double", 0.25), ("whole", 3)])
def test_numbers_of_numpy_are_taken_for_pythons(name: str, number: float) -> None:
    (value,) = run_calculator(Gives, inputs={"item": f"0:{name}"}).values()
    assert value == number
    assert isinstance(value, float | int)
    assert not isinstance(value, numpy.generic) or isinstance(value, float)  # float64 is a float


def test_what_is_no_such_number_is_refused_with_the_line_and_what_to_write() -> None:
    class Rounds(Calculator):
        def process(self, item: int) -> int:
            return numpy.float32(item / 2)

    with pytest.raises(PayloadTypeError, match=r"from process, .*test_results\.py:\d+; write int\(\.\.\.\)"):
        run_calculator(Rounds, inputs={"item": "0:1"})


class Spreads(Calculator):
    def process(self, item: int) -> Many[int | None]:
        return tuple(range(item))


class Both(Outputs):
    some: Many[int]
    one: int | None = None


class SpreadsInside(Calculator):
    def process(self, item: int) -> Both:
        return Both(some=tuple(range(item)), one=item)


@pytest.mark.parametrize(("cls", "port"), [(Spreads, "out"), (SpreadsInside, "some")])
@pytest.mark.parametrize("count", [1, 3])
def test_a_tuple_has_one_value_for_each_stream(cls: type[Calculator], port: str, count: int) -> None:
    outputs = [f"{port}:0", f"{port}:1"]
    assert run_calculator(cls, inputs={"item": "0:2"}, outputs=outputs).values(f"{port}:1") == [1]
    with pytest.raises(PayloadTypeError, match=f"output '{port}' has 2 streams, but got {count} values? from process"):
        run_calculator(cls, inputs={"item": f"0:{count}"}, outputs=outputs)


def test_a_timestamp_may_be_sent_as_it_was_given() -> None:
    class Times(Calculator):
        def process(self, item: int, t: Timestamp) -> Timestamp:
            return t

    assert run_calculator(Times, inputs={"item": "5:1"}).values() == [5]


def test_open_gives_one_side_packet() -> None:
    class Counts(Calculator):
        def open(self) -> Annotated[int, "count"]:
            return 7

    assert run_calculator(Counts).side_packets == {"count": 7}


def test_the_context_tells_the_bound_of_an_output() -> None:
    bounds = []

    class Sends(Calculator):
        def process(self, item: int, ctx: Context) -> int | None:
            bounds.append(ctx.bound("out"))
            ctx.send("out", item)
            bounds.append(ctx.bound("out"))
            ctx.set_bound("out", 9)
            bounds.append(ctx.bound("out"))
            ctx.close("out")
            bounds.append(ctx.bound("out"))
            return None

    run_calculator(Sends, inputs={"item": "5:1"})
    assert bounds[1:] == [6, 9, Timestamp.DONE]
    assert bounds[0] <= 5
