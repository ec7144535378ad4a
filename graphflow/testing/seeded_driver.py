"""The driver for tests: one thread, every choice taken by a seeded generator, time virtual.

It runs the same core as production does. Threads decide by chance which ready node runs, how long an invocation takes,
and whether a sender gets far ahead of the graph. Here the seed decides, so a schedule can be run again exactly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Any

from graphflow.clock import Clock
from graphflow.errors import RunStateError
from graphflow.runtime.core import Core
from graphflow.runtime.driver import close_nodes, invoke, refuse_to_wait_inside, report
from graphflow.runtime.node import Node
from graphflow.runtime.nodes import annotate
from graphflow.testing.virtual_clock import VirtualClock


@dataclass(slots=True)
class _Running:
    """An invocation whose calculator has returned, but whose outputs have not appeared yet."""

    node: Node
    timestamp: int
    inputs: Any
    result: Any
    error: BaseException | None
    until: int


class SeededDriver:
    """Runs a graph in one of the orders that threads could have run it in.

    Use it with ``graph.start(driver=SeededDriver(seed))``.

    Args:
        seed: Decides everything.
        workers: Invocations that may be under way at once.
        eager: How likely the graph goes on a step further, rather than the sender, after each call from outside.
        max_steps: More than this many steps are taken for a run that never ends, and raise `RunStateError`.
    """

    has_executors = False

    def __init__(self, seed: int, *, workers: int = 4, eager: float = 0.7, max_steps: int = 1_000_000) -> None:
        self.virtual_clock = VirtualClock()
        self.clock: Clock | None = self.virtual_clock
        self.seed = seed
        self.steps = 0
        self._random = random.Random(seed)
        self._workers = workers
        self._eager = eager
        self._max_steps = max_steps
        self._under_way: list[_Running] = []
        self._in_call = False

    def bind(self, core: Core) -> None:
        self.core = core

    def start(self) -> None:
        self.core.start()

    def go(self) -> None:
        self._wander()

    def perform(self, operation: Callable[..., Any], *arguments: Any) -> None:
        operation(*arguments)
        if not self._in_call:
            self._wander()

    def interrupt(self, operation: Callable[[], Any]) -> None:
        operation()

    @property
    def drives_here(self) -> bool:
        return self._in_call

    def run(self, *, sources: bool, until: Sized = ()) -> None:
        while not until and self._step():
            pass

    def wait(self, done: Callable[[], bool], *, until: Sized = (), timeout: float | None = None) -> bool:
        refuse_to_wait_inside(self)
        while not done():
            if not self._step():
                return done()
        return True

    def idle(self) -> bool:
        if self.core.held:
            return not self._under_way
        if self._under_way or self.core.tasks:
            return False
        # Full queues that hold something back are a deadlock to be seen to first, as the other drivers do at once.
        return not self.core.on_idle()

    def abandon(self) -> None:
        self.core.paused = True

    def forked(self) -> None:
        pass  # it can go on, with a copy of the run

    def close(self, patience: float | None = None) -> None:
        while self._under_way:
            self._finish(self._under_way.pop())
        close_nodes(self.core)

    # --- one step ----------------------------------------------------------------------------------------------

    def _wander(self) -> None:
        while self._random.random() < self._eager and self._step():
            pass

    def _step(self) -> bool:
        """Start an invocation, or let one end; False when there is nothing to do."""
        if self.core.held and not self._under_way:
            return False
        self.steps += 1
        if self.steps > self._max_steps:
            raise RunStateError(f"no end after {self._max_steps} steps (seed {self.seed})")
        over = [item for item in self._under_way if item.until <= self.virtual_clock.now()]
        places = 0 if self.core.held else self._workers - len(self._under_way)
        startable = len(self.core.tasks) if places > 0 else 0
        if startable or over:
            choice = self._random.randrange(startable + len(over))
            if choice < startable:
                self._begin(*self.core.tasks.take_at(choice))
            else:
                self._end(over[choice - startable])
            return True
        if self._under_way:
            if all(item.node.live and item.inputs is not None for item in self._under_way) and self.core.on_idle():
                return True
            self.virtual_clock.jump(min(item.until for item in self._under_way))
            return True
        return self.core.on_idle()

    def _begin(self, node: Node, timestamp: int, inputs: Any) -> None:
        result, error = None, None
        self._in_call = True
        self.virtual_clock.begin_invocation()
        try:
            result = invoke(node, timestamp, inputs)
        except BaseException as raised:  # whatever user code raises ends the run
            error = annotate(raised, node, timestamp)
        finally:
            self._in_call = False
            until = self.virtual_clock.end_invocation()
        self._under_way.append(_Running(node, timestamp, inputs, result, error, until))

    def _end(self, item: _Running) -> None:
        self._under_way.remove(item)
        self._finish(item)

    def _finish(self, item: _Running) -> None:
        core = self.core
        if item.error is not None:
            core.failed(item.error, item.node)
            return
        try:
            report(core, item.node, item.timestamp, item.inputs, item.result)
        except BaseException as raised:
            core.failed(annotate(raised, item.node, item.timestamp), item.node)
