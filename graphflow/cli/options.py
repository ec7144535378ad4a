"""The options of commands. Those of commands that run a graph are the fields of a class, each written once."""

# Typer reads annotations: as texts (from __future__) they would be compiled once more at each start.

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from graphflow.cli import completion


def _with_those_of_project(given: list[Path] | None) -> list[Path] | None:
    from graphflow.cli.project import with_those_of_project

    return with_those_of_project(given)


_GRAPH = typer.Argument(
    metavar="GRAPH",
    help="A graph file, or the name of a graph that comes with graphflow.",
    autocompletion=completion.graphs,
)
GraphName = Annotated[str, _GRAPH]
CalculatorFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--calculators",
        metavar="WHAT",
        help="Bring calculators of your own: a Python file, a folder, or a module. Repeatable.",
        callback=_with_those_of_project,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NODE.OPTION=VALUE",
        help="Set an option of a node. Repeatable.",
        autocompletion=completion.options,
    ),
]
GraphPaths = Annotated[
    list[Path] | None,
    typer.Option(
        "--graph-path",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        help="Look for subgraphs below FOLDER too, such as a checkout of MediaPipe. Repeatable.",
    ),
]
PreferGraphPath = Annotated[
    bool,
    typer.Option("--prefer-graph-path", help="Take graphs beside the file and of --graph-path before graphflow's own."),
]
AllowNetwork = Annotated[
    bool, typer.Option("--allow-network", help="Let the graph file fetch from the addresses that stand in it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(kw_only=True)
class GraphOptions:
    """What every command takes that runs a graph."""

    side: Annotated[
        list[str] | None,
        typer.Option(
            "--side",
            metavar="NAME=VALUE",
            help="A side packet by its name. Repeatable.",
            autocompletion=completion.side_packets,
        ),
    ] = None
    settings: Settings = None
    calculators: CalculatorFiles = None
    graph_path: GraphPaths = None
    prefer_graph_path: PreferGraphPath = False
    allow_files: Annotated[
        bool,
        typer.Option("--allow-files", help="Let the graph file write any file, and read those outside of its folder."),
    ] = False
    offline: Annotated[bool, typer.Option("--offline", help="Do not fetch models that are not here.")] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show whole tracebacks, all counters, and what libraries print.")
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False


@dataclass(kw_only=True)
class RunOptions(GraphOptions):
    """The command line of ``graphflow run``."""

    graph: GraphName
    input: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="VALUE",
            help="The side packet 'input', as it stands: no quotes or lists. A camera's number is one, './0' a file.",
        ),
    ] = None
    output: Annotated[
        str | None, typer.Option("--output", metavar="VALUE", help="The side packet 'output', as it stands.")
    ] = None
    save: Annotated[
        list[str] | None,
        typer.Option(
            "--save",
            metavar="STREAM=FILE",
            help="Write a stream to a .jsonl, .csv, .npz or .parquet file, a row a frame. Repeatable.",
            autocompletion=completion.saved_streams,
        ),
    ] = None
    save_format: Annotated[
        str,
        typer.Option(
            "--save-format", metavar="FORM", help="What --save writes: tfjs for faces as TensorFlow.js has them."
        ),
    ] = ""
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--print",
            metavar="STREAM",
            help="Print a stream, a row a packet. Repeatable.",
            autocompletion=completion.streams,
        ),
    ] = None
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Let files take their names also if the run fails or is stopped.")
    ] = False
    codec: Annotated[
        str | None,
        typer.Option("--codec", metavar="CODEC", help="The codec of a clip: mp4v, or h264 for browsers (PyAV)."),
    ] = None
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, max=1000, help="Run nodes on N threads.")
    ] = None
    max_frames: Annotated[
        int | None, typer.Option("--max-frames", metavar="N", min=1, help="Stop after N frames of the source.")
    ] = None
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Play a file at its own pace, and drop what comes too fast, as a camera.")
    ] = False
    loop: Annotated[bool, typer.Option("--loop", help="Begin a file again at its end.")] = False
    allow_truncated: Annotated[
        bool, typer.Option("--allow-truncated", help="Take a file that is cut off or damaged for whole.")
    ] = False
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", help="How long a server may take to answer.")
    ] = None
    reconnect: Annotated[
        float | None, typer.Option("--reconnect", metavar="SECONDS", help="Try a lost camera or stream for so long.")
    ] = None
    output_dir: Annotated[
        Path | None,
        typer.Option("--output-dir", metavar="FOLDER", help="Let the graph file write where it says, below FOLDER."),
    ] = None
    allow_network: AllowNetwork = False
    require_gpu: Annotated[
        bool, typer.Option("--require-gpu", help="Fail where a model that should run on the GPU cannot.")
    ] = False
    stats: Annotated[bool, typer.Option("--stats", help="Measure each node, and say so at the end.")] = False
    check_payloads: Annotated[
        bool, typer.Option("--check-payloads", help="Fail where a node changes what others read, too. Takes time.")
    ] = False
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Run anew when the graph, a subgraph or a file of calculators is changed, if it is right then; tell "
            "what is wrong if not.",
        ),
    ] = False
    only_check: Annotated[bool, typer.Option("--only-check", hidden=True)] = False


