"""``graphflow run``: a graph from the command line, from its side packets to its exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.bundled import is_bundled
from graphflow.cli.asked import (
    gpu_settings,
    refuse_graph_inputs,
    refuse_overwritten,
    saved_streams,
    shown_streams,
    side_packets_of,
    sink_settings,
    source_settings,
    unrelated_pictures_hint,
)
from graphflow.cli.console import say
from graphflow.cli.failure import explain, single_errors, status_of
from graphflow.cli.graphs import check_graph
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.log import log_shown
from graphflow.cli.models import fetch_needed
from graphflow.cli.noise import HiddenNoise
from graphflow.cli.printed import PrintedStreams
from graphflow.cli.problem import CommandError, ExitStatus
from graphflow.cli.progress import UNFINISHED, Progress, Tally
from graphflow.cli.saved import SavedStream
from graphflow.cli.stats import timing_table
from graphflow.config.render import render
from graphflow.errors import Cancelled, UnusableFile
from graphflow.plan.permissions import Permissions
from graphflow.rows import RowFile

if TYPE_CHECKING:
    from graphflow.plan.plan import GraphPlan
    from graphflow.run import GraphRun


# Fields of `RunOptions` that are options of the graph's sources.
_FOR_SOURCES = ("max_frames", "realtime", "loop", "allow_truncated", "timeout", "reconnect")

SKIPPED = "skipped"
"""Counter of input sets without a call, which have lines of their own."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The command line of ``graphflow run``, as typed."""

    graph: str
    side_packets: Sequence[str] = ()
    input: str | None = None
    output: str | None = None
    settings: Sequence[str] = ()
    calculators: Sequence[Path] = ()
    save: Sequence[str] = ()
    save_format: str = ""
    show: Sequence[str] = ()
    keep_partial: bool = False
    codec: str | None = None
    threads: int | None = None
    max_frames: int | None = None
    realtime: bool = False
    loop: bool = False
    allow_truncated: bool = False
    timeout: float | None = None
    reconnect: float | None = None
    allow_files: bool = False
    allow_network: bool = False
    output_dir: Path | None = None
    offline: bool = False
    require_gpu: bool = False
    stats: bool = False
    verbose: bool = False
    quiet: bool = False


def run_graph(options: RunOptions) -> int:
    """Check a graph, run it to its end, and return the exit status.

    Raises:
        CommandError: It could not even start.
    """
    with ExitStack() as stack:
        if not options.verbose:
            stack.enter_context(HiddenNoise())
        stack.enter_context(log_shown(options.quiet, options.verbose))
        plan = _checked_plan(options)
        if plan is None:
            return ExitStatus.USAGE
        refuse_graph_inputs(plan)
        execution = _Execution(plan, options)
        status = execution.run()
    if execution.left_behind:
        # A thread is still inside a device or a server; taking Python down around it would crash.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def _checked_plan(options: RunOptions) -> GraphPlan | None:
    """The graph with the options that were asked for; None, and all findings told, if there is something wrong."""
    checked = check_graph(options.graph, options.settings, options.calculators)
    if checked.draft and checked.draft.plan:
        further = source_settings(checked.draft.plan, {name: getattr(options, name) for name in _FOR_SOURCES})
        further += sink_settings(checked.draft.plan, keep_partial=options.keep_partial, codec=options.codec)
        if options.require_gpu:
            further += gpu_settings(checked.draft.plan)
        if further:
            checked = check_graph(options.graph, [*options.settings, *further], options.calculators)
    told = {"error"} if options.quiet else {"error", "warning", "note"} if options.verbose else {"error", "warning"}
    if checked.plan is None:
        told = {"error", "warning", "note"}
    findings = [finding for finding in checked.diagnostics if finding.severity in told]
    if findings:
        say(render(findings, checked.sources))
    return checked.draft.plan if checked.draft else None


