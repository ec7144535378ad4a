"""Child processes in Python that run no code from the working folder, whatever lies there."""

from __future__ import annotations

import json
import os
import sys

# Before anything is imported: where it is looked for.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); exec(sys.argv.pop(1))"


def isolated_python(code: str, *arguments: str) -> list[str]:
    """The command line of a Python process that finds modules where this process does, and nowhere else.

    Without this, Python looks into the working folder first, where somebody may have left a ``pip.py`` or a ``cv2.py``.

    Args:
        code: What it runs.
        arguments: Its ``sys.argv[1:]``.

    Raises:
        FileNotFoundError: This program has no Python to start a process with.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise FileNotFoundError("this program has no Python to start a process with")
    # "" and relative places mean the working folder.
    places = [place for place in map(str, sys.path) if os.path.isabs(place)]
    # -I: no working folder, no variables of the environment that name places or code.
    return [sys.executable, "-I", "-c", _START, json.dumps(places), code, *arguments]
