"""``graphflow new``: the files of a calculator, a graph or a package to begin with. Nothing is overwritten."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from pathlib import Path
from typing import Literal

from graphflow import __distribution__
from graphflow.calculator_files import file_name, files_of, name_key
from graphflow.cli import new_files
from graphflow.cli.console import put
from graphflow.cli.errors import CommandError, UsageError
from graphflow.introspect import shown_path
from graphflow.registry import BUILT_IN

Kind = Literal["calculator", "graph", "package"]

_NEXT = {
    "calculator": (
        "edit 'process' in {stem}.py; then",
        "graphflow run {stem}.yaml --calculators {stem}.py --output {stem}.mp4",
        "graphflow validate {stem}.yaml --calculators {stem}.py",
        "graphflow inspect {cls} --calculators {stem}.py",
        "graphflow schema --calculators {stem}.py -o graphflow.schema.json",
        "python -m pytest test_{stem}.py",
    ),
    "graph": (
        "put nodes of yours into {stem}.yaml; then",
        "graphflow run {stem}.yaml --output {stem}.mp4",
        "graphflow validate {stem}.yaml",
        "graphflow viz {stem}.yaml -o {stem}.mmd",
        "graphflow schema -o graphflow.schema.json",
        "python -m pytest test_{stem}.py",
    ),
    "package": (
        "edit 'process' in {distribution}/{stem}/{stem}.py; then",
        "cd {distribution}",
        "pip install -e .",
        "graphflow run {stem}.yaml --output {stem}.mp4",
        "graphflow schema -o graphflow.schema.json",
        "python -m pytest",
        "python -m mypy",
    ),
}
"""What to do with the files, and then type."""


def write_new(kind: Kind, name: str) -> None:
    """Write the files into the working folder, and say what to do next.

    Raises:
        UsageError: The name does not do, or a file of that name is there already.
        CommandError: A file cannot be written.
    """
    names = _names(kind, name)
    files = {Path(path): text for path, text in getattr(new_files, kind)(names).items()}
    _refuse_replacing(files)
    made: list[Path] = []
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
        except OSError as error:
            for one in made:
                one.unlink(missing_ok=True)
            raise CommandError(f"'{path}' cannot be written: {error.strerror}") from error
    first, *commands = (line.format(**names) for line in _NEXT[kind])
    put("\n".join([*(f"made {path}" for path in files), "", f"next: {first}", *(f"  {line}" for line in commands)]))


def _names(kind: Kind, name: str) -> dict[str, str]:
    """What the files call the new thing.

    Raises:
        UsageError: The name is none, or is taken.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        help = f"write small letters and '_', such as 'graphflow new {kind} my_{kind}'"
        raise UsageError(f"'{name}' is no name for a {kind}: it may have letters, digits and '_'", help)
    words = name.replace("-", "_").strip("_")
    stem = words if words.islower() else file_name(words).removesuffix(".py")
    cls = "".join(word[:1].upper() + word[1:] for word in words.split("_"))
    title = stem.replace("_", " ").capitalize()
    distribution = stem.replace("_", "-")
    if kind != "graph":
        _refuse_taken(kind, stem)
    return {"stem": stem, "cls": cls, "title": title, "distribution": distribution, "engine": __distribution__}


def _refuse_taken(kind: Kind, stem: str) -> None:
    """A Python file may not hide a module, nor a calculator have the name of a built-in one."""
    help = f"choose another name, such as 'my_{stem}'"
    if keyword.iskeyword(stem):
        raise UsageError(f"'{stem}' is a word of Python's own", help)
    for file in files_of(BUILT_IN):
        if file.key == name_key(stem):
            raise UsageError(f"graphflow has a '{file.class_name or stem}' already, {shown_path(file.path)}", help)
    if stem in sys.stdlib_module_names or importlib.util.find_spec(stem):
        raise UsageError(f"a Python module '{stem}' is installed, which the new {kind} would hide", help)


def _refuse_replacing(files: dict[Path, str]) -> None:
    taken = [path for path in files if path.exists() or path.is_symlink()]
    # A link to a folder leads elsewhere; the working folder itself (".") is none, and may be reached by one.
    folders = [folder for path in files for folder in path.parents]
    taken += [folder for folder in folders if folder.is_symlink() or folder.exists() and not folder.is_dir()]
    if taken:
        raise UsageError(f"'{taken[0]}' is there already, and nothing is overwritten", "choose another name or folder")
