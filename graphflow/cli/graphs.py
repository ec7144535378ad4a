"""Finding and checking the graph that a command is about: one way for ``run``, ``validate`` and ``viz``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.bundled import bundled_graph, graphs_by_name, modules_by_name
from graphflow.cli.arguments import parse_value, split_pair
from graphflow.cli.errors import UsageError
from graphflow.config.diagnostics import did_you_mean
from graphflow.plan.subgraph_files import SUFFIXES

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.config.model import GraphConfig
    from graphflow.registry import Registry


class NoGraph(UsageError):
    """There is no graph of a name that was typed."""


def file_of(name: str) -> str:
    """The file that a user means: a path, or the name of a graph or module that comes with graphflow.

    Raises:
        NoGraph: There is neither.
    """
    if name.endswith(".py"):
        raise NoGraph(f"'{name}' is a Python file, not a graph", f"name the graph, and add --calculators {name}")
    if Path(name).exists():
        return name
    if found := bundled_graph(name):
        return str(found)
    bundled = [*graphs_by_name(), *modules_by_name()]
    folder = Path(name).parent
    here = sorted(str(path) for path in folder.iterdir() if path.suffix in SUFFIXES) if folder.is_dir() else []
    match = did_you_mean(name, [*here, *bundled]) or did_you_mean(Path(name).stem, bundled)
    help = f"did you mean '{match}'?" if match else "'graphflow list' shows the graphs that come with graphflow"
    raise NoGraph(f"there is no graph file or bundled graph '{name}'", help)


def registry_with(files: Sequence[Path] | None) -> Registry:
    """The calculators there are, with those that ``--calculators`` brings.

    Raises:
        UsageError: Some of them cannot be used.
    """
    from graphflow.calculator_files import CalculatorFileError
    from graphflow.registry import CalculatorLookupError, Registry

    try:
        return Registry(files or ())
    except (CalculatorFileError, CalculatorLookupError) as error:
        raise UsageError(error.message, error.help) from error


def check_graph(
    name: str,
    settings: Sequence[str] | None,
    calculators: Sequence[Path] | None,
    graph_path: Sequence[Path] | None = None,
    prefer_graph_path: bool = False,
    prepare: Callable[[GraphConfig], GraphConfig] | None = None,
) -> CheckedGraph:
    """Read a graph and find out everything that is wrong with it.

    Args:
        name: A path, or the name of a bundled graph.
        settings: What ``--set`` gave: ``node.option=value``.
        calculators: What ``--calculators`` gave.
        graph_path: What ``--graph-path`` gave: folders with subgraphs.
        prefer_graph_path: They win over the graphs that come with graphflow.
        prepare: As for `check_file`.

    Raises:
        NoGraph: There is none of that name.
        UsageError: The command line itself is wrong.
    """
    from graphflow.checking import check_file
    from graphflow.plan.options import Override
    from graphflow.plan.subgraph_files import GraphPath

    path = file_of(name)
    overrides = []
    for setting in settings or ():
        key, value = split_pair(setting, "--set", "NODE.OPTION=VALUE")
        overrides.append(Override.of_setting(key, parse_value(value, f"--set {key}"), value))
    folders = GraphPath(tuple(map(str, graph_path or ())), prefer_graph_path)
    return check_file(path, registry_with(calculators), overrides, folders, prepare)
