"""The first moments of the command: signals are caught before anything is imported that takes a while."""

from __future__ import annotations

import signal

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""What means that the command is to end."""

caught: list[int] = []
"""What came before `graphflow.cli.interrupt` listens."""


def catch_signals() -> None:
    """From now on no signal ends the process in the middle of something; `hear_signals` has to follow soon."""
    for number in STOPPING:
        if number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) == signal.SIG_IGN:
            continue  # nohup
        signal.signal(number, catch)


def catch(number: int, _: object) -> None:
    """Raises nothing: that would be a traceback, or lost."""
    caught.append(number)
