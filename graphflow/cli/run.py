"""``graphflow run``: a graph from the command line, from its side packets to its exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.cli.console import drop_output, say
from graphflow.cli.failure import explain, single_errors
from graphflow.cli.graphs import check_graph
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.problem import CommandError, ExitStatus, UsageError
from graphflow.cli.progress import Progress, Tally
from graphflow.cli.rows import PrintedStreams, SavedStream
from graphflow.cli.stats import timing_table
from graphflow.cli.values import parse_value, split_pair
from graphflow.config.diagnostics import did_you_mean
from graphflow.config.render import render
from graphflow.errors import Cancelled, MissingResource

if TYPE_CHECKING:
    from graphflow.plan.plan import GraphPlan
    from graphflow.run import GraphRun


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The command line of ``graphflow run``, as typed."""

    graph: str
    side_packets: Sequence[str] = ()
    settings: Sequence[str] = ()
    calculators: Sequence[Path] = ()
    save: Sequence[str] = ()
    show: Sequence[str] = ()
    threads: int | None = None
    stats: bool = False
    verbose: bool = False
    quiet: bool = False


def run_graph(options: RunOptions) -> int:
    """Check a graph, run it to its end, and return the exit status.

    Raises:
        CommandError: It could not even start.
    """
    checked = check_graph(options.graph, options.settings, options.calculators)
    told = {"error"} if options.quiet else {"error", "warning", "note"} if options.verbose else {"error", "warning"}
    findings = [finding for finding in checked.diagnostics if finding.severity in told]
    if findings:
        say(render(findings, checked.sources))
    plan = checked.draft.plan if checked.draft else None
    if plan is None:
        return ExitStatus.USAGE
    _refuse_graph_inputs(plan)
    return _Execution(plan, options).run()


class _Execution:
    """One run with its files, its progress and its end."""

    def __init__(self, plan: GraphPlan, options: RunOptions) -> None:
        self.plan = plan
        self.options = options
        self.side_packets = _side_packets(plan, options.side_packets)
        self.saved = _saved_streams(plan, options.save)
        self.shown = _shown_streams(plan, options)
        self.tally = Tally()
        self.graph_run: GraphRun | None = None
        self.printed = PrintedStreams(self._cancel)

    def run(self) -> int:
        with ExitStack() as stack:
            interrupt = stack.enter_context(Interruptible(self._cancel))
            files = [(name, stack.enter_context(_open(path))) for name, path in self.saved]
            try:
                self._drive(files)
            except BaseException as error:  # whatever user code raises, an exit included, is told the same way
                return self._failed(error, interrupt.status)
        return interrupt.status or ExitStatus.FINE

    def _drive(self, files: Iterable[tuple[str, SavedStream]]) -> None:
        from graphflow.graph import Graph
        from graphflow.runtime.instruments import Timings

        timings = Timings()
        run = self.graph_run = Graph(self.plan).start(
            self.side_packets,
            threads=self.options.threads,
            instruments=[timings] if self.options.stats else [],
        )
        on_terminal = bool(self.shown) and sys.stdout.isatty()
        progress = Progress(self.tally, lambda: run.counters, self.options.quiet, plain=on_terminal)
        try:
            with run:
                self._observe(run, files)
                with progress:
                    run.wait_until_done()
        finally:
            if not self.options.quiet:
                self._summarise(progress, run)
            if self.options.stats:
                say(timing_table(timings.durations))

    def _observe(self, run: GraphRun, files: Iterable[tuple[str, SavedStream]]) -> None:
        for name, file in files:
            run.observe(name, file.write)
        for name in self.shown:
            run.observe(name, self.printed.writer(name))
        if not self.options.quiet:  # nothing is counted where nobody looks
            for name in _entering(self.plan):
                run.observe(name, self.tally.count_in)
            for name in _leaving(self.plan):
                run.observe(name, self.tally.count_out)

    def _cancel(self) -> None:
        if self.graph_run is None:  # calculators are being constructed; nothing has to be closed yet
            raise KeyboardInterrupt
        self.graph_run.cancel()

    def _failed(self, error: BaseException, interrupted: int | None) -> int:
        if self.printed.closed:
            drop_output()
            say("stopped: nobody reads standard output any more")
            return ExitStatus.FINE
        stopped = (Cancelled, KeyboardInterrupt) if interrupted is not None else ()
        errors = [single for single in single_errors(error) if not isinstance(single, stopped)]
        for single in errors:
            say(explain(single, self.options.verbose))
        if interrupted is not None:
            return interrupted
        return ExitStatus.MISSING if isinstance(errors[0], MissingResource) else ExitStatus.FAILED

    def _summarise(self, progress: Progress, run: GraphRun) -> None:
        say(progress.line())
        for name, count in sorted(run.counters.items()):
            if count and (self.options.verbose or name.rpartition("/")[2].startswith("dropped")):
                say(f"  {name}: {count:,}")


