"""Instruments look on while a run executes. Without one, nothing is measured and nothing costs anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from graphflow.runtime.core import Core
from graphflow.runtime.node import Node
from graphflow.timestamp import DONE, UNSTARTED


class Instrument(Protocol):
    """Told about every call of user code, on the thread that runs it. What it raises ends the run.

    Input sets that lack a required input are no calls: `process` is not called for them.
    """

    def started(self, node: str, timestamp: int) -> None:
        """A node begins: `timestamp` is UNSTARTED for `open`, DONE for `close`, 0 for the turn of a source."""
        ...

    def finished(self, node: str, timestamp: int) -> None:
        """The invocation returned or raised."""
        ...


class Timings:
    """Durations of every node's ``process`` calls, in nanoseconds.

    Attributes:
        durations: By node, in order of execution.
    """

    def __init__(self, now: Callable[[], int] = time.perf_counter_ns) -> None:
        self.durations: dict[str, list[int]] = {}
        self._now = now
        self._since: dict[tuple[str, int], int] = {}

    def started(self, node: str, timestamp: int) -> None:
        self._since[node, timestamp] = self._now()

    def finished(self, node: str, timestamp: int) -> None:
        """Keep how long it took; `open` and `close` do not count."""
        duration = self._now() - self._since.pop((node, timestamp))
        if timestamp not in (UNSTARTED, DONE):
            self.durations.setdefault(node, []).append(duration)


def instrument(core: Core, instruments: Iterable[Instrument]) -> None:
    """Have every node of a run tell these instruments."""
    watching = tuple(instruments)
    if not watching:
        return
    for node in core.nodes:
        if node.plan is not None:
            required = node.plan.required if node.counts is not None else ()  # else no input set lacks one
            node.call = _where_called(required, node.call, _watched_call(node, node.call, watching))
            node.open_call = _watched(node, UNSTARTED, node.open_call, watching)
            node.close_call = _watched(node, DONE, node.close_call, watching)


def _watched_call(
    node: Node, call: Callable[[int, Any], Any], watching: tuple[Instrument, ...]
) -> Callable[[int, Any], Any]:
    name = node.name

    def watched(timestamp: int, inputs: Any) -> Any:
        for one in watching:
            one.started(name, timestamp)
        try:
            return call(timestamp, inputs)
        finally:
            for one in watching:
                one.finished(name, timestamp)

    return watched


def _where_called(
    required: tuple[int, ...], call: Callable[[int, Any], Any], watched: Callable[[int, Any], Any]
) -> Callable[[int, Any], Any]:
    """`watched` if all required inputs are there. Otherwise `call`, which only counts the absence."""
    if not required:
        return watched

    def called(timestamp: int, inputs: Any) -> Any:
        for position in required:
            if inputs[position] is None:
                return call(timestamp, inputs)
        return watched(timestamp, inputs)

    return called


def _watched(
    node: Node, timestamp: int, call: Callable[[], Any], watching: tuple[Instrument, ...]
) -> Callable[[], Any]:
    watched = _watched_call(node, lambda _timestamp, _inputs: call(), watching)
    return lambda: watched(timestamp, ())
