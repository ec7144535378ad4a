"""What a signal does to a run, live or not."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from graphflow.cli.stopping import Stopping


class FakeRun:
    """Notes what is asked of it."""

    def __init__(self, *, live: bool, finished: bool = False, errors: tuple[Any, ...] = (), ends: bool = True) -> None:
        self.live, self.finished, self.errors, self.sources_ended = live, finished, errors, ends
        self.asked: list[str] = []
        self.cancelled = threading.Event()

    def stop_sources(self) -> None:
        self.asked.append("stop")

    def cancel(self) -> None:
        self.asked.append("cancel")
        self.cancelled.set()


@pytest.mark.parametrize(
    ("run", "asked"),
    [
        (FakeRun(live=True), ["stop"]),
        (FakeRun(live=False), ["cancel"]),
        (FakeRun(live=True, errors=(ValueError(),)), ["cancel"]),
        (FakeRun(live=True, finished=True), []),
        (FakeRun(live=False, finished=True), []),
    ],
)
def test_a_live_run_is_asked_to_end_and_another_one_is_cancelled(run: FakeRun, asked: list[str]) -> None:
    with Stopping(cast(Any, run)) as stopping:
        stopping.stop()
    assert run.asked == asked


def test_a_source_that_hangs_is_not_waited_for() -> None:
    run = FakeRun(live=True, ends=False)
    with Stopping(cast(Any, run), patience=0) as stopping:
        stopping.stop()
        assert run.cancelled.wait(30)
    assert run.asked == ["stop", "cancel"]