@dataclass(kw_only=True)
class MapOptions(GraphOptions):
    """The command line of ``graphflow map``."""

    graph: Annotated[str | None, _GRAPH] = None
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUTS...",
            help="Files, folders, patterns, lists (.txt), tables (.csv, .jsonl, .parquet), addresses; also of storage, "
            "s3://BUCKET/clips/.",
        ),
    ] = None
    output_dir: Annotated[
        str | None,
        typer.Option(
            "--output-dir",
            metavar="FOLDER",
            help="Where results and the manifest go, of one graph; or an address of storage, s3://BUCKET/out.",
        ),
    ] = None
    save: Annotated[
        list[str] | None,
        typer.Option(
            "--save",
            metavar="STREAM",
            help="Write a stream for each input: STREAM, STREAM.csv, .npz or .parquet. Repeatable.",
            autocompletion=completion.streams,
        ),
    ] = None
    output: Annotated[
        str | None, typer.Option("--output", metavar="SUFFIX", help="Write a clip for each input: .mp4.")
    ] = None
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, max=1000, help="How many processes; one for each processor unless given."
        ),
    ] = None
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="WHERE", help="Run workers on a Ray cluster: ray, or ray://HOST:PORT."),
    ] = None
    cpus: Annotated[
        float, typer.Option("--cpus", metavar="N", min=0, help="Processors that a worker declares, on Ray.")
    ] = 1
    gpus: Annotated[float, typer.Option("--gpus", metavar="N", min=0, help="GPUs that a worker declares, on Ray.")] = 0
    retries: Annotated[
        int, typer.Option("--retries", metavar="N", min=0, max=100, help="How often to try a failed input again.")
    ] = 0
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="How long an attempt may take.")
    ] = None
    memory: Annotated[
        int | None,
        typer.Option("--memory", metavar="MB", min=0, help="How much a worker may take, on Linux; 0 for no limit."),
    ] = None
    cache: Annotated[
        int,
        typer.Option(
            "--cache", metavar="MB", min=0, help="How much of the inputs from storage a machine keeps; 0 for nothing."
        ),
    ] = 10_000
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Take only N of the inputs.")] = None
    shuffle: Annotated[
        int | None, typer.Option("--shuffle", metavar="SEED", help="Take the inputs in a random order.")
    ] = None
    verify: Annotated[
        bool, typer.Option("--verify", help="Know inputs by their content (SHA-256), not by size and time.")
    ] = False
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed in earlier runs.")] = False
    split: Annotated[
        float | None,
        typer.Option("--split", metavar="SECONDS", min=0.1, help="Cut long clips into pieces of so many seconds."),
    ] = None
    overlap: Annotated[
        float | None,
        typer.Option(
            "--overlap", metavar="SECONDS", min=0, help="Begin each piece earlier, for graphs that remember frames."
        ),
    ] = None
    status: Annotated[
        str | None, typer.Option("--status", metavar="FOLDER", help="Only tell how far the run in FOLDER is.")
    ] = None
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="With --status: write a page, with a picture of each failure."),
    ] = None
    max_frames: Annotated[
        int | None, typer.Option("--max-frames", metavar="N", min=1, help="Stop after N frames of each input.")
    ] = None
    allow_truncated: Annotated[
        bool, typer.Option("--allow-truncated", help="Take files that are cut off or damaged for whole.")
    ] = False
    codec: Annotated[
        str | None,
        typer.Option("--codec", metavar="CODEC", help="The codec of clips: mp4v, or h264 for browsers (PyAV)."),
    ] = None
    allow_network: AllowNetwork = False


@dataclass(kw_only=True)
class EvaluateOptions(GraphOptions):
    """The command line of ``graphflow evaluate``."""

    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="A folder with .pts files, or dlib's XML.")]
    graph: Annotated[
        str | None,
        typer.Option(
            "--graph",
            metavar="GRAPH",
            help="A graph with one input for pictures and an output 'landmarks_68'; the face mesh unless given.",
        ),
    ] = None
    mode: Annotated[
        Literal["tracking", "reacquisition"],
        typer.Option("--mode", help="Look where the face was found before, or detect it in the whole picture."),
    ] = "tracking"
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=4, max=1000, help="How often tracking shows each picture.")
    ] = 5
    failure: Annotated[
        float,
        typer.Option("--failure", metavar="PERCENT", min=0.1, max=1000, help="Error above which a face is a failure."),
    ] = 10.0
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FOLDER", help="Where plot, contact sheets and report.json go.")
    ] = None
    worst: Annotated[
        int, typer.Option("--worst", metavar="N", min=1, max=200, help="How many faces a contact sheet has.")
    ] = 12
    as_json: AsJson = False


Typed = TypeVar("Typed", bound=GraphOptions)


def command_of(options: type[Typed], work: Callable[[Typed], int]) -> Callable[..., None]:
    """A command for Typer that takes the fields of a class; those that commands share come last in its help.

    Args:
        options: The class.
        work: Does what was asked for, and returns the exit status.
    """

    def command(**typed: Any) -> None:
        raise typer.Exit(work(options(**typed)))

    shared = inspect.signature(GraphOptions).parameters
    fields = inspect.signature(options).parameters.values()
    command.__signature__ = inspect.Signature(sorted(fields, key=lambda one: one.name in shared))  # type: ignore[attr-defined]
    return command
