"""From the name in a graph file to the calculator class.

A name is looked for in three places, and the first that has it wins:

1. classes, files, folders and modules that the program gives, or that ``--calculators`` brings;
2. the built-in package ``calculators``;
3. packages that other distributions register under the entry point group ``graphflow.calculators``, one entry point a
   package, whose value is the package's import name (plug-ins).

A class of 1 or 3 with the name of a built-in one is refused, unless it says ``override = True`` in its body. Then it
replaces the built-in one in the user's own graph files. Names in the graphs that come with graphflow are looked up in 2
alone (``built_in=True``), so no other calculator changes what these graphs do.

Within a package a name is found by file name: class ``FlowLimiter`` is in ``flow_limiter.py``, in any folder of the
package. Upper and lower case and underscores do not count, so ``HTTPSource`` may be in ``http_source.py`` as well as
in ``httpsource.py``. Nothing is imported but the one module whose class is needed. Names with dots resolve to nothing:
a graph file cannot choose what is imported.

Starting a graph that comes with graphflow does not wait for the plug-ins to be listed.
"""

from __future__ import annotations

import difflib
import fnmatch
import functools
import importlib
import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graphflow import introspect
from graphflow.calculator import Calculator
from graphflow.calculator_files import CalculatorFile, file_name, files_of, import_failure, name_key
from graphflow.errors import Advice, GraphflowError
from graphflow.own_calculators import Source, absolute, load_calculators

BUILT_IN = "graphflow.calculators"
GROUP = "graphflow.calculators"
DISABLE_PLUGINS = "GRAPHFLOW_DISABLE_PLUGIN_AUTOLOAD"

MEDIAPIPE_ENDING = "Calculator(Cpu|Gpu|Gl|GlAdvanced|Metal|Xnnpack)?"
"""How MediaPipe's names of classes end, as a regular expression; what follows ``Calculator`` says what it runs on."""
_MEDIAPIPE = re.compile(f"(.+){MEDIAPIPE_ENDING}")


Given = type[Calculator] | Source
"""A class, or the path of a file or folder, or the name of a module."""


def is_built_in(cls: type[Calculator]) -> bool:
    """Whether a class comes with graphflow: nobody is told to change it."""
    return cls.__module__.startswith(f"{BUILT_IN}.")


class CalculatorLookupError(Advice, GraphflowError):
    """A name leads to no calculator class.

    Attributes:
        code: ``unknown-calculator``, ``ambiguous-calculator`` or ``broken-calculator``.
    """

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(message, help)
        self.code = code


class Listing(NamedTuple):
    """One calculator as ``graphflow list`` shows it, read without importing it.

    Attributes:
        name: As graph files spell it.
        package: Import name of the package, or the file's path for a class from a file.
        place: ``file:line`` of the class.
        summary: First line of its docstring.
        shadowed: Graph files cannot reach this one: another package has the name already.
        built_in: ``file:line`` of the built-in calculator of the same name: this one stands for it in graph files of
            the user's own, or (`shadowed`) is refused.
    """

    name: str
    package: str
    place: str
    summary: str
    shadowed: bool = False
    built_in: str = ""


