"""The commands and their options. What they do is in a module each, imported only when the command runs."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from graphflow import __version__
from graphflow.cli import completion
from graphflow.cli.console import put, say
from graphflow.cli.errors import CommandError, ExitStatus
from graphflow.cli.examples import examples
from graphflow.cli.interrupt import end, interrupted
from graphflow.cli.models import models_app
from graphflow.cli.namesake import told_of_file
from graphflow.cli.options import (
    AsJson,
    CalculatorFiles,
    EvaluateOptions,
    GraphName,
    GraphPaths,
    MapOptions,
    PreferGraphPath,
    RunOptions,
    Settings,
    command_of,
)
from graphflow.cli.standard_streams import OutputLost
from graphflow.errors import MissingResource, UnusableFile

app = typer.Typer(
    name="graphflow",
    help="Run, check and draw graphs: YAML files that connect calculators by streams of timestamped packets.",
    epilog=examples(""),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(models_app, name="models")

_COMPUTING = {"run", "evaluate"}
"""The commands in whose process calculators compute; those of ``map`` have processes of their own."""


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
            return app(prog_name="graphflow", standalone_mode=False)  # so that its errors come here
        finally:
            sys.stdout.flush()
    except SystemExit as left:
        return left.code
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except CommandError as error:
        say(f"error: {error}")
        return error.status
    except (MissingResource, UnusableFile) as error:
        say(f"error: {error}")
        return ExitStatus.MISSING if isinstance(error, MissingResource) else ExitStatus.FAILED
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
        from graphflow.cli.usage import explained

        say(explained(error))
    return error.exit_code


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        put(f"graphflow {__version__}")
        raise typer.Exit
    if context.invoked_subcommand not in _COMPUTING:
        # Calculators import NumPy. Threads of its OpenBLAS, and of OpenCV's, would spin for up to 100 ms.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if warning := told_of_file():
        say(warning)


def _run_graph(options: RunOptions) -> int:
    from graphflow.cli.run import run_graph

    return run_graph(options)


def _map_inputs(options: MapOptions) -> int:
    from graphflow.cli.map import map_inputs

    return map_inputs(options)


def _evaluate_graph(options: EvaluateOptions) -> int:
    from graphflow.cli.evaluate import evaluate_graph

    return evaluate_graph(options)


app.command(
    "run",
    epilog=examples("run"),
    help="Run a graph.\n\nResults go to standard output as JSON Lines: the packets of every graph output, unless the "
    "graph has a side packet 'output' to write to, or --save or --print choose others. Ctrl-C once closes every node "
    "and keeps what there is as NAME.part.SUFFIX (a camera's files are complete), twice leaves at once.",
)(command_of(RunOptions, _run_graph))

app.command(
    "map",
    epilog=examples("map"),
    help="Run a graph on many inputs, in processes of their own.\n\nThe results of each input get a folder of its "
    "name below --output-dir, once they are complete. The manifest.jsonl there says what is done: the same command "
    "again does only what is missing or changed. One input that fails stops no other.",
)(command_of(MapOptions, _map_inputs))

app.command(
    "evaluate",
    epilog=examples("evaluate"),
    help="Measure a graph's 68 face points against marked ones.\n\nTRUTH is a folder of pictures with .pts files "
    "beside them (300-W), or dlib's XML file. The measure is the mean distance of the points over the distance of the "
    "eyes. Figures go to standard output; with --output a folder takes them, a cumulative error plot, and contact "
    "sheets of the worst faces and of missed ones.",
)(command_of(EvaluateOptions, _evaluate_graph))


@app.command(epilog=examples("validate"))
def validate(
    graphs: Annotated[
        list[str], typer.Argument(metavar="GRAPH...", help="Graph files or names.", autocompletion=completion.graphs)
    ],
    settings: Settings = None,
    calculators: CalculatorFiles = None,
    graph_path: GraphPaths = None,
    prefer_graph_path: PreferGraphPath = False,
    as_json: AsJson = False,
) -> None:
    """Check graphs: everything that is wrong, in one go, as 'run' would see it."""
    from graphflow.cli.graphs import check_graph
    from graphflow.cli.validate import validate_graphs

    check = partial(
        check_graph,
        settings=settings,
        calculators=calculators,
        graph_path=graph_path,
        prefer_graph_path=prefer_graph_path,
    )
    raise typer.Exit(validate_graphs(graphs, as_json, check))


@app.command(epilog=examples("new"))
def new(
    kind: Annotated[
        Literal["calculator", "graph", "package"],
        typer.Argument(metavar="KIND", help="'calculator', 'graph' or 'package'."),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as 'my_effect' or 'MyEffect'.")],
) -> None:
    """Write a calculator, a graph or a package to begin with, and its tests. Nothing is overwritten.

    A calculator comes with a graph that uses it. A package is a folder to install, whose calculators all graphs find.
    """
    from graphflow.cli.new import write_new

    write_new(kind, name)


@app.command(epilog=examples("viz"))
def viz(
    graph: GraphName,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Draw to .html, .svg, .png or .pdf; or write .dot, .mmd."),
    ] = None,
    expand: Annotated[bool, typer.Option("--expand", help="Draw all subgraphs and switches open.")] = False,
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=0, help="Draw those open that are N deep at most.")
    ] = 0,
    direction: Annotated[
        Literal["TB", "LR"],
        typer.Option("--direction", help="Where arrows lead: from top to bottom, or from left to right."),
    ] = "TB",
    settings: Settings = None,
    calculators: CalculatorFiles = None,
    graph_path: GraphPaths = None,
    prefer_graph_path: PreferGraphPath = False,
) -> None:
    """Draw a graph, also one with errors. Without -o, print it in Graphviz's language.

    'graphflow viz face_mesh_desktop -o graph.html' makes a page for any browser, and needs no Graphviz: subgraphs open
    and close there, and a click on a node shows its options, ports and lines. --depth then says what is open at first.
    """
    from graphflow.cli.draw import draw_graph
    from graphflow.cli.graphs import check_graph

    check = partial(check_graph, graph, settings, calculators, graph_path, prefer_graph_path)
    raise typer.Exit(draw_graph(output, None if expand else depth, direction, calculators, check))


@app.command(epilog=examples("convert"))
def convert(
    graph: GraphName,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write FILE.yaml, FILE.pbtxt or FILE.binarypb."),
    ] = None,
    module: Annotated[
        bool, typer.Option("--module", help="Convert a graph that others include: ports are tags.")
    ] = False,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Write what MediaPipe does not have under its own name.")
    ] = False,
    calculators: CalculatorFiles = None,
    graph_path: GraphPaths = None,
    prefer_graph_path: PreferGraphPath = False,
) -> None:
    """Convert a graph between YAML and MediaPipe's files (.pbtxt, .binarypb). Without -o, print it."""
    from graphflow.cli.convert import convert_graph
    from graphflow.plan.subgraph_files import GraphPath

    folders = GraphPath(tuple(map(str, graph_path or ())), prefer_graph_path)
    status = convert_graph(
        graph, output, module=module, allow_unknown=allow_unknown, calculators=calculators, graph_path=folders
    )
    raise typer.Exit(status)


