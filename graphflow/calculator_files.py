"""The Python files that hold calculators: finding them by name, reading them without import, and loading a user's own.

Nothing of a package is imported to learn what is in it: folders are listed, and text is parsed.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import linecache
import os
import re
import sys
import traceback
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from graphflow import introspect
from graphflow.calculator import Calculator
from graphflow.errors import Advice, GraphflowError

# What to install for a module that is missing, where the distribution has another name.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "ai_edge_litert": "ai-edge-litert",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}
# Libraries that the wheel of opencv-python takes from the system.
_OPENCV_NEEDS = ("libGL.so", "libgthread-2.0.so", "libglib-2.0.so", "libxcb.so")
_OF_FILE = "_graphflow_file_"


def is_of_file(module: str) -> bool:
    """Whether a module is a file that was loaded by its path, which nobody can import by that name."""
    return module.startswith(_OF_FILE)


class CalculatorFileError(Advice, GraphflowError):
    """A file given with ``--calculators`` cannot be used. The message starts with ``file:line:`` where there is one."""


@dataclass(frozen=True)
class CalculatorFile:
    """One module of a calculator package, not imported yet."""

    module: str
    path: str
    key: str
    """The file name as names are compared: without underscores, in lower case."""
    package: str

    @functools.cached_property
    def _definition(self) -> tuple[ast.ClassDef | None, ast.Module | None]:
        """The class whose name fits the file's, and the whole module."""
        try:
            tree = ast.parse(Path(self.path).read_bytes())
        except (OSError, SyntaxError, ValueError):
            return None, None
        classes = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases)
        found = next((node for node in classes if name_key(node.name) == self.key), None)
        return found if found and self._may_be_calculator(found, tree) else None, tree

    def _may_be_calculator(self, found: ast.ClassDef, tree: ast.Module) -> bool:
        """Whether its module imports the framework, as payload types do not; or its base is such a class."""
        if _imports_graphflow(tree):
            return True
        bases = {base.id for base in found.bases if isinstance(base, ast.Name)}
        homes = {
            node.module
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and bases & {alias.asname or alias.name for alias in node.names}
        }
        return any(file.class_name in bases for file in files_of(self.package) if file.module in homes - {self.module})

    @property
    def class_name(self) -> str:
        """Name of the calculator in this file, by its text; empty if there is none."""
        definition, _ = self._definition
        return definition.name if definition else ""

    @property
    def overrides(self) -> bool:
        """Whether the class says ``override = True``: it may stand for a built-in calculator of its name."""
        definition, _ = self._definition
        for line in definition.body if definition else ():
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            value = getattr(line, "value", None)
            if isinstance(value, ast.Constant) and value.value is True:
                return any(isinstance(target, ast.Name) and target.id == "override" for target in targets)
        return False

    def defines(self, name: str) -> bool:
        """Whether a class of that name stands anywhere at the top of the file."""
        return name in self._classes

    @functools.cached_property
    def _classes(self) -> frozenset[str]:
        _, tree = self._definition
        return frozenset(node.name for node in (tree.body if tree else ()) if isinstance(node, ast.ClassDef))

    @functools.cached_property
    def imports_framework(self) -> bool:
        """Whether the file may define calculators at all; payload types know nothing of them."""
        _, tree = self._definition
        return tree is not None and _imports_graphflow(tree)

    @property
    def place(self) -> str:
        """``file:line`` of the class."""
        definition, _ = self._definition
        return f"{introspect.shown_path(self.path)}:{definition.lineno if definition else 1}"

    @functools.cached_property
    def summary(self) -> str:
        """First line of the class's docstring, else of the module's."""
        for node in self._definition:
            if node is not None and (text := ast.get_docstring(node)):
                return text.split("\n")[0]
        return ""

    def explain(self, error: BaseException) -> tuple[str, str]:
        """Why importing this file failed, in one sentence with a place, and what to do."""
        return explain_import(error, self.path)


def _imports_graphflow(tree: ast.Module) -> bool:
    """Whether a module can define calculators at all: payload types know nothing of the framework."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return any(f"{name}.".startswith("graphflow.") and not name.startswith("graphflow.calculators") for name in names)


def name_key(name: str) -> str:
    """How names of classes and files are compared."""
    return name.replace("_", "").casefold()


def file_name(name: str) -> str:
    """The usual file name for a class: ``flow_limiter.py``, ``http_source.py``."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return f"{'_'.join(words).lower()}.py"


_TYPES = "payload types that are not in graphflow itself are in graphflow.calculators.types"


@functools.cache
def files_of(package: str) -> tuple[CalculatorFile, ...]:
    """Those that a package had when this was first asked: an installed one does not change while a program runs."""
    return present_files_of(package)


