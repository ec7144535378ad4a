"""What went wrong with an input, in plain values."""

from __future__ import annotations

import re
from typing import Any

from graphflow.errors import GraphflowError

_NOTE = re.compile(
    r"node '(?P<node>.+?)' \(.*?\)(?: at (?P<time>\d+) us)?.*, (?P<file>.+):(?P<line>\d+)$", re.MULTILINE
)
_CALL = re.compile(r'^  File ".*", line \d+ in node \'?(?P<node>[^\'\n]+)', re.MULTILINE)


def failure_of(error: BaseException) -> dict[str, Any]:
    """Kind, message, and the node with its place and the timestamp. Of several errors the first."""
    while isinstance(error, BaseExceptionGroup) and not getattr(error, "__notes__", None):
        error = error.exceptions[0]
    kind = type(error).__name__
    message = str(error) if isinstance(error, GraphflowError) or str(error) else kind
    found: dict[str, Any] = {"kind": kind, "message": message}
    for note in getattr(error, "__notes__", ()):
        if match := _NOTE.search(note):
            place = f"{match['file']}:{match['line']}"
            time = {"timestamp": int(match["time"])} if match["time"] else {}
            return found | {"node": match["node"], "place": place} | time
    return found


def crash_of(how: str, last_words: str) -> dict[str, Any]:
    """Of a process that is gone: how it went, and the node that faulthandler names in its last words."""
    match = _CALL.search(last_words)
    return {"kind": "Crash", "message": f"the worker {how}"} | ({"node": match["node"]} if match else {})


def told(failure: dict[str, Any]) -> str:
    """A failure in one line."""
    where = f" (node '{failure['node']}'" if "node" in failure else ""
    where += (f", {failure['place']})" if "place" in failure else ")") if where else ""
    return f"{failure['kind']}: {' '.join(str(failure['message']).split())}{where}"
