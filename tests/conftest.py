"""What holds for all tests."""

from __future__ import annotations

import pytest

from graphflow.runtime import scheduler


@pytest.fixture(autouse=True)
def _threads_of_the_test_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that are there before a test feed no graph; a wait need not reckon with them."""
    before = scheduler.python_threads()
    look = scheduler.python_threads
    monkeypatch.setattr(scheduler, "python_threads", lambda: look() - before)
