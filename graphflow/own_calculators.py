"""Calculators that are in no installed plug-in: files, folders and importable modules that ``--calculators`` brings.

A file is run as it is. Of a folder only those files are run whose text has a calculator; the others may be programs.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from graphflow.calculator import Calculator
from graphflow.calculator_files import (
    CalculatorFileError,
    classes_of,
    explain_import,
    import_failure,
    load_calculators_file,
    present_files_of,
)

Source = str | os.PathLike[str]
"""The path of a Python file or a folder, or the name of a module."""

_NO_CALCULATORS = ("setup.py", "conftest.py")
_HELP = "write 'class Mine(Calculator): ...' into a file in it"


def load_calculators(sources: Iterable[Source]) -> list[type[Calculator]]:
    """The calculators of files, folders and modules. What two of them name is run once.

    Raises:
        CalculatorFileError: There is nothing of a name, it cannot be run, or it defines no calculator.
    """
    classes: list[type[Calculator]] = []
    done: set[str] = set()
    for source in sources:
        path = Path(source)
        if path.is_dir():
            classes += _of_package(path) if (path / "__init__.py").exists() else _of_folder(path, done)
        elif path.exists() or path.suffix == ".py" or not _is_module_name(os.fspath(source)):
            classes += _of_file(path, done)
        else:
            classes += _of_module(os.fspath(source))
    return list(dict.fromkeys(classes))


def absolute(source: Source) -> Source:
    """What means the same from another working directory."""
    return os.path.abspath(source) if os.path.exists(source) else source


def _of_file(path: Path, done: set[str]) -> list[type[Calculator]]:
    real = os.path.realpath(path)
    if real in done:
        return []
    done.add(real)
    return load_calculators_file(path)


def _of_folder(folder: Path, done: set[str]) -> list[type[Calculator]]:
    """Those of the files right in it, each on its own."""
    files = _with_calculators(sorted(folder.glob("*.py")))
    if not files:
        raise CalculatorFileError(f"{folder}: no file in the folder defines a calculator", _HELP)
    return [cls for path in files for cls in _of_file(path, done)]


def _of_package(folder: Path) -> list[type[Calculator]]:
    """Those of a folder with an ``__init__.py``: it is imported by its name."""
    parent, names = folder.resolve().parent, [folder.resolve().name]
    while (parent / "__init__.py").exists():
        parent, names = parent.parent, [parent.name, *names]
    if str(parent) not in sys.path:
        sys.path.append(str(parent))
        importlib.invalidate_caches()
    name = ".".join(names)
    spec = importlib.util.find_spec(names[0]) if names[0].isidentifier() else None
    places = list(spec.submodule_search_locations or [spec.origin or ""]) if spec else []
    top = parent / names[0]
    if not any(os.path.realpath(place) == os.path.realpath(top) for place in places):
        other = f": Python finds {places[0]} under that name" if places else ""
        help = (
            "rename the folder, or install it in place of that one: pip install -e ." if places else "rename the folder"
        )
        raise CalculatorFileError(f"{folder}: the package '{names[0]}' cannot be imported{other}", help)
    return _of_module(name, str(folder))


def _of_module(name: str, shown: str = "") -> list[type[Calculator]]:
    """Those of a module; of a package, of all modules in it whose text has a calculator."""
    shown = shown or name
    if import_failure(name):  # no package
        return _imported(name, shown)
    modules = {Path(file.path): file.module for file in present_files_of(name)}
    files = _with_calculators(modules)
    if not files:
        raise CalculatorFileError(f"{shown}: no file of the package defines a calculator", _HELP)
    return [cls for path in files for cls in _imported(modules[path], str(path))]


def _imported(name: str, shown: str) -> list[type[Calculator]]:
    """Import a module, and return what calculators it defines."""
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:  # the user's module may do anything
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            help = _file_meant(name) or "--calculators takes a Python file, a folder, or a module that can be imported"
            raise CalculatorFileError(f"{shown}: there is no file, folder or module of that name", help) from None
        raise CalculatorFileError(*explain_import(error, shown)) from error
    classes = classes_of(module)
    if not classes:
        raise CalculatorFileError(f"{shown}: the module defines no calculator", "write 'class Mine(Calculator): ...'")
    return classes


def _file_meant(name: str) -> str:
    """What to write for a word that is no module: a file here of that name, or one that has a class of that name."""
    if Path(f"{name}.py").is_file():
        return f"did you mean '{name}.py'?"
    for path in sorted(Path().glob("*.py")) if name.isidentifier() else ():
        if path.is_file() and re.search(rf"^class {name}\b", path.read_text("utf-8", "replace"), re.MULTILINE):
            return f"'{path}' has a class of that name: write --calculators {path}"
    return ""


def _with_calculators(paths: Iterable[Path]) -> list[Path]:
    """The files whose text has a class that derives from Calculator, and those that are no Python, to be told."""
    bases: dict[Path, dict[str, set[str]]] = {}
    broken = []
    for path in paths:
        if path.name in _NO_CALCULATORS or path.name.startswith(("test_", "_")):
            continue
        if not path.is_file():  # a pipe would be waited for, a device read for ever
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested without end
            broken.append(path)
            continue
        bases[path] = {node.name: _names(node.bases) for node in tree.body if isinstance(node, ast.ClassDef)}
    known, before = {"Calculator"}, 0
    while len(known) > before:  # also those that derive from another one of these files
        before = len(known)
        known |= {name for classes in bases.values() for name, of in classes.items() if of & known}
    return [*broken, *(path for path, classes in bases.items() if any(of & known for of in classes.values()))]


def _names(bases: Iterable[ast.expr]) -> set[str]:
    return {getattr(base, "attr", getattr(base, "id", "")) for base in bases}


def _is_module_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
