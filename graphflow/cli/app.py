"""The commands and their options. What they do is in a module each, imported only when the command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from graphflow.cli.console import say
from graphflow.cli.interrupt import end, interrupted
from graphflow.cli.models import models_app
from graphflow.cli.problem import CommandError, ExitStatus
from graphflow.cli.streams import OutputLost
from graphflow.errors import MissingResource, with_help

app = typer.Typer(
    name="graphflow",
    help="Run, check and draw graphs: YAML files that connect calculators by streams of timestamped packets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(models_app, name="models")

GraphName = Annotated[
    str, typer.Argument(metavar="GRAPH", help="A graph file, or the name of a graph that comes with graphflow.")
]
CalculatorFiles = Annotated[
    list[Path] | None,
    typer.Option("--calculators", metavar="FILE.py", help="Bring calculators of your own. Repeatable."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NODE.OPTION=VALUE", help="Set an option of a node. Repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AllowFiles = Annotated[
    bool,
    typer.Option("--allow-files", help="Let the graph file write any file, and read those outside of its folder."),
]


def main() -> None:
    """Run the command line and leave with its status."""
    status = _run()
    if (stopped := interrupted()) is not None:
        end(stopped)  # taking Python down takes a while, too
    sys.exit(status)


def _run() -> Any:
    """The status of the command, whatever way it ended."""
    try:
        try:
            return app(standalone_mode=False)  # so that its errors come here
        finally:
            sys.stdout.flush()
    except SystemExit as left:
        return left.code
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except CommandError as error:
        say(f"error: {error}")
        return error.status
    except MissingResource as error:
        say(f"error: {error}")
        return ExitStatus.MISSING
    except OutputLost as error:
        if not str(error):  # whoever read it has left, and wants no more
            return ExitStatus.FINE
        say(f"error: standard output cannot be written: {error}")
        return ExitStatus.FAILED
    except Exception as error:
        if hasattr(error, "format_message"):  # Typer's errors, whose classes are private
            return _usage(error)
        raise


def _usage(error: Any) -> Any:
    """Tell a mistake of the command line. The status comes from Typer."""
    if type(error).__name__ != "NoArgsIsHelpError":  # then it has shown the help
        path = error.ctx.command_path if getattr(error, "ctx", None) else "graphflow"
        say(with_help(f"error: {error.format_message()}", f"'{path} --help' shows what can be given"))
    return error.exit_code


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        from graphflow.cli.catalogue import print_version

        print_version()
        raise typer.Exit


@app.command(
    help="Run a graph.\n\nResults go to standard output as JSON Lines: the packets of every graph output, unless the "
    "graph has a side packet 'output' to write to, or --save or --print choose others. Ctrl-C once closes every node "
    "and keeps what there is as NAME.part.SUFFIX (a camera's files are complete), twice leaves at once."
)
def run(
    graph: GraphName,
    input: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="VALUE",
            help="The side packet 'input', as it stands: no quotes or lists. A camera's number is one, './0' a file.",
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", metavar="VALUE", help="The side packet 'output', as it stands.")
    ] = None,
    side: Annotated[
        list[str] | None, typer.Option("--side", metavar="NAME=VALUE", help="Any other side packet. Repeatable.")
    ] = None,
    settings: Settings = None,
    calculators: CalculatorFiles = None,
    save: Annotated[
        list[str] | None,
        typer.Option(
            "--save",
            metavar="STREAM=FILE",
            help="Write a stream to a .jsonl, .csv or .npz file, a row a frame. Repeatable.",
        ),
    ] = None,
    save_format: Annotated[
        str,
        typer.Option(
            "--save-format", metavar="FORM", help="What --save writes: tfjs for faces as TensorFlow.js has them."
        ),
    ] = "",
    show: Annotated[
        list[str] | None,
        typer.Option("--print", metavar="STREAM", help="Print a stream, a row a packet. Repeatable."),
    ] = None,
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Let files take their names also if the run fails or is stopped.")
    ] = False,
    codec: Annotated[
        str | None, typer.Option("--codec", metavar="CODEC", help="Of a video file: mp4v, or h264 for browsers (PyAV).")
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, max=1000, help="Run nodes on N threads.")
    ] = None,
    max_frames: Annotated[
        int | None, typer.Option("--max-frames", metavar="N", min=1, help="Stop after N frames of the source.")
    ] = None,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Play a file at its own pace, and drop what comes too fast, as a camera.")
    ] = False,
    loop: Annotated[bool, typer.Option("--loop", help="Begin a file again at its end.")] = False,
    allow_truncated: Annotated[
        bool, typer.Option("--allow-truncated", help="Take a file that is cut off or damaged for whole.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", help="How long a server may take to answer.")
    ] = None,
    reconnect: Annotated[
        float | None, typer.Option("--reconnect", metavar="SECONDS", help="Try a lost camera or stream for so long.")
    ] = None,
    output_dir: Annotated[
        Path | None,
        typer.Option("--output-dir", metavar="FOLDER", help="Let the graph file write where it says, below FOLDER."),
    ] = None,
    allow_files: AllowFiles = False,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="Let the graph file fetch from the addresses that stand in it.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not fetch models that are not here.")] = False,
    require_gpu: Annotated[
        bool, typer.Option("--require-gpu", help="Fail where a model that should run on the GPU cannot.")
    ] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Measure each node, and say so at the end.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show whole tracebacks, all counters, and what libraries print.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Run a graph."""
    from graphflow.cli.run import RunOptions, run_graph

    options = RunOptions(
        graph=graph,
        side_packets=side or [],
        input=input,
        output=output,
        settings=settings or [],
        calculators=calculators or [],
        save=save or [],
        save_format=save_format,
        show=show or [],
        keep_partial=keep_partial,
        codec=codec,
        threads=threads,
        max_frames=max_frames,
        realtime=realtime,
        loop=loop,
        allow_truncated=allow_truncated,
        timeout=timeout,
        reconnect=reconnect,
        output_dir=output_dir,
        allow_files=allow_files,
        allow_network=allow_network,
        offline=offline,
        require_gpu=require_gpu,
        stats=stats,
        verbose=verbose,
        quiet=quiet,
    )
    raise typer.Exit(run_graph(options))


