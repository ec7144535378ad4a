"""How many threads a model gets: as many as pay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphflow.calculators.inference.thread_choice import ThreadChoice

Time = Callable[[int], float]


def run(choice: ThreadChoice, time: Time, calls: int) -> list[int]:
    """The threads of each call, if a call with so many threads takes such a time."""
    threads = []
    for _ in range(calls):
        threads.append(choice.threads)
        choice.took(threads[-1], time(threads[-1]))
    return threads


def share(threads: list[int], count: int) -> float:
    return threads.count(count) / len(threads)


def idle(threads: int) -> float:
    return 10 / threads + 1


def busy(threads: int) -> float:
    return 10 * threads


@pytest.mark.parametrize(("processors", "best"), [(1, 1), (2, 2), (3, 2), (4, 4), (16, 8)])
def test_an_idle_machine_gives_as_many_as_it_has(processors: int, best: int) -> None:
    threads = run(ThreadChoice(processors), idle, 400)
    assert set(threads[:8]) == {1}
    assert share(threads[-200:], best) > 0.9
    assert max(threads) <= processors


def test_a_busy_machine_gives_one_and_trials_become_rare() -> None:
    threads = run(ThreadChoice(2), busy, 2000)
    assert share(threads, 1) > 0.9
    assert share(threads[:100], 2) > share(threads[-1000:], 2) > 0


@pytest.mark.parametrize(("first", "then", "best"), [(idle, busy, 1), (busy, idle, 2)])
def test_a_machine_that_changes_is_followed(first: Time, then: Time, best: int) -> None:
    choice = ThreadChoice(2)
    run(choice, first, 1000)
    assert share(run(choice, then, 1000)[-300:], best) > 0.85


def test_a_gain_that_is_too_small_is_not_worth_a_processor() -> None:
    assert share(run(ThreadChoice(2), lambda threads: 10 - threads, 500), 1) > 0.8


def test_the_first_call_of_a_trial_and_single_slow_calls_do_not_count() -> None:
    seen: dict[int, int] = {}

    def time(threads: int) -> float:
        seen[threads] = seen.get(threads, 0) + 1
        return 1000 if seen[threads] % 7 == 1 else idle(threads)

    assert share(run(ThreadChoice(2), time, 400)[-200:], 2) > 0.9


def test_calls_that_come_back_late_are_no_mistake() -> None:
    choice = ThreadChoice(2)
    for count in (2, 4, 1, 2, 1, 1):
        choice.took(count, 1.0)
    assert choice.threads == 1
