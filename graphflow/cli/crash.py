"""Crashes in native code: OpenCV, FFmpeg or a model's runtime takes the process down, and somebody has to say so.

A crashed process cannot run Python. So a small process waits for the last words of :mod:`faulthandler`. They name the
node, because `graphflow.runtime.nodes` gives the functions that call a node its name. If the system cannot fork, the
last words go to standard error as they are.
"""

from __future__ import annotations

import faulthandler
import os
import re
import shlex
import signal
import sys

from graphflow.errors import with_help
from graphflow.urls import without_secrets

_KIND = re.compile(r"Fatal Python error: (.+)")
_CALL = re.compile(r'^  File ".*", line \d+ in (node .*)$', re.MULTILINE)


def report_crashes() -> None:
    """From now on a crash of this process is told, with the node that was called."""
    if not hasattr(os, "fork"):
        faulthandler.enable(os.dup(2))
        return
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        faulthandler.enable(writing)
        return
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.close(writing)
        for descriptor in (0, 1):  # whoever reads our results need not wait for this process
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
        with open(reading, "rb") as pipe:
            said = pipe.read().decode(errors="replace")
        if said:
            os.write(2, (explanation(said, sys.argv) + "\n").encode(errors="backslashreplace"))
        status = 0
    finally:
        os._exit(status)


def explanation(said: str, command: list[str]) -> str:
    """What to tell of a crash.

    Args:
        said: The last words of faulthandler.
        command: The command line.
    """
    kind = _KIND.search(said)
    # If the thread that crashed is none of Python's, any of the others may be the reason.
    threads = said.split("\n\n")
    threads = [thread for thread in threads if thread.startswith("Current thread")] or threads
    calls = [call for thread in threads for call in _CALL.findall(thread)]
    where = f" in {' or '.join(dict.fromkeys(calls))}" if calls else ""
    lines = [line for thread in threads for line in thread.splitlines() if line.startswith("  File ")]
    # From the node's call on they are the framework's.
    lines = lines[: next((number for number, line in enumerate(lines) if _CALL.match(line)), len(lines))]
    typed = [without_secrets(word if word.isprintable() else ascii(word)[1:-1]) for word in command[1:]]
    message = [
        f"error: a native library crashed ({kind[1] if kind else 'no reason given'}){where}; files that were being "
        "written are not finished",
        *lines,
        f"  the command was: {shlex.join(['graphflow', *typed])}",
    ]
    help = (
        "a damaged or unusual input or model file is the usual reason: try another one; the lines above are what was "
        "being called"
    )
    return with_help("\n".join(message), help)