@app.command(
    help="Measure a graph's 68 face points against marked ones.\n\nTRUTH is a folder of pictures with .pts files "
    "beside them (300-W), or dlib's XML file. The measure is the mean distance of the points over the distance of the "
    "eyes. Figures go to standard output; with --output a folder takes them, a cumulative error plot, and contact "
    "sheets of the worst faces and of missed ones."
)
def evaluate(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="A folder with .pts files, or dlib's XML.")],
    graph: Annotated[
        str | None,
        typer.Option(
            "--graph",
            metavar="GRAPH",
            help="A graph with one input for pictures and an output 'landmarks_68'; the face mesh unless given.",
        ),
    ] = None,
    mode: Annotated[
        Literal["tracking", "reacquisition"],
        typer.Option("--mode", help="Look where the face was found before, or detect it in the whole picture."),
    ] = "tracking",
    repeat: Annotated[
        int, typer.Option("--repeat", metavar="N", min=4, max=1000, help="How often tracking shows each picture.")
    ] = 5,
    failure: Annotated[
        float,
        typer.Option("--failure", metavar="PERCENT", min=0.1, max=1000, help="Error above which a face is a failure."),
    ] = 10.0,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FOLDER", help="Where plot, contact sheets and report.json go.")
    ] = None,
    worst: Annotated[
        int, typer.Option("--worst", metavar="N", min=1, max=200, help="How many faces a contact sheet has.")
    ] = 12,
    side: Annotated[
        list[str] | None, typer.Option("--side", metavar="NAME=VALUE", help="A side packet. Repeatable.")
    ] = None,
    settings: Settings = None,
    calculators: CalculatorFiles = None,
    as_json: AsJson = False,
    allow_files: AllowFiles = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not fetch models that are not here.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show whole tracebacks.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Measure a graph's 68 face points against marked ones."""
    from graphflow.cli.evaluate import EvaluateOptions, evaluate_graph

    options = EvaluateOptions(
        truth=truth,
        mode=mode,
        graph=graph,
        repeat=repeat,
        failure=failure,
        output=output,
        worst=worst,
        side_packets=side or [],
        settings=settings or [],
        calculators=calculators or [],
        as_json=as_json,
        allow_files=allow_files,
        offline=offline,
        verbose=verbose,
        quiet=quiet,
    )
    raise typer.Exit(evaluate_graph(options))


@app.command()
def validate(
    graphs: Annotated[list[str], typer.Argument(metavar="GRAPH...", help="Graph files or names.")],
    settings: Settings = None,
    calculators: CalculatorFiles = None,
    as_json: AsJson = False,
) -> None:
    """Check graphs: everything that is wrong, in one go, as 'run' would see it."""
    from graphflow.cli.validate import validate_graphs

    raise typer.Exit(validate_graphs(graphs, settings or [], calculators or [], as_json))


@app.command()
def viz(
    graph: GraphName,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Draw to .svg, .png or .pdf; or write .dot, .mmd."),
    ] = None,
    expand: Annotated[bool, typer.Option("--expand", help="Draw subgraphs open.")] = False,
    settings: Settings = None,
    calculators: CalculatorFiles = None,
) -> None:
    """Draw a graph, also one with errors. Without -o, print it in Graphviz's language."""
    from graphflow.cli.draw import draw_graph

    raise typer.Exit(draw_graph(graph, output, expand, settings or [], calculators or []))


@app.command("list")
def list_(calculators: CalculatorFiles = None, as_json: AsJson = False) -> None:
    """List the calculators, graphs and modules there are."""
    from graphflow.cli.catalogue import list_all

    list_all(calculators or [], as_json)


@app.command()
def inspect(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A calculator, graph or module by its name, or a graph file.")
    ],
    calculators: CalculatorFiles = None,
    as_json: AsJson = False,
) -> None:
    """Describe a calculator, graph or module: ports, options, an example node, and where its source is."""
    from graphflow.cli.catalogue import inspect_name

    inspect_name(name, calculators or [], as_json)
