"""A worker: a process that loads the graph and its models once, and takes one input after another.

Each order is a line of JSON on standard input. The first describes the graph and is answered with null, the others are
inputs, answered with a report. Either is answered with a text if it cannot be done at all.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import sys

_ONE_THREAD = {"OPENCV_FFMPEG_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1", "OMP_NUM_THREADS": "1"}


def main() -> None:
    """Carry out what standard input says, until it ends."""
    os.environ.update(_ONE_THREAD)  # before the libraries that look there
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):  # nobody looks at so many windows
        os.environ.pop(screen, None)

    from graphflow.workers import answer, answers_apart, end_with_parent

    answers = answers_apart()
    end_with_parent()
    _hush()
    from graphflow.corpus.carrying import carried_out
    from graphflow.corpus.recipe import GraphRecipe
    from graphflow.models import keep_between_runs

    keep_between_runs()
    graph = None
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if graph is not None:
            answer(answers, carried_out(graph, order))
            continue
        try:
            graph = GraphRecipe(**order).load()
        except BaseException as error:  # user code may raise anything
            answer(answers, f"{type(error).__name__}: {error}")
        else:
            answer(answers, None)


def _hush() -> None:
    """Only a crash says something on standard error: libraries would fill the disk with words on each damaged clip."""
    faulthandler.enable(os.dup(2))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    logging.getLogger().addHandler(logging.NullHandler())
