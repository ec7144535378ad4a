from __future__ import annotations

from typing import Any

import pytest

from graphflow import GraphConfigError
from graphflow.calculators.sources.counting_source import CountingSource
from graphflow.testing import run_calculator


def counted(**side_packets: Any) -> str:
    return run_calculator(CountingSource, side_packets=side_packets).script()


def test_numbers_carry_their_own_time() -> None:
    assert counted(max_count=3) == "0:0 1:1 2:2 |"


def test_batches_start_and_step() -> None:
    assert counted(max_count=2, batch_size=2, initial_value=10, increment=5) == "10:10 15:15 20:20 25:25 |"


def test_nothing_is_a_number_too() -> None:
    assert counted(max_count=0) == "|"


@pytest.mark.parametrize(
    "side", [{"error_count": 2}, {"error_count": 2, "max_count": 2}, {"max_count": 1, "error_on_open": True}]
)
def test_failing_on_request(side: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="expected error"):
        counted(**side)


def test_it_must_end() -> None:
    with pytest.raises(GraphConfigError, match="the source has no end"):
        counted()


@pytest.mark.parametrize(
    "side", [{"max_count": -1}, {"max_count": 1, "batch_size": 0}, {"max_count": 1, "increment": 0}]
)
def test_impossible_numbers(side: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        counted(**side)
