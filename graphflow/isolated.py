"""Child processes in Python that run no code from the working folder, whatever lies there."""

from __future__ import annotations

import json
import os
import sys

# Before anything is imported: where it is looked for.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); exec(sys.argv.pop(1))"

_FLAG = "--graphflow-isolated-python"
_stands_in = False


def isolated_python(code: str, *arguments: str) -> list[str]:
    """The command line of a Python process that finds modules where this process does, and nowhere else.

    Without this, Python looks into the working folder first, where somebody may have left a ``pip.py`` or a ``cv2.py``.
    A frozen program starts itself again; `stand_in_for_python` makes that a Python.

    Args:
        code: What it runs.
        arguments: Its ``sys.argv[1:]``.

    Raises:
        FileNotFoundError: This program has no Python to start a process with.
    """
    if not sys.executable or getattr(sys, "frozen", False) and not _stands_in:
        raise FileNotFoundError("this program has no Python to start a process with")
    # "" and relative places mean the working folder.
    places = [place for place in map(str, sys.path) if os.path.isabs(place)]
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if home not in places:  # an editable install is found after all places: somebody's graphflow.py would come first
        first = next((number for number, place in enumerate(places) if _has_graphflow(place)), None)
        if first is not None:
            places.insert(first, home)
    # -I: no working folder, no variables of the environment that name places or code.
    python = [_FLAG] if _stands_in else ["-I", "-c", _START]
    return [sys.executable, *python, json.dumps(places), code, *arguments]


def _has_graphflow(place: str) -> bool:
    return any(os.path.isfile(os.path.join(place, name)) for name in ("graphflow.py", "graphflow/__init__.py"))


def stand_in_for_python() -> None:
    """In a frozen program, before its own code runs: be the Python that `isolated_python` asks for, or return."""
    global _stands_in
    _stands_in = True
    if sys.argv[1:2] == [_FLAG]:
        del sys.argv[1]
        exec(_START, {"__name__": "__main__"})
        sys.exit()