class Registry:
    """The calculators that one program can use.

    Args:
        given: Classes that take part without being in any package, and files, folders and modules with such classes;
            they win over packages.
        plugins: Whether packages of other distributions are used; by default, unless the environment variable
            ``GRAPHFLOW_DISABLE_PLUGIN_AUTOLOAD`` is set.
    """

    def __init__(self, given: Iterable[Given] = (), *, plugins: bool | None = None) -> None:
        self._plugins = not os.environ.get(DISABLE_PLUGINS) if plugins is None else plugins
        self._given: dict[str, type[Calculator]] = {}
        self._found: dict[tuple[str, bool], type[Calculator]] = {}
        if isinstance(given, str | os.PathLike):
            raise TypeError(f"calculators takes a list: write calculators=[{os.fspath(given)!r}]")
        if isinstance(given, type):
            raise TypeError(f"calculators takes a list: write calculators=[{given.__name__}]")
        listed = list(given)
        sources = [one for one in listed if isinstance(one, str | os.PathLike)]
        classes = [one for one in listed if not isinstance(one, str | os.PathLike)]
        self.given: list[Given] = [*map(absolute, sources), *classes]
        """What was given, so that it means the same in another working folder."""
        for cls in [*load_calculators(sources), *classes]:
            self.add(cls)

    def add(self, cls: type[Calculator]) -> None:
        """Make a class known by its name.

        Raises:
            CalculatorLookupError: Another class of that name was added before, or a built-in calculator has it.
            TypeError: It is no class of a calculator.
        """
        given: object = cls
        if not (isinstance(given, type) and issubclass(given, Calculator)):
            raise TypeError(f"a calculator is a class that derives from graphflow.Calculator, not {given!r}")
        built_in = _file_of(BUILT_IN, cls.__name__)
        if built_in and built_in.module != cls.__module__ and vars(cls).get("override") is not True:
            raise CalculatorLookupError(
                "built-in-name",
                f"{_place(cls)}: class '{cls.__name__}' has the name of a built-in calculator, {built_in.place}",
                "rename it; or, to use it in its place in graph files of your own, write 'override = True' in its body",
            )
        known = self._given.setdefault(cls.__name__, cls)
        if known is not cls:
            raise CalculatorLookupError(
                "ambiguous-calculator",
                f"two classes are called '{cls.__name__}': {_place(known)} and {_place(cls)}",
                "rename one of them",
            )

    def resolve(self, name: str, *, built_in: bool = False) -> type[Calculator]:
        """The class for a name in a graph file; MediaPipe's names work too (``FlowLimiterCalculator``).

        Args:
            name: As the file spells it.
            built_in: The file comes with graphflow: look among the built-in calculators only.

        Raises:
            CalculatorLookupError: There is no such calculator, there are two, or its module cannot be imported.
        """
        key = name, built_in
        if key not in self._found:
            cls = self._lookup(name, built_in)
            if cls is None:
                raise self._unknown(name)
            self._found[key] = cls
        return self._found[key]

    def names(self) -> list[Listing]:
        """Every calculator there is, sorted by name; imports none of those in packages."""
        listings = [
            Listing(
                name,
                cls.__module__,
                _place(cls),
                (cls.__doc__ or "").strip().split("\n")[0],
                built_in=""
                if (file := _file_of(BUILT_IN, name)) is None or file.module == cls.__module__
                else file.place,
            )
            for name, cls in self._given.items()
        ]
        given = set(self._given)
        listings += [_listing(file, BUILT_IN) for file in files_of(BUILT_IN) if file.class_name]
        seen = set(given)
        for package in self._plugin_packages():
            for file in files_of(package):
                mine = self._given.get(file.class_name)
                if not file.class_name or (mine and mine.__module__ == file.module):
                    continue
                built_in = _file_of(BUILT_IN, file.class_name)
                shadowed = file.class_name in seen or (built_in is not None and not file.overrides)
                listings.append(_listing(file, package, shadowed, built_in.place if built_in else ""))
            seen |= {listing.name for listing in listings if listing.package == package}
        return sorted(listings, key=lambda listing: (listing.name, listing.shadowed, not listing.built_in))

    def where(self, name: str) -> str:
        """``file:line`` of the class for a name.

        Raises:
            CalculatorLookupError: As for `resolve`.
        """
        return _place(self.resolve(name))

    def broken_packages(self) -> dict[str, str]:
        """Registered packages that cannot be found, with the reason."""
        return {package: reason for package in self._plugin_packages() if (reason := import_failure(package))}

    def _plugin_packages(self) -> tuple[str, ...]:
        return tuple(package for package in _registered() if package != BUILT_IN) if self._plugins else ()

    def _lookup(self, name: str, built_in: bool) -> type[Calculator] | None:
        """The class for a name or for one that it is another name of; plug-ins come last, so that they take none."""
        for word in names_meant_by(name):
            if not built_in and word in self._given:
                return self._given[word]
            # By the name of the file alone: parsing it as well takes as long as importing it.
            key = name_key(word)
            if any(file.key == key for file in files_of(BUILT_IN)):
                overriding = None if built_in else self._plug_in(word, overriding=True)
                if found := overriding or next(_classes(BUILT_IN, word), None):
                    return found
        return None if built_in else next(filter(None, map(self._plug_in, names_meant_by(name))), None)

    def _plug_in(self, name: str, overriding: bool = False) -> type[Calculator] | None:
        """The class in exactly one of the plug-ins; `overriding`: among those that may stand for a built-in one."""
        found = [cls for package in self._plugin_packages() for cls in _classes(package, name, overriding=overriding)]
        if len(found) > 1:
            raise CalculatorLookupError(
                "ambiguous-calculator",
                f"two calculators are called '{name}': {_place(found[0])} and {_place(found[1])}",
                "uninstall one of the packages, or rename the class",
            )
        return found[0] if found else None

    def _close_to(self, name: str) -> str:
        known = sorted({listing.name for listing in self.names()})
        close = [word for word in known if word.casefold() == name.casefold()]
        close = close or difflib.get_close_matches(name.removesuffix("Calculator"), known, n=1)
        return (
            f"did you mean '{close[0]}'?"
            if close
            else "'graphflow list' shows all; --calculators my.py, in a program calculators=['my.py'], adds your own"
        )

    def _misplaced(self, name: str) -> str:
        """What to do if some file has the class, but is not called like it, or if it is no calculator."""
        for package in (BUILT_IN, *self._plugin_packages()):
            for file in files_of(package):
                if not file.imports_framework and file.defines(name):
                    return f"'{name}' is a payload type: from {file.module.rpartition('.')[0]} import {name}"
                if file.defines(name):
                    path = introspect.shown_path(file.path)
                    return f"{path} has a class of that name: rename the file to {file_name(name)}, to be found by it"
        return ""

    def _unknown(self, name: str) -> CalculatorLookupError:
        message = f"there is no calculator '{name}'"
        if "." in name:
            return CalculatorLookupError(
                "unknown-calculator",
                f"{message}: graph files name a calculator by its class, without import path",
                f"write '{name.rpartition('.')[2]}', and bring a class of your own with --calculators my.py",
            )
        help = self._misplaced(name) or self._close_to(name)
        if broken := self.broken_packages():
            reasons = "; ".join(f"'{package}': {reason}" for package, reason in broken.items())
            help += f" (packages that could not be looked into: {reasons})"
        return CalculatorLookupError("unknown-calculator", message, help)


