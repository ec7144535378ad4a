"""``graphflow map``: a graph over a corpus from the command line."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.cli.arguments import (
    codec_settings,
    parse_value,
    refuse_graph_inputs,
    side_packets_of,
    source_settings,
    split_pair,
)
from graphflow.cli.console import put, say
from graphflow.cli.errors import ExitStatus, UsageError
from graphflow.cli.graphs import file_of
from graphflow.cli.interrupt import Interruptible
from graphflow.cli.map_progress import MapProgress, status_text
from graphflow.cli.session import carry_out, checked_plan, messages
from graphflow.errors import SidePacketError, UnknownName, UnusableFile
from graphflow.own_calculators import absolute
from graphflow.video_around import with_video_around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphflow.cli.options import MapOptions
    from graphflow.corpus import CorpusRun, GraphRecipe
    from graphflow.corpus.inputs import Input
    from graphflow.plan.plan import GraphPlan

_MEGA = 1_000_000


def map_inputs(options: MapOptions) -> int:
    """Run a graph on all inputs, or tell how far that is, and return the exit status.

    Raises:
        CommandError: It could not even start.
    """
    if options.html is not None and (options.status is None or options.html.suffix.lower() != ".html"):
        raise UsageError("--html takes a file that ends in .html, and --status", "--status FOLDER --html report.html")
    if options.status is not None:
        return _tell_status(options.status, options.html)
    if options.graph is None or not options.inputs or options.output_dir is None:
        raise UsageError(
            "map takes a graph, inputs, and --output-dir FOLDER",
            "graphflow map GRAPH clips/ --output-dir FOLDER --save STREAM; or graphflow map --status FOLDER",
        )
    with messages(options):
        plan = checked_plan(options.graph, options, lambda plan: _flags(plan, options), with_video_around)
        if plan is None:
            return ExitStatus.USAGE
        refuse_graph_inputs(plan)
        return _Mapping(plan, options).run()


class _Mapping:
    """One run over the corpus, its progress and its end."""

    def __init__(self, plan: GraphPlan, options: MapOptions) -> None:
        from graphflow.corpus.inputs import inputs_of
        from graphflow.corpus.mapping import fitted
        from graphflow.corpus.storage import is_stored
        from graphflow.urls import without_secrets

        assert options.output_dir is not None and options.inputs is not None
        self.plan = plan
        self.options = options
        stored = is_stored(options.output_dir)
        # "~nobody" stays as it is.
        self.folder = options.output_dir if stored else Path(os.path.expanduser(options.output_dir))
        if not options.quiet:
            for word in filter(is_stored, options.inputs):
                say(f"looking what is in {without_secrets(word)}")
        with _refused():
            found = inputs_of(options.inputs, self.folder, allow_network=options.allow_network)
            self.inputs: list[Input] = [fitted(item, plan) for item in found]
        first = dict(self.inputs[0].side_packets)
        besides = first | ({"output": "none"} if "output" in plan.side_packets else {})
        pairs = options.side or ()
        for pair in pairs:
            name, _ = split_pair(pair, "--side", "NAME=VALUE")
            if name in besides:
                help = "leave it out: each input has its own" if name in first else "write --output .mp4"
                raise UsageError(f"--side {pair}: it is not the same for all inputs", help)
        self.common = side_packets_of(plan, pairs, saves=True, besides=besides)
        self.first = besides | self.common
        self.corpus: CorpusRun | None = None
        self.failed = 0
        self.interrupt = Interruptible(self._stop, self._leave)

    def run(self) -> int:
        status = carry_out(self._work, self.plan, self.first, self.options, self.interrupt)
        return status if status or not self.failed else ExitStatus.FAILED

    def _work(self) -> None:
        from graphflow.corpus import map_graph
        from graphflow.corpus.stored_manifest import manifest_folder

        options = self.options
        with _refused():
            self.corpus = map_graph(
                _recipe(self.plan, options),
                self.inputs,
                output_dir=self.folder,
                save=options.save or (),
                output=options.output or "",
                side_packets=self.common,
                workers=options.workers,
                retries=options.retries,
                timeout=options.timeout,
                memory=None if options.memory is None else options.memory * _MEGA,
                limit=options.limit,
                shuffle=options.shuffle,
                verify=options.verify,
                retry_failed=options.retry_failed,
                allow_files=options.allow_files,
                allow_network=options.allow_network,
                on=options.on or "",
                cpus=options.cpus,
                gpus=options.gpus,
                split=options.split,
                overlap=options.overlap,
                cache=options.cache * _MEGA,
            )
        if self.interrupt.status is not None:
            self.corpus.close()
            return
        with MapProgress(self.corpus.total, options.quiet) as progress:
            for outcome in self.corpus:
                progress.ended(outcome)
        self.failed = progress.failed
        if not options.quiet:
            say(progress.summary(self.folder, stopped=self.interrupt.status is not None))
            if isinstance(self.folder, str):
                say(f"the manifest is written in '{manifest_folder(self.folder)}' and copied there")

    def _stop(self) -> None:
        if self.corpus is not None:
            self.corpus.stop()

    def _leave(self) -> bool:
        """It has not ended, because a file system does not answer or a large file is being read."""
        if self.corpus is not None and self.options.on is not None:
            return True  # a cluster of Ray's takes a while to end
        if self.corpus is not None:
            self.corpus.abandon()
        elif self.options.on is not None:  # the connection to Ray is waited for
            from graphflow.corpus.ray_seat import abandon

            abandon()
        return False


def _tell_status(place: str, page: Path | None) -> int:
    from graphflow.corpus.status import status_of
    from graphflow.corpus.stored_manifest import folder_with_manifest

    with _refused(), folder_with_manifest(place) as folder:
        status = status_of(folder, place)
    if page is not None:
        from graphflow.cli.map_report import write_report

        write_report(status, place, page)
    put(status_text(status, place))
    return ExitStatus.FINE


def _flags(plan: GraphPlan, options: MapOptions) -> list[str]:
    """What flags stand for, as ``--set`` writes it."""
    settings = source_settings(
        plan, {"max_frames": options.max_frames, "allow_truncated": options.allow_truncated or None}
    )
    return settings + (codec_settings(plan, options.codec) if options.codec is not None else [])


def _recipe(plan: GraphPlan, options: MapOptions) -> GraphRecipe:
    """The graph of the command line, as workers load it."""
    from graphflow.corpus import GraphRecipe

    assert options.graph is not None
    values: dict[str, Any] = {}
    for setting in [*(options.settings or ()), *_flags(plan, options)]:
        key, value = split_pair(setting, "--set", "NODE.OPTION=VALUE")
        values[key] = parse_value(value, f"--set {key}")
    return GraphRecipe(
        os.path.abspath(file_of(options.graph)),
        values,
        tuple(os.fspath(absolute(source)) for source in options.calculators or ()),
        tuple(os.path.abspath(folder) for folder in options.graph_path or ()),
        options.prefer_graph_path,
    )


@contextmanager
def _refused() -> Iterator[None]:
    """What cannot be used is a mistake of the command line."""
    try:
        yield
    except (SidePacketError, UnknownName, UnusableFile) as error:
        raise UsageError(str(error)) from error
