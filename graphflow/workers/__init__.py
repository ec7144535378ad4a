"""Processes that native code may take down without harm: what starts and asks one, and what one answers with."""

from graphflow.workers.answers import answer, answers_apart, end_with_parent
from graphflow.workers.printed import last_words, one_line
from graphflow.workers.worker_process import WorkerDied, WorkerError, WorkerOverdue, WorkerProcess, WorkerSwollen

__all__ = [
    "WorkerDied",
    "WorkerError",
    "WorkerOverdue",
    "WorkerProcess",
    "WorkerSwollen",
    "answer",
    "answers_apart",
    "end_with_parent",
    "last_words",
    "one_line",
]
