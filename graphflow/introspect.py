"""Reading classes and functions as their authors wrote them: lines, annotations and docstrings.

Nothing here knows about ports. Source lines are found by searching the file's text, because :mod:`inspect` parses the
whole file for each class.
"""

from __future__ import annotations

import linecache
import os
import re
import sys
import types
import typing
from typing import Any


class UnknownName(Exception):
    """An annotation uses a name that does not exist when the program runs."""

    def __init__(self, name: str, annotation: str) -> None:
        super().__init__(name)
        self.name = name
        self.annotation = annotation


class BadAnnotation(Exception):
    """An annotation cannot be evaluated; the text says why."""


def shown_path(path: str) -> str:
    """A path as short as it stays usable: relative if it lies below the working directory."""
    try:
        folder = os.getcwd() + os.sep
    except OSError:  # it has been deleted
        return path
    return path[len(folder) :] if path.startswith(folder) else path


def function_place(function: types.FunctionType) -> tuple[str, int]:
    """File and line of a function; decorators count as part of it."""
    code = function.__code__
    return code.co_filename, code.co_firstlineno


def class_place(cls: type[Any]) -> tuple[str, int]:
    """File and line of a class statement; line 1 where the text cannot be had."""
    file, before = "", sys.maxsize
    for member in vars(cls).values():
        function = getattr(member, "__func__", member)
        if isinstance(function, types.FunctionType) and function.__module__ == cls.__module__:
            place = function_place(function)
            if not place[0].startswith("<") and place[1] < before:
                file, before = place
    file = file or getattr(sys.modules.get(cls.__module__), "__file__", None) or f"<{cls.__module__}>"
    # No pattern: each class and field would have one of its own, and compiling it takes longer than looking.
    numbered = enumerate(linecache.getlines(file), 1)
    found = [n for n, line in numbered if "class" in line and _class_of(line) == cls.__name__]
    lines = [n for n in found if n <= before]
    return file, lines[-1] if lines and before < sys.maxsize else (found or [1])[0]


def field_place(cls: type[Any], name: str) -> tuple[str, int]:
    """File and line of ``name: ...`` or ``name = ...`` in a class body; the class's own line if it is not found."""
    file, start = class_place(cls)
    for number, line in enumerate(linecache.getlines(file)[start:], start + 1):
        if _class_of(line):
            break
        indented, rest = line.lstrip(), line.strip().removeprefix(name).lstrip()
        if indented != line and indented.startswith(name) and rest.startswith((":", "=")):
            return file, number
    return file, start


def _class_of(line: str) -> str:
    """The name after ``class``; empty if the line begins no class."""
    words = line.split(maxsplit=2)
    return re.split(r"\W", words[1], maxsplit=1)[0] if len(words) > 1 and words[0] == "class" else ""


def resolve(owner: type[Any], source: Any, annotation: Any) -> Any:
    """One annotation as an object, whether it was written as a type, as text, or under deferred evaluation.

    Args:
        owner: The class whose body the annotation stands in.
        source: The function it belongs to, or `owner` for a field.
        annotation: What ``__annotations__`` holds.

    Raises:
        UnknownName: A name in it is unknown, most often one imported for type checking only.
        BadAnnotation: It is no valid expression.
    """
    function = source if isinstance(source, types.FunctionType) else None
    names = function.__globals__ if function else vars(sys.modules.get(owner.__module__, types.ModuleType("empty")))
    local: dict[str, Any] = dict(vars(owner))
    if function and function.__closure__:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__, strict=True):
            try:
                local[name] = cell.cell_contents
            except ValueError:  # a cell that is still empty
                continue
    parameters = (*getattr(owner, "__type_params__", ()), *getattr(source, "__type_params__", ()))
    local |= {parameter.__name__: parameter for parameter in parameters}
    holder = types.SimpleNamespace(__annotations__={"it": annotation}, __type_params__=parameters)
    try:
        return typing.get_type_hints(holder, names, local, include_extras=True)["it"]
    except NameError as error:
        raise UnknownName(error.name or str(error), str(annotation)) from None
    except Exception as error:  # anything may happen in an expression of the user's
        raise BadAnnotation(f"{type(error).__name__}: {error}") from None


_SECTION = re.compile(r"(Args|Arguments|Attributes|Returns|Yields|Raises|Examples?|Notes?):\s*$")
_ENTRY = re.compile(r"\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s+(.*)")


def documented(docstring: str | None) -> dict[str, str]:
    """The entries of a Google style docstring's ``Args`` and ``Attributes``, by name, each on one line.

    The text of ``Returns`` or ``Yields`` is there as ``return``.
    """
    entries: dict[str, str] = {}
    inside, indent, name = False, 0, ""
    for line in (docstring or "").expandtabs().splitlines():
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        if section := _SECTION.match(text):
            result = section[1] in ("Returns", "Yields")
            inside, indent = result or section[1] in ("Args", "Arguments", "Attributes"), 0
            name = "return" if result else ""
        elif inside and text:
            indent = indent or depth
            if depth < indent:
                inside = False
            elif name == "return":
                entries[name] = f"{entries.get(name, '')} {text}".lstrip()
            elif depth == indent:
                entry = _ENTRY.match(text)
                name = entry[1] if entry else ""
                if entry:
                    entries[name] = entry[2]
            elif name:
                entries[name] += f" {text}"
    return entries


def first_paragraph(docstring: str | None) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())
