"""``graphflow evaluate``: how far a graph's 68 points are from those that somebody has marked."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.bundled import bundled_graphs
from graphflow.cli.arguments import side_packets_of
from graphflow.cli.console import aligned, json_text, put, say
from graphflow.cli.errors import CommandError, ExitStatus, UsageError, refused
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.progress import PLAIN_INTERVAL
from graphflow.cli.session import carry_out, checked_plan, messages
from graphflow.errors import MissingResource, UnusableFile
from graphflow.result_file import ResultFile

if TYPE_CHECKING:
    from graphflow.cli.options import EvaluateOptions
    from graphflow.evaluation import Predictor, Report, Truth
    from graphflow.evaluation.report import Figures
    from graphflow.plan.plan import GraphPlan

FIGURES, PLOT, WORST, MISSED = "report.json", "cumulative_error.png", "worst.png", "missed.png"
"""What ``--output`` makes in its folder."""

DEFAULT_GRAPH = Path("modules") / "face_landmarks_68.yaml"


def evaluate_graph(options: EvaluateOptions) -> int:
    """Measure a graph, tell the figures, and return the exit status.

    Raises:
        CommandError: The truth, the graph or the command line cannot be used.
    """
    with messages(options):
        truth = _truth(options)
        _refuse_replacing(truth, options)
        plan = checked_plan(options.graph or str(bundled_graphs() / DEFAULT_GRAPH), options)
        return ExitStatus.USAGE if plan is None else _Evaluation(plan, truth, options).run()


def _truth(options: EvaluateOptions) -> Truth:
    from graphflow.evaluation import read_truth

    if not options.truth.exists():
        raise UsageError(
            f"there is no folder or file '{options.truth}'",
            "give a folder of pictures with .pts files beside them, or dlib's XML file",
        )
    truth = read_truth(options.truth)
    if not options.quiet:
        for note in truth.notes:
            say(f"note: {note}")
    return truth


def _refuse_replacing(truth: Truth, options: EvaluateOptions) -> None:
    from graphflow.plan.file_use import FileUse, refuse_replacing

    folder = options.output
    if folder is None:
        return
    read = [options.truth, *(picture.path for picture in truth.pictures), *(options.calculators or ())]
    with refused("give --output a folder of its own"):
        refuse_replacing(
            [FileUse("the evaluation", path) for path in read],
            [FileUse("--output", folder / name) for name in (FIGURES, PLOT, WORST, MISSED)],
        )


class _Evaluation:
    """One evaluation with its progress and its end."""

    def __init__(self, plan: GraphPlan, truth: Truth, options: EvaluateOptions) -> None:
        self.plan = plan
        self.truth = truth
        self.options = options
        self.side_packets = side_packets_of(plan, options.side or (), saves=True)
        self.predictor = self._predictor()
        self.told = False
        self.interrupt = Interruptible(leave=lambda: self.told)

    def run(self) -> int:
        return carry_out(self._work, self.plan, self.side_packets, self.options, self.interrupt)

    def _work(self) -> None:
        from graphflow.evaluation import evaluate

        options = self.options
        with _progress(len(self.truth.pictures), options.quiet) as tell:
            report = evaluate(
                self.truth.pictures,
                self.predictor,
                failure_percent=options.failure,
                go_on=lambda done: not tell(done) and self.interrupt.status is None,
            )
        self.told = True
        self._tell(report)

    def _predictor(self) -> Predictor:
        from graphflow.evaluation import Mode, Predictor, UnsuitableGraph
        from graphflow.graph import Graph

        options = self.options
        try:
            return Predictor(
                Graph(self.plan),
                Mode(options.mode),
                repetitions=options.repeat,
                side_packets=self.side_packets,
                allow_files=options.allow_files,
            )
        except UnsuitableGraph as error:
            raise UsageError(str(error), f"such a graph is {bundled_graphs() / DEFAULT_GRAPH}") from error

    def _tell(self, report: Report) -> None:
        from graphflow.evaluation.report import as_json

        about = {"truth": str(self.options.truth), "graph": str(self.plan.file)} | as_json(report)
        text = json_text(about)
        if self.options.output is not None:
            try:
                self._write(self.options.output, report, text)
            except (UnusableFile, MissingResource) as error:
                raise CommandError(str(error)) from error
        put(text if self.options.as_json else as_text(report))

    def _write(self, folder: Path, report: Report, text: str) -> None:
        """Leave figures, plot and contact sheet in a folder."""
        from graphflow.evaluation.contact_sheet import contact_sheet
        from graphflow.evaluation.encode import png
        from graphflow.evaluation.plot import cumulative_error_plot

        count = self.options.worst
        sheets = {WORST: report.worst(count), MISSED: report.missed[:count]}
        contents = {PLOT: png(cumulative_error_plot(report))}
        contents |= {name: png(contact_sheet(faces)) for name, faces in sheets.items() if faces}
        contents[FIGURES] = (text + "\n").encode("utf-8", "backslashreplace")
        complete = len(report.pictures) == report.asked
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if complete and (folder / FIGURES).is_file():  # sheets of an evaluation before
                for name in sheets.keys() - contents.keys():
                    (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise CommandError(f"'{error.filename or folder}' cannot be written: {error.strerror or error}") from error
        for name, content in contents.items():
            with ResultFile(folder / name) as file:
                file.write(content)
                if not complete:
                    file.partial()


@contextmanager
def _progress(pictures: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, a line every few seconds elsewhere; gives what to call with the number of pictures done."""
    if quiet:
        yield lambda done: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("pictures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task("", total=pictures)
            yield lambda done: bars.update(task, completed=done)
    else:
        last = time.monotonic()

        def tell(done: int) -> None:
            nonlocal last
            if time.monotonic() - last >= PLAIN_INTERVAL:
                last = time.monotonic()
                say(f"{done:,} of {pictures:,} pictures")

        yield tell


def as_text(report: Report) -> str:
    """The report as a table: a line for each picture, then all of them."""
    from graphflow.evaluation.report import SETS, figures

    rows: list[Sequence[str]] = [("picture", "faces", "missed", "all 68", "inner 51")]
    for picture in report.pictures:
        means = [figures(picture.faces, points, report.failure_percent).mean for points in SETS]
        missed = sum(face.error is None for face in picture.faces)
        rows.append((picture.picture.name, str(len(picture.faces)), str(missed), *map(_percent, means)))
    overall = [report.figures(points) for points in SETS]
    total = len(report.faces)
    rows += [
        (),
        ("mean", str(total), str(len(report.missed)), *(_percent(one.mean) for one in overall)),
        ("median", "", "", *(_percent(one.median) for one in overall)),
        ("deviation", "", "", *(_percent(one.deviation) for one in overall)),
        (f"failures (missed, or above {report.failure_percent:g} %)", "", "", *(_share(one, total) for one in overall)),
    ]
    shown = f"{report.mode}, each picture {report.repetitions} times" if report.repetitions > 1 else f"{report.mode}"
    end = [f"{shown}; mean distance of points in percent of the distance of the eyes, missed faces left out"]
    if report.unmarked:
        end.append(f"found besides, and marked by nobody: {report.unmarked}")
    if len(report.pictures) < report.asked:
        end.append(f"stopped after {len(report.pictures)} of {report.asked} pictures")
    return "\n".join([*aligned(rows, right=range(1, 5)), "", *end])


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} %"


def _share(figures: Figures, total: int) -> str:
    return f"{figures.failures} of {total}"