def present_files_of(package: str) -> tuple[CalculatorFile, ...]:
    """The modules of a package and of all folders below it, without importing any; empty if it cannot be found."""
    try:
        roots = _locations(package)
    except ImportError:
        return ()
    files = []
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name.isidentifier() and name != "__pycache__")
            parents = (package, *Path(folder).relative_to(root).parts)
            for name in sorted(names):
                stem, suffix = os.path.splitext(name)
                if suffix == ".py" and stem.isidentifier() and not stem.startswith("_"):
                    files.append(
                        CalculatorFile(".".join((*parents, stem)), os.path.join(folder, name), name_key(stem), package)
                    )
    return tuple(files)


def import_failure(package: str) -> str:
    """Why the files of a package cannot be listed; empty if they can."""
    try:
        _locations(package)
    except ImportError as error:
        return str(error)
    return ""


def _locations(package: str) -> list[str]:
    """The folders of a package. ``find_spec`` alone would import the parents of a dotted name.

    Raises:
        ImportError: There is no such package.
    """
    top, *rest = package.split(".")
    try:
        spec = importlib.util.find_spec(top)
        full = top
        for part in rest:
            full = f"{full}.{part}"
            spec = _found(full, spec.submodule_search_locations) if spec else None
    except Exception as error:  # an import hook of somebody else's, or a package without a spec
        raise ImportError(f"{type(error).__name__}: {error}") from error
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"there is no package '{package}'")
    return list(spec.submodule_search_locations)


def _found(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """A module as all finders see it: an editable install may have one of its own for packages that lie elsewhere."""
    return next((spec for finder in sys.meta_path if (spec := finder.find_spec(name, path))), None)


def load_calculators_file(path: str | os.PathLike[str]) -> list[type[Calculator]]:
    """Run a user's Python file and return the calculators that it defines, in order.

    The file becomes a module of a private name, so that it shadows nothing. Its folder is added at the end of
    ``sys.path``, so that files beside it can be imported as if it had been started by ``python``.

    Raises:
        CalculatorFileError: The file cannot be read or run, or defines no calculator.
    """
    file = Path(path)
    shown = os.fspath(path)
    if not file.is_file():
        kind = "is a folder" if file.is_dir() else "does not exist"
        named = f"{shown}.py" if Path(f"{shown}.py").is_file() else ""
        help = f"did you mean '{named}'?" if named else "--calculators takes a Python file, a folder or a module"
        raise CalculatorFileError(f"{shown}: the calculators file {kind}", help)
    full = str(file.resolve())
    name = f"{_OF_FILE}{file.stem}_{zlib.crc32(os.fsencode(full)):08x}"
    spec = importlib.util.spec_from_file_location(name, full)
    if spec is None or spec.loader is None:
        raise CalculatorFileError(f"{shown}: this is not a Python file", "its name must end in .py")
    if (folder := os.path.dirname(full)) not in sys.path:
        sys.path.append(folder)
    linecache.checkcache(full)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # the user's file may do anything
        sys.modules.pop(name, None)
        raise CalculatorFileError(*explain_import(error, full, shown)) from error
    classes = classes_of(module)  # not by name: another thread may be running the file, too
    if not classes:
        sys.modules.pop(name, None)
        raise CalculatorFileError(f"{shown}: the file defines no calculator", "write 'class Mine(Calculator): ...'")
    return classes


def classes_of(module: ModuleType) -> list[type[Calculator]]:
    """The calculators that a module which has been imported defines itself, in order."""
    classes = (value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Calculator))
    return list(dict.fromkeys(cls for cls in classes if cls.__module__ == module.__name__))


def explain_import(error: BaseException, path: str, shown: str = "") -> tuple[str, str]:
    """Why running a file failed, as one sentence that starts with the line, and what to do.

    Args:
        error: What importing raised.
        path: The file; its innermost line in the traceback is named.
        shown: How to spell the path, if not relative to the working directory.
    """
    if isinstance(error, SyntaxError) and error.filename:
        same = error.filename == path
        file = shown if same and shown else introspect.shown_path(error.filename)
        return f"{file}:{error.lineno}: {type(error).__name__}: {error.msg}", ""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    place = f"{shown or introspect.shown_path(path)}{f':{lines[-1]}' if lines else ''}"
    help = ""
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.partition(".")[0]
        help = f"install it: pip install {_DISTRIBUTIONS.get(top, top)}"
    elif isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "graphflow":
        found = re.search(r"cannot import name '(\w+)'", str(error))
        here = found is not None and hasattr(importlib.import_module("graphflow"), found[1])
        help = f"write 'from graphflow import {found[1]}'" if found and here else _TYPES
    elif isinstance(error, ImportError) and str(error).startswith("attempted relative import"):
        help = "write the import without its dot: a file that lies beside this one is found by its name"
    elif isinstance(error, ImportError) and str(error).startswith(_OPENCV_NEEDS):
        help = "OpenCV needs system packages: apt-get install libgl1 libglib2.0-0, or dnf install mesa-libGL glib2"
    return f"{place}: {type(error).__name__}: {error}", help
