from __future__ import annotations

from typing import Any

import pytest

from graphflow import GraphConfigError
from graphflow.calculators.flow.clip_vector_size import ClipVectorSize
from graphflow.calculators.flow.collection_has_min_size import CollectionHasMinSize
from graphflow.calculators.flow.concatenate_vector import ConcatenateVector
from graphflow.calculators.flow.get_vector_item import GetVectorItem
from graphflow.calculators.flow.split_vector import SplitVector
from graphflow.calculators.flow.vector_indices import VectorIndices
from graphflow.calculators.flow.vector_size import VectorSize
from graphflow.testing import run_calculator
from tests.calculators.flow.play import graph_of


@pytest.mark.parametrize(("size", "expected"), [(1, [4]), (2, [4, 5]), (9, [4, 5, 6])])
def test_clip_keeps_the_first_elements(size: int, expected: list[int]) -> None:
    calculator = ClipVectorSize(max_vec_size=size)
    calculator.open()
    assert calculator.process([4, 5, 6]) == expected


def test_a_side_packet_replaces_the_size() -> None:
    side = {"max_vec_size": 2}
    assert run_calculator(ClipVectorSize, inputs={"item": "0:[4,5,6]"}, side_packets=side).values() == [[4, 5]]


def test_a_size_of_the_same_time_stands_for_that_of_the_run() -> None:
    inputs = {"item": "0:[4,5,6] 1:[4,5,6] 2:[4,5,6]", "size": "1:1 3:1"}
    found = run_calculator(ClipVectorSize, inputs=inputs, side_packets={"max_vec_size": 2}).values()
    assert found == [[4, 5], [4], [4, 5]]


def test_enough_elements_are_those_of_the_same_time_or_of_the_run() -> None:
    inputs = {"iterable": "0:[4,5] 1:[4,5] 2:[4,5] 3:[4]", "size": "1:3 2:0"}
    found = run_calculator(CollectionHasMinSize, inputs=inputs, side_packets={"min_size": 2}).values()
    assert found == [True, False, True, False]


def test_a_size_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="max_vec_size must be at least 1"):
        ClipVectorSize().open(max_vec_size=0)
    with pytest.raises(ValueError, match="size must be at least 1, not 0"):
        run_calculator(ClipVectorSize, inputs={"item": "0:[4]", "size": "0:0"})


def item(options: dict[str, Any], **inputs: str) -> list[Any]:
    return run_calculator(GetVectorItem, inputs=inputs, options=options).values("item")


def test_the_index_stream_comes_before_the_option() -> None:
    assert item({"item_index": 0}, vector="1:[7,8] 2:[7,8] 3:[9]", index="1:1 3:0") == [8, 7, 9]


def test_without_an_index_at_a_time_nothing_is_sent() -> None:
    assert item({}, vector="1:[7,8] 2:[5]", index="2:0") == [5]


@pytest.mark.parametrize("index", ["2", "-1"])
def test_an_index_without_an_element_is_an_error(index: str) -> None:
    with pytest.raises(IndexError, match=f"the index is {index}"):
        item({}, vector="1:[7,8]", index=f"1:{index}")


def test_an_index_beyond_the_end_may_be_passed_over() -> None:
    assert item({"item_index": 1, "output_empty_on_oob": True}, vector="1:[7] 2:[7,8]") == [8]


def test_something_must_say_which_element() -> None:
    with pytest.raises(GraphConfigError, match="nothing says which element"):
        item({}, vector="1:[7]")


def test_lists_and_single_elements_are_joined_in_the_order_of_the_streams() -> None:
    calculator = ConcatenateVector()
    assert calculator.process(([1, 2], None, 3, (4,))) == [1, 2, 3, 4]
    assert calculator.process((None, [])) == []


def test_a_join_may_wait_for_all_streams() -> None:
    calculator = ConcatenateVector(only_emit_if_all_present=True)
    assert calculator.process(([1], None)) is None
    assert calculator.process(([1], [2])) == [1, 2]


def split(vector: list[int], ranges: list[tuple[int, int]], **options: bool) -> Any:
    calculator = SplitVector(ranges=[{"begin": begin, "end": end} for begin, end in ranges], **options)
    return calculator.process(vector)


def test_each_range_goes_to_its_output() -> None:
    assert split([4, 5, 6], [(0, 2), (1, 3)]) == ([4, 5], [5, 6])
    assert split([4, 5, 6], [(2, 3), (0, 1)], element_only=True) == (6, 4)
    assert split([4, 5, 6], [(2, 3), (0, 1)], combine_outputs=True) == ([6, 4],)


def test_a_list_must_reach_to_the_end_of_every_range() -> None:
    with pytest.raises(IndexError, match="need 3 elements, but there are 2"):
        split([4, 5], [(0, 1), (2, 3)])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("ranges: [{begin: 2, end: 2}, {begin: 0, end: 1}]", "is not one"),
        ("ranges: [{begin: 2}, {begin: 0, end: 1}]", "is not one"),
        ("ranges: [{begin: 0, end: 1}]", "'out' has 2 streams, but the ranges make 1"),
        ("ranges: [{begin: 0, end: 2}, {begin: 2, end: 3}], element_only: true", "has several elements"),
        ("ranges: [{begin: 0, end: 2}, {begin: 1, end: 3}], combine_outputs: true", "must not overlap"),
    ],
)
def test_ranges_are_checked_with_the_graph(options: str, message: str) -> None:
    node = f"s: {{calculator: SplitVector, inputs: {{item: a}}, outputs: {{out: [b, c]}}, options: {{{options}}}}}"
    with pytest.raises(GraphConfigError, match=message):
        graph_of(node, ["a"])


def test_size_and_indices() -> None:
    assert VectorSize().process([7, 8, 9]) == 3
    assert VectorIndices().process([7, 8, 9]) == [0, 1, 2]
