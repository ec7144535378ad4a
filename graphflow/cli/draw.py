"""``graphflow viz``: a picture of a graph, also of one with errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.cli.console import put, say
from graphflow.cli.errors import ExitStatus, UsageError, refused
from graphflow.config.render import render

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.viz.labels import Direction


def draw_graph(
    output: Path | None,
    depth: int | None,
    direction: Direction,
    calculators: Sequence[Path] | None,
    check: Callable[[], CheckedGraph],
) -> int:
    """Print a graph in Graphviz's language, or draw it to a file. The status is 2 if the graph has errors.

    Args:
        output: The file; None to print.
        depth: How many subgraphs are drawn open within each other; None for all.
        direction: Where arrows lead.
        calculators: Files with calculators, which the drawing must not replace.
        check: Checks the graph.

    Raises:
        UsageError: The drawing cannot have that name, or is too large.
        MissingResource: The program that draws is not installed.
        UnusableFile: The file cannot be written.
    """
    from graphflow.plan.file_use import FileUse, refuse_replacing
    from graphflow.viz import render as drawing
    from graphflow.viz.dot import to_dot
    from graphflow.viz.draft import draft

    if output is not None and output.suffix.lower() not in drawing.SUFFIXES:
        raise UsageError(f"'{output}': a drawing can end in {', '.join(drawing.SUFFIXES)}")
    graph = check()
    if output is not None:
        with refused("give the drawing another name"):
            refuse_replacing(
                [FileUse("the command", path) for path in (*map(Path, graph.sources), *(calculators or ()))],
                [FileUse("-o", output)],
            )
    if graph.diagnostics:
        say(render(graph.diagnostics, graph.sources))
    if graph.config is None:
        return ExitStatus.USAGE
    if output is None:
        put(to_dot(draft(graph, depth), direction).rstrip("\n"))
    else:
        try:
            drawing.write(graph, output, depth, direction)
        except drawing.TooLarge as error:
            raise UsageError(str(error)) from error
    return ExitStatus.USAGE if graph.wrong else ExitStatus.FINE