class _Execution:
    """One run with its files, its progress and its end."""

    def __init__(self, plan: GraphPlan, options: RunOptions) -> None:
        self.plan = plan
        self.options = options
        saves = bool(options.save or options.show)
        self.side_packets = side_packets_of(
            plan, options.side_packets, input=options.input, output=options.output, saves=saves
        )
        self.saved = saved_streams(plan, options.save, options.save_format)
        self.shown = shown_streams(plan, options.show, saves=saves)
        self.permissions = Permissions(options.allow_files, options.allow_network, options.output_dir)
        refuse_overwritten(plan, self.side_packets, options.calculators, self.saved, self.permissions)
        self.tally = Tally(plan)
        self.graph_run: GraphRun | None = None
        self.progress: Progress | None = None
        self.printed = PrintedStreams(self._cancel)
        self.complete = False
        self.files: list[SavedStream] = []
        self.interrupt = Interruptible(self._stop, self._leave)

    @property
    def left_behind(self) -> bool:
        """Whether a source has not come back."""
        return self.graph_run is not None and any(name.endswith("/left_behind") for name in self.graph_run.counters)

    def run(self) -> int:
        with self.interrupt as interrupt:
            try:
                options = self.options
                if not options.quiet and (hint := unrelated_pictures_hint(self.plan, self.side_packets)):
                    say(hint)
                fetch_needed(self.plan, self.side_packets, interrupt, offline=options.offline, quiet=options.quiet)
                with self._files() as files:
                    self._drive(files)
            except CommandError:
                raise
            except BaseException as error:  # whatever user code raises, an exit included, is told the same way
                return self._failed(error, interrupt.status)
        return interrupt.status or ExitStatus.FINE

    @contextmanager
    def _files(self) -> Iterator[list[SavedStream]]:
        """What is saved; each file is ended in every ending."""
        with ExitStack() as stack:
            for stream, path in self.saved:
                file = SavedStream(self.plan, stream, self._open(path), self.options.save_format)
                self.files.append(file)
                stack.callback(self._close, file)
            yield self.files

    def _open(self, path: Path) -> RowFile:
        try:
            return RowFile(path, keep_partial=self.options.keep_partial)
        except UnusableFile as error:
            raise CommandError(str(error)) from error

    def _close(self, file: SavedStream) -> None:
        if file in self.files:
            self.files.remove(file)
            file.close(self.complete)

    def _drive(self, files: Iterable[SavedStream]) -> None:
        from graphflow.graph import Graph
        from graphflow.runtime.instruments import Timings

        timings = Timings()
        run = self.graph_run = Graph(self.plan).start(
            self.side_packets,
            threads=self.options.threads,
            instruments=[timings] if self.options.stats else [],
            allow_files=self.permissions.files,
            allow_network=self.permissions.network,
            output_dir=self.permissions.output_dir,
        )
        if self.interrupt.status is not None:  # while calculators were imported and constructed
            run.cancel()
        on_terminal = bool(self.shown) and sys.stdout.isatty()
        progress = self.progress = Progress(
            self.tally, lambda: run.counters, self.options.quiet, plain=on_terminal, in_call=lambda: run.in_call
        )
        try:
            with run:
                self._observe(run, files)
                with progress:
                    run.wait_until_done()
            self.complete = run.graph_status is None
        finally:
            if not self.options.quiet:
                self._summarise(progress, run)
            if self.options.stats:
                say(timing_table(timings.durations))

    def _observe(self, run: GraphRun, files: Iterable[SavedStream]) -> None:
        for file in files:
            file.name_pictures(run.side_packet)
            for name, callback in file.observers():
                run.observe(name, callback, bounds=True)
        for name in self.shown:
            run.observe(name, self.printed.writer(name))
        if not self.options.quiet:  # nothing is counted where nobody looks
            for name, callback, bounds in self.tally.observers():
                run.observe(name, callback, bounds=bounds)

    def _cancel(self) -> None:
        if self.graph_run is not None:
            self.graph_run.cancel()

    def _leave(self) -> bool:
        """A node's call does not return: finish the files without it. True if the run has begun to close by itself."""
        if self.graph_run is None:
            return False
        self.graph_run.cancel()  # also where the sources were only asked to stop
        if not self.graph_run.leave():
            if self.progress is not None:
                self.progress.stopping()  # a `close` that hangs is named
            return True
        for file in self.files[:]:
            self._close(file)
        return False

    def _stop(self) -> None:
        """A run whose sources are all live ends as its user wants, and its files are complete; else it is cancelled."""
        run = self.graph_run
        if run is not None and run.finished:
            return
        if run is not None and run.live and not run.errors:
            run.stop_sources()
        else:
            self._cancel()

    def _failed(self, error: BaseException, interrupted: int | None) -> int:
        if self.printed.closed:
            say("stopped: nobody reads standard output any more")
            return ExitStatus.FINE
        stopped = (Cancelled, KeyboardInterrupt) if interrupted is not None else ()
        errors = [single for single in single_errors(error) if not isinstance(single, stopped)]
        for single in errors:
            say(explain(single, self.options.verbose))
        if interrupted is not None:
            return interrupted
        return status_of(errors[0])

    def _summarise(self, progress: Progress, run: GraphRun) -> None:
        if self.complete or self.tally.packets_in:  # a run that never began has an error to tell, and no figures
            say(progress.line())
        for name, count in sorted(run.counters.items()):
            kind = self.tally.kind(name)
            # What a stop found unfinished says little.
            told = kind in ("dropped", "flaws") or (kind == UNFINISHED and self.complete)
            if count and (self.options.verbose or told) and name.rpartition("/")[2] != SKIPPED:
                say(f"  {name}: {count:,}")
        for skipped in run.skipped():
            # Modules, and the graphs that come with graphflow, leave calls out by design: of a detector while a face
            # is tracked.
            own = "/" not in skipped.plan.name and not is_bundled(skipped.plan.span.file)
            if self.options.verbose or (skipped.calls and own):
                say(f"  {skipped.plan.name}: {skipped}" + (f": {skipped.help}" if skipped.help else ""))
        if self.tally.packets_out:  # a run that gave nothing has told why already
            for line in run.explain().splitlines():
                say(f"  {line}")
