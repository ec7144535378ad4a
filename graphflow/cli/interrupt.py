"""Ctrl-C, kill and a closed terminal: one rule for every command, from its first moment to its last.

Once ends the command within half a second: a run closes its nodes and finishes its files, everything else just ends.
Twice leaves at once.

Python calls a signal's handler on the main thread, between two of its own instructions. That may be long in coming
while native code runs there, and what a handler raises is lost in some places (callbacks of the import system, for
one). So a thread of its own hears the signals, and no handler raises anything.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from graphflow.cli.signals import STOPPING, catch, caught

if TYPE_CHECKING:
    import socket

PATIENCE = 0.35
"""Seconds after which what has not ended by itself is left behind."""

_NOTE = b"stopping: every node is closed; once more to leave at once\n"
_SHOW_CURSOR = b"\r\x1b[2K\x1b[?25h"

_entered: list[Interruptible] = []
_status: int | None = None


class Interruptible:
    """While this is entered, a signal stops what goes on instead of ending the process there and then.

    Args:
        stop: Asks it to end; called on another thread. Without it, what goes on looks at `status`.
        leave: Called when it has not ended after `PATIENCE` seconds, on another thread, before the process ends. Unless
            it returns true: then the end is waited for, because it has begun.

    Attributes:
        status: The exit status if a signal came, else None.
    """

    def __init__(
        self, stop: Callable[[], object] = lambda: None, leave: Callable[[], bool | None] = lambda: None
    ) -> None:
        self.status: int | None = None
        self.stop = stop
        self.leave = leave

    def __enter__(self) -> Interruptible:
        _entered.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _entered.remove(self)


class _Listener(threading.Thread):
    sends_nothing = True
    """No run need wait for it."""


def interrupted() -> int | None:
    """The exit status if a signal came."""
    return _status


def hear_signals() -> None:
    """From now on the rule holds in this process. Called once, on the main thread, after `catch_signals`."""
    import socket

    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    _Listener(target=_listen, args=(receiver, sender), name="graphflow signals", daemon=True).start()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_forget)
    if caught:  # before that
        end(128 + caught[0])


def stderr_descriptor() -> int:
    """The descriptor behind standard error, for places where printing is not allowed."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # somebody has put something else there
        return 2


def _forget() -> None:
    """A child that user code forks must not speak for its parent."""
    signal.set_wakeup_fd(-1)
    for number in STOPPING:
        if signal.getsignal(number) is catch:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _listen(receiver: socket.socket, sender: socket.socket) -> None:
    """The thread that hears signals. It keeps `sender` alive, which the system writes to."""
    global _status
    number = _next(receiver)
    assert number is not None
    status = _status = 128 + number
    entered = _entered[:]  # the main thread goes on
    if not entered:
        end(status)
    current = entered[-1]
    current.status = status
    _tell(_NOTE)
    try:
        current.stop()
        if _next(receiver, PATIENCE) is None and (not _entered or current.leave()):
            _next(receiver)
    finally:
        end(status)


def _next(receiver: socket.socket, seconds: float | None = None) -> int | None:
    """The next signal that means an end; None if there was none in so many seconds."""
    receiver.settimeout(seconds)
    while True:
        try:
            number = receiver.recv(1)[0]
        except TimeoutError:
            return None
        if number in STOPPING:
            return number


def _tell(text: bytes) -> None:
    # Not print: the main thread may be in the middle of one.
    try:
        os.write(stderr_descriptor(), text)
    except OSError:
        pass


def end(status: int) -> None:
    """End the process here and now. Code that does not return cannot be waited for, not even in exit handlers."""
    if os.isatty(stderr_descriptor()) and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
        _tell(_SHOW_CURSOR)  # a progress line hides it
    os._exit(status)
