"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from graphflow.runtime import callers

# Neither a limit on the time of an example nor the complaint about slow ones: both judge the machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Where Python may not write bytecode, each worker would compile all tests anew, and hundreds of children all modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Nor is there garbage to look for while thousands of tests are collected.
gc.disable()

# Hundreds of children import NumPy, whose OpenBLAS would start a thread for each processor: they spin for a while.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whoever starts the tests in the background (`&`, nohup) has these ignored: here, and in all that is started here.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (getattr(signal, "SIGHUP", None), signal.SIG_DFL)):
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file that a test is given may say when it was made, but a test has the same name in every worker."""
    return argname if isinstance(val, bytes) and len(val) > 40 else None


def pytest_collection_finish() -> None:
    """Thousands of tests and their modules stay to the end; looking for garbage need not go through them."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _modules_of_one_test() -> Iterator[None]:
    """Calculators that lie in the folder of a test are found by no later test."""
    before = sys.path[:]
    yield
    if sys.path != before:
        sys.path[:] = before


@pytest.fixture(autouse=True)
def _threads_of_the_test_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that are there before a test feed no graph; a wait need not reckon with them."""
    before = callers.python_threads()
    look = callers.python_threads
    monkeypatch.setattr(callers, "python_threads", lambda: look() - before)
