"""``graphflow run``: a graph from the command line, from its side packets to its exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.bundled import is_bundled
from graphflow.cli.arguments import flag_settings, refuse_graph_inputs, side_packets_of, unrelated_pictures_hint
from graphflow.cli.console import say
from graphflow.cli.errors import CommandError, ExitStatus, UsageError, refused
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.progress import Progress, timing_table
from graphflow.cli.results import PrintedStreams, saved_streams, shown_streams
from graphflow.cli.session import carry_out, checked_plan, messages
from graphflow.errors import NotPermitted, UnusableFile
from graphflow.plan.permissions import Permissions
from graphflow.rows import RowFile
from graphflow.saved_stream import SavedStream
from graphflow.tally import UNFINISHED, Tally
from graphflow.video_around import with_video_around

if TYPE_CHECKING:
    from graphflow.cli.options import RunOptions
    from graphflow.plan.plan import GraphPlan
    from graphflow.run import GraphRun

SKIPPED = "skipped"
"""Counter of input sets without a call, which have lines of their own."""


def run_graph(options: RunOptions) -> int:
    """Check a graph, run it to its end, and return the exit status.

    Raises:
        CommandError: It could not even start.
    """
    if options.only_check:
        from graphflow.cli.watch import tell_files

        tell_files(options)
    elif options.watch:
        from graphflow.cli.watch import run_watched

        return run_watched(options, _run_once)
    return _run_once(options)


def _run_once(options: RunOptions, begun: Callable[[_Execution], None] = lambda execution: None) -> int:
    with messages(options):
        plan = checked_plan(options.graph, options, lambda plan: flag_settings(plan, options), with_video_around)
        if plan is None:
            return ExitStatus.USAGE
        refuse_graph_inputs(plan)
        execution = _Execution(plan, options)
        if options.only_check:
            return ExitStatus.FINE
        begun(execution)
        status = execution.run()
    if execution.left_behind and not options.watch:
        # A thread is still inside a device or a server; taking Python down around it would crash.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


class _Execution:
    """One run with its files, its progress and its end."""

    def __init__(self, plan: GraphPlan, options: RunOptions) -> None:
        self.plan = plan
        self.options = options
        saves = bool(options.save or options.show)
        self.side_packets = side_packets_of(
            plan, options.side or (), input=options.input, output=options.output, saves=saves
        )
        self.saved = saved_streams(plan, options.save or (), options.save_format)
        self.shown = shown_streams(plan, options.show or (), saves=saves)
        self.permissions = Permissions(options.allow_files, options.allow_network, options.output_dir)
        _refuse_overwritten(plan, self.side_packets, options.calculators or (), self.saved, self.permissions)
        self.tally = Tally(plan)
        self.graph_run: GraphRun | None = None
        self.progress: Progress | None = None
        self.printed = PrintedStreams(self._cancel)
        self.complete = False
        self.files: list[SavedStream] = []
        self.interrupt = Interruptible(self._stop, self.leave)

    @property
    def unread(self) -> bool:
        """Whether nobody reads standard output any more."""
        return self.printed.closed

    @property
    def left_behind(self) -> bool:
        """Whether a source has not come back."""
        return self.graph_run is not None and any(name.endswith("/left_behind") for name in self.graph_run.counters)

    def run(self) -> int:
        if not self.options.quiet and (hint := unrelated_pictures_hint(self.plan, self.side_packets)):
            say(hint)
        return carry_out(self._work, self.plan, self.side_packets, self.options, self.interrupt)

    def _work(self) -> None:
        try:
            with self._files() as files:
                self._drive(files)
        except BaseException:
            if not self.printed.closed:
                raise
            say("stopped: nobody reads standard output any more")

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
            check_payloads=self.options.check_payloads,
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
            # Rows are for programs: what calculators print goes where messages go.
            with redirect_stdout(sys.stderr) if self.shown else nullcontext(), run:
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

    def stop(self) -> None:
        """End it, as Ctrl-C does, because something else is to run instead."""
        self.interrupt.status = ExitStatus.FINE
        self._stop()

    def leave(self) -> bool:
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
        if self.tally.packets_out or run.errors:  # one that came to its end and gave nothing has told why already
            for line in run.explain().splitlines():
                say(f"  {line}")


def _refuse_overwritten(
    plan: GraphPlan,
    side_packets: Mapping[str, Any],
    calculators: Iterable[Path],
    saved: Iterable[tuple[int, Path]],
    permissions: Permissions,
) -> None:
    """Look whether the run would replace a file that it reads, or the graph asks for too much, before any is opened.

    Args:
        plan: The graph.
        side_packets: What it is started with.
        calculators: What ``--calculators`` gives.
        saved: What ``--save`` gives.
        permissions: What the graph file may do by itself.

    Raises:
        UsageError: It would, or two results would have one name.
    """
    from graphflow.plan.file_use import FileUse, refuse_overwriting
    from graphflow.plan.permissions import permitted
    from graphflow.runtime.build import checked_side_packets

    plan = plan if plan.choose is None else plan.choose(side_packets)
    try:
        plan = permitted(plan, checked_side_packets(plan, side_packets), side_packets, permissions)
    except NotPermitted as error:
        raise UsageError(error.message, error.help) from error
    with refused("give the result another name"):
        refuse_overwriting(
            plan,
            side_packets,
            reads=[FileUse("--calculators", path) for path in calculators],
            writes=[FileUse("--save", path) for _, path in saved],
        )