def names_meant_by(name: str) -> Iterator[str]:
    """What a name may mean: itself, and our words for one of MediaPipe's.

    Those are without ``Calculator``, ``Cpu``, ``Gpu``, or by the table. None for what is no name of a class.
    """
    if not name.isidentifier():
        return
    yield name
    match = _MEDIAPIPE.fullmatch(name)
    short = match[1] if match else name
    for word in (short, short.removesuffix("Cpu").removesuffix("Gpu")):
        yield from (ours for ours in (word, _alias_of(word, patterns=match is not None)) if ours and ours != name)


def _listing(file: CalculatorFile, package: str, shadowed: bool = False, built_in: str = "") -> Listing:
    return Listing(file.class_name, package, file.place, file.summary, shadowed, built_in)


def _file_of(package: str, name: str) -> CalculatorFile | None:
    """The file that has a class of that name, by its text."""
    key = name_key(name)
    return next((file for file in files_of(package) if file.key == key and file.class_name == name), None)


def _classes(package: str, name: str, *, overriding: bool = False) -> Iterator[type[Calculator]]:
    """The classes of that name in a package; imports the modules whose file name fits, and no others."""
    key = name_key(name)
    for file in files_of(package):
        if file.key == key and (not overriding or file.overrides):
            cls = _import(file, name)
            if cls is not None:
                yield cls


def _import(file: CalculatorFile, name: str) -> type[Calculator] | None:
    try:
        module = importlib.import_module(file.module)
    except (Exception, SystemExit) as error:  # whatever a plug-in raises is reported under its name
        message, help = file.explain(error)
        raise CalculatorLookupError(
            "broken-calculator", f"calculator '{name}' cannot be loaded: {message}", help
        ) from error
    cls = getattr(module, name, None)
    return cls if isinstance(cls, type) and issubclass(cls, Calculator) else None


@functools.cache
def _registered() -> tuple[str, ...]:
    """Packages in the entry point group. Read once and only when needed: it takes some 30 ms."""
    from importlib.metadata import entry_points

    return tuple(dict.fromkeys(point.module for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)))


def _alias_of(name: str, *, patterns: bool) -> str:
    """What the built-in package's table has for a name, or an empty string."""
    aliases: dict[str, str] = importlib.import_module(f"{BUILT_IN}.aliases").ALIASES
    if name in aliases or not patterns:
        return aliases.get(name, "")
    return next((ours for pattern, ours in aliases.items() if fnmatch.fnmatchcase(name, pattern)), "")


def _place(cls: type[Calculator]) -> str:
    file, line = introspect.class_place(cls)
    return f"{introspect.shown_path(file)}:{line}"