def _refuse_graph_inputs(plan: GraphPlan) -> None:
    if plan.inputs:
        names = ", ".join(f"'{plan.streams[position].name}'" for position in plan.inputs)
        raise UsageError(
            f"{plan.file} has graph inputs that nothing feeds here: {names}",
            "run it from Python (Graph.load, then send), or include it as a subgraph of a graph with a source",
        )


def _side_packets(plan: GraphPlan, pairs: Iterable[str]) -> dict[str, Any]:
    """What ``--side``, ``--input`` and ``--output`` give, checked against what the graph takes."""
    outside = {name: packet for name, packet in plan.side_packets.items() if packet.producer < 0}
    given: dict[str, Any] = {}
    for pair in pairs:
        name, text = split_pair(pair, "--side", "NAME=VALUE")
        if name not in outside:
            match = did_you_mean(name, outside)
            known = "it takes " + (", ".join(f"'{one}'" for one in outside) or "no side packets")
            raise UsageError(f"{plan.file} has no side packet '{name}'", f"did you mean '{match}'?" if match else known)
        given[name] = parse_value(text, f"--side {name}")
    for name, packet in outside.items():
        if packet.required and name not in given:
            raise UsageError(
                f"side packet '{name}' must be given" + (f": {packet.help}" if packet.help else ""),
                f"add --side {name}=VALUE",
            )
    return given


def _saved_streams(plan: GraphPlan, pairs: Iterable[str]) -> list[tuple[str, Path]]:
    saved: list[tuple[str, Path]] = []
    for pair in pairs:
        name, file = split_pair(pair, "--save", "STREAM=FILE.jsonl")
        path = Path(file)
        if path.suffix.lower() != ".jsonl":
            raise UsageError(f"--save {pair}: the file must end in .jsonl")
        if path in [other for _, other in saved]:
            raise UsageError(f"--save {pair}: '{path}' takes one stream", "give each stream a file of its own")
        saved.append((_known_stream(plan, name, "--save"), path))
    return saved


def _shown_streams(plan: GraphPlan, options: RunOptions) -> list[str]:
    """What standard output shows: what was asked for, or all graph outputs where results go nowhere else."""
    if options.show:
        return [_known_stream(plan, name, "--print") for name in options.show]
    if options.save or "output" in plan.side_packets:
        return []
    return [plan.streams[position].name for position in plan.outputs]


def _known_stream(plan: GraphPlan, name: str, option: str) -> str:
    known = {stream.name for stream in plan.streams} | plan.aliases.keys()
    if name not in known:
        match = did_you_mean(name, known)
        help = f"did you mean '{match}'?" if match else "'graphflow viz' shows the names"
        raise UsageError(f"{option} {name}: the graph has no stream '{name}'", help)
    return name


def _entering(plan: GraphPlan) -> list[str]:
    """The first output of each source."""
    return [plan.streams[node.outputs[0].stream].name for node in plan.nodes if node.contract.source and node.outputs]


def _leaving(plan: GraphPlan) -> list[str]:
    """The graph outputs; in a graph without any, the first input of each node at the end of it."""
    if plan.outputs:
        return [plan.streams[position].name for position in plan.outputs]
    ends = [node for node in plan.nodes if node.inputs and not node.outputs]
    return [plan.streams[node.inputs[0].stream].name for node in ends]


def _open(path: Path) -> SavedStream:
    try:
        return SavedStream(path)
    except OSError as error:
        raise CommandError(f"'{path}' cannot be written: {error.strerror or error}") from error
