"""How another process comes to a graph: in plain values, which travel as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from graphflow.bundled import bundled_graph
from graphflow.calculator import Calculator
from graphflow.calculator_files import is_of_file
from graphflow.checking import CheckedGraph, check_file
from graphflow.graph import Graph
from graphflow.introspect import class_place
from graphflow.own_calculators import absolute
from graphflow.plan.options import Override
from graphflow.plan.subgraph_files import GraphPath
from graphflow.registry import Given, Registry
from graphflow.rows import to_json
from graphflow.values import plain
from graphflow.video_around import with_video_around


@dataclass(frozen=True, slots=True)
class GraphRecipe:
    """A graph file, and what `Graph.load` is to be given with it.

    Attributes:
        path: The file, or the name of a graph that comes with graphflow.
        options: By ``node.option``, or by the name of a graph option.
        calculators: Python files, folders and modules, each with all calculators in it; or ``module:Class``.
        graph_path: Folders with more subgraphs.
        prefer_graph_path: They win over the graphs that come with graphflow.
    """

    path: str
    options: Mapping[str, Any] = field(default_factory=dict)
    calculators: tuple[str, ...] = ()
    graph_path: tuple[str, ...] = ()
    prefer_graph_path: bool = False

    @classmethod
    def of(
        cls,
        graph: str | os.PathLike[str] | Graph,
        calculators: Iterable[Given] = (),
        options: Mapping[str, Any] | None = None,
    ) -> GraphRecipe:
        """From what a program has.

        Args:
            graph: A file, a name, or a graph that was loaded, with what it was loaded with.
            calculators: As for `Graph.load`, in addition.
            options: As for `Graph.load`, in addition.

        Raises:
            TypeError: The graph is no file.
        """
        own = {key: plain(value) for key, value in (options or {}).items()}
        if not isinstance(graph, Graph):
            path = os.path.abspath(graph) if os.path.exists(graph) else os.fspath(graph)
            return cls(path, own, tuple(_name_of(one) for one in calculators))
        had = graph.loaded_with
        if had is None:
            raise TypeError("workers load the graph themselves: give a file, or a Graph from Graph.load")
        values = {
            f"{one.node}.{one.option}" if one.node else one.option: to_json(one.value.value) for one in had["options"]
        }
        return cls(
            had["path"],
            values | own,
            tuple(dict.fromkeys(_name_of(one) for one in (*had["calculators"], *calculators))),
            tuple(map(os.fspath, had["graph_path"])),
            had["prefer_graph_path"],
        )

    def load(self) -> Graph:
        """The graph; one that is to be fed with frames, as MediaPipe's are, has a source and a sink around it.

        Raises:
            GraphConfigError: The file is wrong.
            CalculatorFileError: A file with calculators cannot be used.
        """
        return Graph._from(self._checked())

    def files(self) -> list[str]:
        """The graph files: its own and those of subgraphs.

        Raises:
            CalculatorFileError: A file with calculators cannot be used.
        """
        return list(self._checked().sources)

    def _checked(self) -> CheckedGraph:
        path = self.path if os.path.exists(self.path) else bundled_graph(self.path) or self.path
        registry = Registry([_named(name) for name in self.calculators])
        overrides = [Override.of(key, value) for key, value in self.options.items()]
        return check_file(
            path, registry, overrides, GraphPath(self.graph_path, self.prefer_graph_path), with_video_around
        )


def _name_of(calculator: Given) -> str:
    """The file of a class that only this program knows by name; else where it can be imported from."""
    if isinstance(calculator, str | os.PathLike):
        return os.fspath(absolute(calculator))
    module = calculator.__module__
    if module == "__main__" or is_of_file(module):
        return os.path.abspath(class_place(calculator)[0])
    return f"{module}:{calculator.__qualname__}"


def _named(name: str) -> Given:
    module, colon, qualified = name.rpartition(":")
    if not colon or name.endswith(".py") or os.path.exists(name):
        return name
    found: Any = import_module(module)
    for part in qualified.split("."):
        found = getattr(found, part)
    calculator: type[Calculator] = found
    return calculator
