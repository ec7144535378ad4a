"""The child of `watched`: runs commands one after the other under an audit hook, and tells what they did."""

from __future__ import annotations

import functools
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES: Mapping[str, tuple[int, ...]] = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.setxattr": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
"""What changes files, and which of its arguments name them."""
CONNECTIONS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
PROCESSES = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)

events: list[list[str]] = []
"""Kind (written, connection, process, code) and words of what the command does that goes on."""
_watching = False


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what a command may want to do to others."""
    if not _watching:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes) and isinstance(flags, int) and flags & WRITING:
            _note("written", os.path.abspath(os.fsdecode(path)))
    elif event in CHANGES:
        for place in CHANGES[event]:
            if isinstance(arguments[place], str | bytes | os.PathLike):
                _note("written", os.path.abspath(os.fsdecode(arguments[place])))
    elif event in CONNECTIONS:
        _note("connection", f"{event} {arguments[-1] if event == 'socket.connect' else arguments}")
    elif event in PROCESSES:
        _note("process", f"{event} {arguments[1] if len(arguments) > 1 else arguments}")
    elif event == "exec":
        if not (file := getattr(arguments[0], "co_filename", "")).startswith("<"):  # named tuples and the like
            _note("code", file)
    elif event == "import" and isinstance(arguments[1], str):
        _note("code", arguments[1])
    elif event == "ctypes.dlopen" and arguments[0]:
        _note("code", str(arguments[0]))


def _note(kind: str, words: str) -> None:
    events.append([kind, words])


def watched_call(command: Callable[[], object]) -> str:
    """Run it; the traceback if it ended in anything but an exit, and the status in `status`."""
    global _watching, status
    events.clear()
    status = 0
    _watching = True
    try:
        command()
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(bool(left.code))
    except BaseException:
        _watching = False
        return traceback.format_exc()
    finally:
        _watching = False
    return ""


status = 0


def main() -> None:
    """Read commands from standard input, a line of JSON each; answer each with one."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    questions = os.fdopen(os.dup(0), encoding="ascii")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    import typer.main

    from graphflow.cli.app import main as command
    from graphflow.cli.standard_streams import open_streams

    typer.main.get_command = functools.cache(typer.main.get_command)  # the command line is made once for all
    open_streams()
    sys.addaudithook(hook)
    for line in questions:
        question = json.loads(line)
        os.chdir(question["folder"])
        for descriptor, name in ((1, "out"), (2, "err")):
            file = os.open(question[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, descriptor)
            os.close(file)
        sys.argv = ["graphflow", *question["arguments"]]
        path, modules = sys.path[:], set(sys.modules)
        error = watched_call(command)
        sys.stdout.flush()
        sys.stderr.flush()
        sys.path[:] = path
        for name in [name for name in sys.modules if name.startswith("_graphflow_file_") and name not in modules]:
            del sys.modules[name]
        answers.write(json.dumps({"status": status, "error": error, "events": events}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
