from __future__ import annotations

import pytest

from graphflow import Calculator
from graphflow.calculators.flow.begin_item_loop import BeginItemLoop
from graphflow.calculators.flow.begin_loop import BeginLoop
from graphflow.calculators.flow.end_item_loop import EndItemLoop
from graphflow.calculators.flow.end_loop import EndLoop
from graphflow.testing import run_calculator
from tests.calculators.flow.play import graph_of, replay

LOOP = """
begin:
  calculator: BeginLoop
  inputs: {iterable: lists, clone: extra}
  outputs: {item: item, clone: clone, batch_end: end}
add: {calculator: Add, inputs: {a: item, b: clone}, outputs: {out: sum}}
end: {calculator: EndLoop, inputs: {item: sum, batch_end: end}, outputs: {iterable: sums}}
"""


class Add(Calculator):
    """Nothing for a sum above 100, like a filter in the body of a loop."""

    def process(self, a: int, b: int) -> int | None:
        return a + b if a + b <= 100 else None


def test_items_get_the_times_of_the_loops_own_clock() -> None:
    result = run_calculator(BeginLoop, inputs={"iterable": "7:['a','b'] 9:['c']", "clone:0": "7:1 9:2"})
    assert result.script("item") == "0:a 1:b 2:c |"
    assert result.script("clone:0") == "0:1 1:1 2:2 |"
    assert result.script("batch_end") == "1:7 2:9 |"


def test_an_empty_collection_and_a_bound_each_take_a_tick_and_say_so() -> None:
    result = run_calculator(BeginLoop, inputs={"iterable": "7:[] 9> 10:['a']"}, outputs=["item", "batch_end"])
    assert result.script("item") == "1> 2> 2:a |"
    assert result.script("batch_end") == "0:7 1:8 2:10 |"


def test_a_clone_that_is_missing_is_not_repeated() -> None:
    result = run_calculator(BeginLoop, inputs={"iterable": "7:[1,2] 9:[3]", "clone:0": "9:x"})
    assert result.script("clone:0") == "2> 2:x |"


def test_a_loop_goes_on_without_a_clone_that_is_missing() -> None:
    table = [("lists 1:[1,2]; extra 2>", "sums 2>"), ("lists 2:[1,2]; extra 2:10", "sums 2:[11, 12]")]
    assert replay(LOOP, table, watch="sums", calculators=[Add]) == table


def test_a_missing_item_in_a_collection_is_settled() -> None:
    table = [("lists 1:[1,None]; extra 1:5", "item 0:1 2>; sums 1:[6]")]
    assert replay(LOOP, table, watch="item sums", calculators=[Add]) == table


def test_a_loop_maps_collections_at_their_own_times() -> None:
    table = [
        ("lists 10:[1,2,3]; extra 10:10", "sums 10:[11, 12, 13]"),
        ("lists 20:[]; extra 20:10", "sums 21>"),
        ("lists 25>; extra 25>", "sums 25>"),
        ("lists 30:[1,99,2]; extra 30:10", "sums 30:[11, 12]"),
        ("lists 40:[99]; extra 40:10", "sums 41>"),
        ("end", "sums |"),
    ]
    assert replay(LOOP, table, watch="sums", calculators=[Add]) == table


def test_the_items_type_comes_from_the_collection_and_goes_back_into_one() -> None:
    graph = graph_of(LOOP, ["lists", "extra"], calculators=[Add])
    types = {stream.name: stream.type for stream in graph.plan.streams}
    assert types["sums"] == list[int]


def test_end_loop_collects_until_the_end_of_the_batch() -> None:
    result = run_calculator(EndLoop, inputs={"item": "0:a 2:b 3:c", "batch_end": "1:10 2:20 3:30 4:40"})
    assert result.script("iterable") == "10:['a'] 20:['b'] 30:['c'] 41> |"


def test_an_item_loop_goes_through_streams() -> None:
    result = run_calculator(
        BeginItemLoop, inputs={"item:0": "7:a 9>", "item:1": "7:b 9>"}, outputs=["item", "batch_end"]
    )
    assert result.script("item") == "0:a 1:b 3> |"
    assert result.script("batch_end") == "1:7 2:8 |"


def test_an_item_loop_settles_clones_that_are_missing() -> None:
    result = run_calculator(BeginItemLoop, inputs={"item:0": "7:a 8:b", "clone:0": "8:x"})
    assert result.script("clone:0") == "1> 1:x |"


def test_items_of_an_item_loop_come_all_or_none() -> None:
    with pytest.raises(ValueError, match="all at once or not at all; missing: number 1"):
        run_calculator(BeginItemLoop, inputs={"item:0": "7:a", "item:1": "8:b"}, outputs=["item", "batch_end"])


def test_items_come_out_on_streams_of_their_own() -> None:
    inputs = {"item": "0:a 1:b", "batch_end": "1:10 2:20"}
    result = run_calculator(EndItemLoop, inputs=inputs, outputs=["item:0", "item:1"])
    assert (result.script("item:0"), result.script("item:1")) == ("10:a 21> |", "10:b 21> |")


def test_as_many_items_must_come_out_as_there_are_streams() -> None:
    with pytest.raises(ValueError, match="1 items came back for 2 outputs"):
        run_calculator(EndItemLoop, inputs={"item": "0:a", "batch_end": "0:10"}, outputs=["item:0", "item:1"])
