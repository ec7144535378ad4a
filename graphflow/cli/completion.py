"""What the shell offers after Tab: graphs, calculators, streams, side packets and options.

Nothing here may fail or write anything: a graph that cannot be checked offers nothing. Typer writes the shell's part.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.plan.plan import GraphPlan

Offers = Iterable[tuple[str, str]]
"""What may be typed, and what it is."""


def _quiet(offers: Callable[..., Offers]) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    """What begins with what is typed; nothing where anything is wrong."""

    def completed(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        try:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                # An option that waits for its value ends Typer's reading before it comes to the arguments.
                given = ctx.params | ({} if ctx.params.get("graph") else {"graph": next(iter(ctx.args), None)})
                return [(word, help) for word, help in offers(given, incomplete) if word.startswith(incomplete)]
        except Exception:  # whatever user code raises, the shell's line must not be spoilt
            return []

    return completed


@_quiet
def graphs(given: dict[str, Any], incomplete: str) -> Offers:
    """Graphs and modules by name, and graph files."""
    from graphflow.bundled import graphs_by_name, modules_by_name

    yield from ((name, "graph") for name in graphs_by_name())
    yield from ((name, "module") for name in modules_by_name())
    yield from _files(incomplete)


@_quiet
def names(given: dict[str, Any], incomplete: str) -> Offers:
    """What `inspect` knows: calculators and payload types, too."""
    from graphflow.bundled import graphs_by_name, modules_by_name
    from graphflow.cli.describe_type import payload_types
    from graphflow.cli.graphs import registry_with
    from graphflow.cli.project import with_those_of_project

    calculators = with_those_of_project(given.get("calculators"))
    yield from ((listing.name, listing.summary) for listing in registry_with(calculators).names())
    yield from ((name, "payload type") for name in payload_types())
    yield from ((name, "graph") for name in graphs_by_name())
    yield from ((name, "module") for name in modules_by_name())
    yield from _files(incomplete)


@_quiet
def streams(given: dict[str, Any], incomplete: str) -> Offers:
    """Streams, for ``--print``."""
    return ((name, kind) for name, kind in _streams(_plan(given)))


@_quiet
def saved_streams(given: dict[str, Any], incomplete: str) -> Offers:
    """Streams, with the file that is to take them, for ``--save``."""
    from graphflow.rows import FORMATS

    name, equals, _ = incomplete.partition("=")
    endings = FORMATS if equals else ("",)
    found = [(stream, kind) for stream, kind in _streams(_plan(given)) if not equals or stream == name]
    for stream, kind in found:
        file = stream.rpartition("/")[2] if equals else ""
        yield from ((f"{stream}={file}{ending}", kind) for ending in endings)


@_quiet
def options(given: dict[str, Any], incomplete: str) -> Offers:
    """Options of nodes and of the graph, with the values that are the only ones, for ``--set``."""
    graph = _checked(given)
    for graph_option in graph.config.options if graph.config else ():
        yield f"{graph_option.name.value}=", graph_option.help
    for node in graph.plan.nodes if graph.plan else ():
        for name, option in node.contract.options.items():
            values = [str(choice) for choice in option.choices] or [""]
            yield from ((f"{node.name}.{name}={value}", option.doc) for value in values)


@_quiet
def side_packets(given: dict[str, Any], incomplete: str) -> Offers:
    """Side packets that come from outside, for ``--side``."""
    return ((f"{name}=", packet.help) for name, packet in _plan(given).side_packets.items() if packet.producer < 0)


def _checked(given: dict[str, Any]) -> CheckedGraph:
    """The graph that is on the command line already."""
    from graphflow.cli.graphs import check_graph
    from graphflow.cli.project import with_those_of_project

    calculators = with_those_of_project(given.get("calculators"))
    return check_graph(given["graph"], [], calculators, given.get("graph_path"), bool(given.get("prefer_graph_path")))


def _plan(given: dict[str, Any]) -> GraphPlan:
    plan = _checked(given).plan
    assert plan
    return plan


def _streams(plan: GraphPlan) -> Iterator[tuple[str, str]]:
    """The graph's outputs first."""
    from graphflow.annotations import type_name

    order = [*plan.outputs, *(number for number in range(len(plan.streams)) if number not in plan.outputs)]
    return ((plan.streams[number].name, type_name(plan.streams[number].type)) for number in order)


def _files(incomplete: str) -> Iterator[tuple[str, str]]:
    """Graph files, and folders, as they are being typed."""
    from graphflow.plan.subgraph_files import SUFFIXES

    folder, slash, _ = incomplete.rpartition("/")
    for path in sorted(Path(folder or (slash or ".")).iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            yield f"{folder}{slash}{path.name}/", "folder"
        elif path.suffix in SUFFIXES:
            yield f"{folder}{slash}{path.name}", "file"
