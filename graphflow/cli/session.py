"""What ``run`` and ``evaluate`` share: messages, the graph, and how the work ends."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.cli.console import say
from graphflow.cli.errors import CommandError, ExitStatus
from graphflow.cli.garbage import look_for_garbage
from graphflow.cli.graphs import check_graph
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.models import fetch_needed
from graphflow.cli.standard_streams import HiddenNoise, OutputLost
from graphflow.config.render import render
from graphflow.errors import Cancelled, GraphflowError, MissingResource, NotPermitted

if TYPE_CHECKING:
    from graphflow.cli.options import GraphOptions
    from graphflow.config.model import GraphConfig
    from graphflow.plan.plan import GraphPlan

_PACKAGE = str(Path(__file__).resolve().parent.parent)
_LIBRARY = str(Path(logging.__file__).resolve().parent.parent) + os.sep


@contextmanager
def messages(options: GraphOptions) -> Iterator[None]:
    """For a while, show what calculators log, and hide what native libraries print.

    ``--quiet`` shows errors only, ``--verbose`` everything, also how calculators work and what other packages log.
    """
    root, ours = logging.getLogger(), logging.getLogger("graphflow")
    levels = root.level, ours.level
    teller = _Teller()
    root.addHandler(teller)
    root.setLevel(logging.ERROR if options.quiet else logging.INFO if options.verbose else logging.WARNING)
    ours.setLevel(logging.ERROR if options.quiet else logging.DEBUG if options.verbose else logging.INFO)
    with ExitStack() as stack:
        if not options.verbose:
            stack.enter_context(HiddenNoise())
        try:
            yield
        finally:
            root.removeHandler(teller)
            root.setLevel(levels[0])
            ours.setLevel(levels[1])


class _Teller(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        word = "warning: " if record.levelno >= logging.WARNING else ""
        say(f"{word}{record.getMessage()}")


def checked_plan(
    graph: str,
    options: GraphOptions,
    flags: Callable[[GraphPlan], list[str]] = lambda plan: [],
    prepare: Callable[[GraphConfig], GraphConfig] | None = None,
) -> GraphPlan | None:
    """The graph with the options that were asked for; None, and all findings told, if there is something wrong.

    Args:
        graph: A path, or the name of a bundled graph.
        options: The command line.
        flags: Gives what further settings, as ``--set`` has them, the command line stands for.
        prepare: As for `check_graph`.
    """
    folders = options.graph_path, options.prefer_graph_path
    checked = check_graph(graph, options.settings, options.calculators, *folders, prepare)
    if checked.draft and checked.draft.plan and (further := flags(checked.draft.plan)):
        settings = [*(options.settings or ()), *further]
        checked = check_graph(graph, settings, options.calculators, *folders, prepare)
    told = {"error"} if options.quiet else {"error", "warning", "note"} if options.verbose else {"error", "warning"}
    if checked.plan is None:
        told = {"error", "warning", "note"}
    findings = [finding for finding in checked.diagnostics if finding.severity in told]
    if findings:
        say(render(findings, checked.sources))
    return checked.draft.plan if checked.draft else None


def carry_out(
    work: Callable[[], None],
    plan: GraphPlan,
    side_packets: Mapping[str, Any],
    options: GraphOptions,
    interrupt: Interruptible,
) -> int:
    """Fetch the models that the graph needs, do the work, tell why it failed, and return the exit status.

    Raises:
        CommandError: It could not even start.
        OutputLost: Nobody reads standard output.
    """
    with interrupt:
        try:
            fetch_needed(plan, side_packets, interrupt, offline=options.offline, quiet=options.quiet)
            look_for_garbage()
            work()
        except (CommandError, OutputLost):
            raise
        except BaseException as error:  # whatever user code raises, an exit included, is told the same way
            return _failed(error, interrupt.status, options.verbose)
    return interrupt.status or ExitStatus.FINE


def _failed(error: BaseException, interrupted: int | None, verbose: bool) -> int:
    # An exit is that of a library which has a handler of its own.
    stopped = (Cancelled, KeyboardInterrupt, SystemExit) if interrupted is not None else ()
    errors = [single for single in _single_errors(error) if not isinstance(single, stopped)]
    for single in errors:
        say(_explained(single, verbose))
    return _status_of(errors[0]) if interrupted is None else interrupted


def _single_errors(error: BaseException) -> Iterator[BaseException]:
    """The errors of several nodes, or the one there is. A group that user code raised has a note, and stays whole."""
    if isinstance(error, BaseExceptionGroup) and not getattr(error, "__notes__", None):
        for inner in error.exceptions:
            yield from _single_errors(inner)
    else:
        yield error


def _status_of(error: BaseException) -> int:
    """The exit status of a run that failed so."""
    if isinstance(error, NotPermitted):  # also where only the run found it: a name that a node made
        return ExitStatus.USAGE
    return ExitStatus.MISSING if isinstance(error, MissingResource) else ExitStatus.FAILED


def _explained(error: BaseException, verbose: bool) -> str:
    """What went wrong, where in the graph, and the lines of user code that led there."""
    notes = list(getattr(error, "__notes__", []))
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, GraphflowError):
        text = str(error)  # written for people; the class says nothing more
    if verbose:
        return "error: " + "".join(traceback.format_exception(error)).rstrip()
    lines = [f"error: {text}", *(f"  in {note}" if note.startswith("node ") else f"  {note}" for note in notes)]
    if any(note.startswith("node ") for note in notes) or not isinstance(error, GraphflowError):
        lines += [line for frame in _user_frames(error) for line in traceback.format_list([frame])[0].splitlines()]
    lines += _cause(error)
    return "\n".join(lines)


def _user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames outside of graphflow itself; of what graphflow refuses also without those of Python's library."""
    others = (_PACKAGE, "<", _LIBRARY) if isinstance(error, GraphflowError) else (_PACKAGE, "<")
    return [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(others)]


def _cause(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [f"  because of {type(cause).__name__}: {cause}"] if cause is not None else []
