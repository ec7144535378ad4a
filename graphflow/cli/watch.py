"""``graphflow run --watch``: the graph runs anew when a file of it is changed, if it is still right then.

A change is checked by another process, because Python keeps modules that it has imported. What is wrong is told, and
the run goes on. What is right ends the run, as Ctrl-C does, and this process then begins once more with the same
command line: it stays the process that the terminal knows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from graphflow.cli.console import say
from graphflow.cli.errors import CommandError, ExitStatus, UsageError
from graphflow.cli.graphs import NoGraph, check_graph
from graphflow.cli.interrupt import PATIENCE, interrupted, stderr_descriptor

if TYPE_CHECKING:
    from graphflow.cli.options import RunOptions

INTERVAL = 0.3
"""Seconds between two looks at the files. A change counts once two looks in a row have seen the same."""

_PACKAGE = Path(__file__).resolve().parents[1]

Look = dict[Path, tuple[int, int, int] | None]


class Stoppable(Protocol):
    """A run that can be ended from another thread."""

    @property
    def unread(self) -> bool:
        """Whether nobody reads its results any more."""

    def stop(self) -> None:
        """Ask it to end."""

    def leave(self) -> bool:
        """Leave a call that does not return. True if the end has begun, and is to be waited for."""


def files_of(options: RunOptions) -> set[Path]:
    """The files that decide what a graph does: its own, its subgraphs', those of calculators and what they import.

    Raises:
        NoGraph: There is no such graph.
    """
    given = [Path(path) for path in options.calculators or ()]
    files = {path for path in given if path.is_file()}
    files |= {file for path in given if path.is_dir() for file in path.rglob("*.py")}
    try:
        graph = check_graph(
            options.graph, options.settings, options.calculators, options.graph_path, options.prefer_graph_path
        )
        files |= set(map(Path, graph.sources))
    except NoGraph:
        raise
    except CommandError:  # the run says so
        files.add(Path(options.graph))
    files |= {Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    return {file for file in {file.resolve() for file in files if file.is_file()} if _is_own(file)}


def _is_own(file: Path) -> bool:
    """Whether somebody may edit it while a graph runs: it is not graphflow's, not Python's, and not installed."""
    return not any(map(file.is_relative_to, _nobodys_own()))


@cache
def _nobodys_own() -> frozenset[Path]:
    """The folders of what is installed."""
    installed = (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    return frozenset((_PACKAGE, *(folder.resolve() for folder in installed)))


def _shown(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def tell_files(options: RunOptions) -> None:
    """Print which files a graph is made of: what `check_again` reads."""
    print(json.dumps(sorted(map(str, files_of(options)))))


def check_again() -> tuple[bool, set[Path], str]:
    """Check the command line of this process in a new one: whether all is right, its files, and what it says."""
    begin = len(sys.orig_argv) - len(sys.argv) + 1
    python, command = sys.orig_argv[1:begin], sys.orig_argv[begin:]
    at = command.index("run") + 1
    only_check = [sys.executable, *python, *command[:at], "--only-check", *command[at:]]
    done = subprocess.run(only_check, capture_output=True, text=True, errors="replace", check=False)
    try:
        files = {Path(name) for name in json.loads(done.stdout)}
    except ValueError:
        files = set()
    return done.returncode == ExitStatus.FINE, files, done.stderr.rstrip()


class Watch:
    """Looks at files, and says when what they are changed to is right.

    Args:
        files: Those to look at.
        check: As `check_again`.
        pause: Waits for so many seconds.
    """

    def __init__(
        self,
        files: Iterable[Path],
        check: Callable[[], tuple[bool, set[Path], str]] = check_again,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.files = set(files)
        self._check = check
        self._pause = pause
        self._known = self._look()

    def until_right(self) -> None:
        """Wait for a change that is right; what is wrong with others is told."""
        while True:
            self._pause(INTERVAL)
            seen = self._look()
            if seen == self._known:
                continue
            self._pause(INTERVAL)
            if self._look() != seen:  # still being written
                continue
            names = ", ".join(sorted(_shown(file) for file in seen if seen[file] != self._known.get(file)))
            self._known = seen
            right, files, said = self._check()
            if right:
                say(f"changed: {names}; the graph runs anew")
                return
            self.files |= files
            self._known = self._look() | seen
            say(f"{said}\nchanged: {names}; with that, the graph cannot run: nothing is restarted")

    def _look(self) -> Look:
        return {file: _state(file) for file in self.files}


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def run_watched(options: RunOptions, run: Callable[[RunOptions, Callable[[Stoppable], None]], int]) -> int:
    """Run a graph, and again whenever its files are changed to something right. Returns once the user ends it.

    Args:
        options: The command line.
        run: Runs it once, and hands over what can be stopped before it begins.

    Raises:
        UsageError: There is no such graph, or nobody edits it.
    """
    files = files_of(options)
    if not files:
        raise UsageError(
            f"--watch: '{options.graph}' is installed, and not to be edited", "copy it, and watch the copy"
        )
    watch = Watch(files)
    running: list[Stoppable] = []
    right, ended = threading.Event(), threading.Event()

    def begun(execution: Stoppable) -> None:
        running.append(execution)
        if right.is_set():
            execution.stop()

    def look() -> None:
        watch.until_right()
        right.set()
        for execution in running:
            execution.stop()
            if not ended.wait(PATIENCE) and not execution.leave():
                _begin_again()

    threading.Thread(target=look, name="graphflow watch", daemon=True).start()
    try:
        status = run(options, begun)
    except CommandError as error:
        say(f"error: {error}")
        status = error.status
    ended.set()
    if interrupted() is not None or any(execution.unread for execution in running):
        return status
    if not right.is_set():
        say(f"the graph runs anew when one of its {len(watch.files)} files is changed; Ctrl-C ends this")
    right.wait()
    return _begin_again()


def _begin_again() -> NoReturn:
    """Begin with the same command line, without anything that was imported; as the same process where that can be."""
    sys.stdout.flush()
    sys.stderr.flush()
    if stderr_descriptor() != 2:  # what native code prints is hidden (`HiddenNoise`)
        os.dup2(stderr_descriptor(), 2)
    if os.name == "nt":  # where another process would take over, and the shell would not wait for it
        os._exit(subprocess.call([sys.executable, *sys.orig_argv[1:]]))
    os.execv(sys.executable, sys.orig_argv)
