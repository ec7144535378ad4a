"""The files of a graph that another machine needs to load it: graph files and calculators, in one folder."""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from graphflow.bundled import bundled_graphs, is_bundled
from graphflow.corpus.recipe import GraphRecipe

_SKIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class Shipment:
    """A folder with copies, and the recipe for a graph that lies in it.

    What comes with graphflow, or is installed beside it, is not copied: the other machine has it.

    Args:
        recipe: The graph.
        folder: An empty folder.

    Attributes:
        recipe: With names that are relative to the folder.
        origins: Where the parts of the folder have come from, by their relative names.
    """

    def __init__(self, recipe: GraphRecipe, folder: Path) -> None:
        self._folder = folder
        self.origins: dict[str, str] = {}
        files = [os.path.realpath(file) for file in recipe.files()]
        path = recipe.path
        if is_bundled(path):
            path = os.path.relpath(os.path.realpath(path), os.path.realpath(bundled_graphs())).removesuffix(".yaml")
        elif os.path.exists(path):
            path = os.path.join(self._graphs(os.path.dirname(path), "graph", files), os.path.basename(path))
        self.recipe = replace(
            recipe,
            path=path,
            calculators=tuple(self._calculators(name, number) for number, name in enumerate(recipe.calculators)),
            graph_path=tuple(
                self._graphs(home, f"graph_path{number}", files) for number, home in enumerate(recipe.graph_path)
            ),
        )

    def _graphs(self, home: str, place: str, files: Iterable[str]) -> str:
        """Copy those of the files that lie below one folder of the user's."""
        real = os.path.realpath(home)
        (self._folder / place).mkdir(exist_ok=True)
        self.origins[place] = os.path.abspath(home)
        for file in files:
            if file.startswith(real + os.sep):
                self._copy(file, os.path.join(place, os.path.relpath(file, real)))
        return place

    def _calculators(self, name: str, number: int) -> str:
        """Copy a file, a folder or a module with calculators, and say what it is called there."""
        place = f"calculators{number}"
        if os.path.isfile(name):
            self.origins[place] = os.path.dirname(os.path.abspath(name))
            self._copy(name, os.path.join(place, os.path.basename(name)))
            for module in Path(name).parent.glob("*.py"):  # it may import what lies beside it
                self._copy(str(module), os.path.join(place, module.name))
            return os.path.join(place, os.path.basename(name))
        if os.path.isdir(name) and not os.path.exists(os.path.join(name, "__init__.py")):
            self._copy(name, place)
            return place
        if os.path.isdir(name):
            top = os.path.abspath(name)
            while os.path.exists(os.path.join(os.path.dirname(top), "__init__.py")):
                top = os.path.dirname(top)
            self._copy(top, os.path.basename(top))
            return os.path.relpath(name, os.path.dirname(top))
        self._module(name.partition(":")[0].partition(".")[0])
        return name

    def _module(self, name: str) -> None:
        """Copy a module or package that can be imported, unless it is installed."""
        spec = find_spec(name)
        if spec is None or spec.origin is None and not spec.submodule_search_locations:
            return  # loading the graph says so
        place = next(iter(spec.submodule_search_locations or [str(spec.origin)]))
        installed = {os.path.realpath(sysconfig.get_path(kind)) for kind in ("purelib", "platlib", "stdlib")}
        if name != "graphflow" and not any(os.path.realpath(place).startswith(one + os.sep) for one in installed):
            self._copy(place, os.path.basename(place))

    def _copy(self, origin: str, place: str) -> None:
        goal = self._folder / place
        goal.parent.mkdir(parents=True, exist_ok=True)
        if os.path.isdir(origin):
            shutil.copytree(origin, goal, ignore=_SKIPPED, dirs_exist_ok=True)
            self.origins[place] = os.path.abspath(origin)
        else:
            shutil.copyfile(origin, goal)
            if os.sep not in place:
                self.origins[place] = os.path.abspath(origin)
