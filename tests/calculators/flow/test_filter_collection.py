"""FilterCollection: which elements are kept."""

from __future__ import annotations

import pytest

from graphflow import Packet
from graphflow.calculators.flow.filter_collection import FilterCollection
from graphflow.testing import run_calculator


def test_elements_are_kept_where_the_condition_holds() -> None:
    inputs = {
        "iterable": [Packet([4, 5, 6], 0), Packet([7], 1), Packet([], 2), Packet([8], 3)],
        "condition": [Packet([True, False, True], 0), Packet([False], 1), Packet([], 2)],
    }
    assert run_calculator(FilterCollection, inputs=inputs).values("iterable") == [[4, 6], [], []]


def test_there_must_be_a_condition_for_each_element() -> None:
    with pytest.raises(ValueError, match="2 elements and 1 conditions"):
        FilterCollection().process([1, 2], [True])
