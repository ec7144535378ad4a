"""Ends runs when their process ends or forks.

Python stops background threads wherever they are. A thread that is inside native code then crashes the process. So runs
that are still going are cancelled and closed first. In a forked child the threads do not exist.
"""

from __future__ import annotations

import atexit
import logging
import os
import weakref

from graphflow.runtime.driver import Driver, cancel

_going: weakref.WeakSet[Driver] = weakref.WeakSet()
_log = logging.getLogger(__name__)

# How long a thread may take to come back when the process ends, in seconds.
_PATIENCE = 3.0


def begun(driver: Driver) -> None:
    """A run is going."""
    _going.add(driver)


def over(driver: Driver) -> None:
    """A run has been closed."""
    _going.discard(driver)


@atexit.register
def end_all() -> None:
    """The process ends: cancel every run, wait for its threads, close its nodes."""
    for driver in list(_going):
        try:
            cancel(driver)
            driver.close(_PATIENCE)
        except BaseException:  # the others are to be closed all the same
            _log.exception("a run that was still going could not be closed")


def _forked() -> None:
    """This is a forked child, which has none of the parent's threads."""
    for driver in list(_going):
        driver.forked()
    _going.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
