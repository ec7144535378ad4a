"""Telling why a run failed: the user's own lines, not the framework's."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

from graphflow.cli.problem import ExitStatus
from graphflow.errors import GraphflowError, MissingResource, NotPermitted

_PACKAGE = str(Path(__file__).resolve().parent.parent)


def single_errors(error: BaseException) -> Iterator[BaseException]:
    """The errors of several nodes, or the one there is. A group that user code raised has a note, and stays whole."""
    if isinstance(error, BaseExceptionGroup) and not getattr(error, "__notes__", None):
        for inner in error.exceptions:
            yield from single_errors(inner)
    else:
        yield error


def status_of(error: BaseException) -> int:
    """The exit status of a run that failed so."""
    if isinstance(error, NotPermitted):  # also where only the run found it: a name that a node made
        return ExitStatus.USAGE
    return ExitStatus.MISSING if isinstance(error, MissingResource) else ExitStatus.FAILED


def explain(error: BaseException, verbose: bool = False) -> str:
    """What went wrong, where in the graph, and the lines of user code that led there.

    Args:
        error: One error that the run raised.
        verbose: Show the framework's part of the traceback too.
    """
    notes = list(getattr(error, "__notes__", []))
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, GraphflowError):
        text = str(error)  # written for people; the class says nothing more
    if verbose:
        return "error: " + "".join(traceback.format_exception(error)).rstrip()
    lines = [f"error: {text}", *(f"  in {note}" if note.startswith("node ") else f"  {note}" for note in notes)]
    if not isinstance(error, GraphflowError):
        lines += [line for frame in _user_frames(error) for line in traceback.format_list([frame])[0].splitlines()]
    lines += _cause(error)
    return "\n".join(lines)


def _user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames outside of graphflow itself."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if not frame.filename.startswith(_PACKAGE) and not frame.filename.startswith("<")]


def _cause(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [f"  because of {type(cause).__name__}: {cause}"] if cause is not None else []