@app.command(epilog=examples("schema"))
def schema(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to a file, in place of an older one."),
    ] = None,
    calculators: CalculatorFiles = None,
) -> None:
    """Print the JSON Schema of graph files, with which editors complete and check calculators, ports and options.

    For editors with the YAML language server: 'graphflow schema -o graphflow.schema.json', and as the first line of a
    graph file '# yaml-language-server: $schema=graphflow.schema.json'.
    """
    from graphflow.cli.schema import write_schema

    write_schema(output, calculators)


@app.command(epilog=examples("doctor"))
def doctor(as_json: AsJson = False) -> None:
    """Look what is on this machine: packages, clips, windows, cameras, models, GPU. Each trouble comes with its fix.

    The status is 3 if something is missing that graphflow cannot do without.
    """
    from graphflow.cli.doctor import diagnose

    raise typer.Exit(diagnose(as_json))


@app.command("list", epilog=examples("list"))
def list_(calculators: CalculatorFiles = None, as_json: AsJson = False) -> None:
    """List the calculators, payload types, graphs and modules there are."""
    from graphflow.cli.catalogue import list_all

    list_all(calculators, as_json)


@app.command(epilog=examples("inspect"))
def inspect(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A calculator, payload type, graph or module by its name, or a graph file.",
            autocompletion=completion.names,
        ),
    ],
    calculators: CalculatorFiles = None,
    graph_path: GraphPaths = None,
    prefer_graph_path: PreferGraphPath = False,
    as_json: AsJson = False,
) -> None:
    """Describe a calculator, graph or module: ports, options, an example node, and where its source is.

    Of a payload type (Landmarks): what it holds, how it is imported, and which ports send and take it.
    """
    from graphflow.cli.catalogue import inspect_name
    from graphflow.cli.graphs import check_graph

    check = partial(check_graph, name, [], calculators, graph_path, prefer_graph_path)
    inspect_name(name, calculators, as_json, check)
