"""From the name in a graph file to the calculator class.

A name is looked for in three places, and the first that has it wins:

1. classes that the program gives, or that ``--calculators my.py`` brings;
2. the built-in package ``calculators``;
3. packages that other distributions register under the entry point group ``graphflow.calculators``, one entry point a
   package, whose value is the package's import name.

Within a package a name is found by file name: class ``FlowLimiter`` is in ``flow_limiter.py``, in any folder of the
package. Upper and lower case and underscores do not count, so ``HTTPSource`` may be in ``http_source.py`` as well as
in ``httpsource.py``. Nothing is imported but the one module whose class is needed. Names with dots resolve to nothing:
a graph file cannot choose what is imported.

Built-in names come before plug-ins, so that installing a package never changes what an existing graph does, and
starting a graph of built-in calculators does not wait for the plug-ins to be listed.
"""

from __future__ import annotations

import difflib
import fnmatch
import functools
import importlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphflow import introspect
from graphflow.calculator import Calculator
from graphflow.calculator_files import CalculatorFile, file_name, files_of, import_failure, name_key
from graphflow.errors import GraphflowError

BUILT_IN = "calculators"
GROUP = "graphflow.calculators"
DISABLE_PLUGINS = "GRAPHFLOW_DISABLE_PLUGIN_AUTOLOAD"


class CalculatorLookupError(GraphflowError):
    """A name leads to no calculator class.

    Attributes:
        code: ``unknown-calculator``, ``ambiguous-calculator`` or ``broken-calculator``.
        message: What is wrong, in one sentence.
        help: What to type.
    """

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(f"{message}\n   = help: {help}" if help else message)
        self.code = code
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Listing:
    """One calculator as ``graphflow list`` shows it, read without importing it.

    Attributes:
        name: As graph files spell it.
        package: Import name of the package, or the file's path for a class from a file.
        place: ``file:line`` of the class.
        summary: First line of its docstring.
        shadowed: Another package has the name already, so that graph files cannot reach this one.
    """

    name: str
    package: str
    place: str
    summary: str
    shadowed: bool = False


class Registry:
    """The calculators that one program can use.

    Args:
        given: Classes that take part without being in any package; they win over packages.
        plugins: Whether packages of other distributions are used; by default, unless the environment variable
            ``GRAPHFLOW_DISABLE_PLUGIN_AUTOLOAD`` is set.
    """

    def __init__(self, given: Iterable[type[Calculator]] = (), *, plugins: bool | None = None) -> None:
        self._plugins = not os.environ.get(DISABLE_PLUGINS) if plugins is None else plugins
        self._given: dict[str, type[Calculator]] = {}
        self._found: dict[str, type[Calculator]] = {}
        if isinstance(given, type):
            raise TypeError(f"calculators takes a list of classes: write calculators=[{given.__name__}]")
        for cls in given:
            self.add(cls)

    def add(self, cls: type[Calculator]) -> None:
        """Make a class known by its name.

        Raises:
            CalculatorLookupError: Another class of that name was added before.
            TypeError: It is no class of a calculator.
        """
        if not (isinstance(cls, type) and issubclass(cls, Calculator)):
            raise TypeError(f"a calculator is a class that derives from graphflow.Calculator, not {cls!r}")
        known = self._given.setdefault(cls.__name__, cls)
        if known is not cls:
            raise CalculatorLookupError(
                "ambiguous-calculator",
                f"two classes are called '{cls.__name__}': {_place(known)} and {_place(cls)}",
                "rename one of them",
            )

    def resolve(self, name: str) -> type[Calculator]:
        """The class for a name in a graph file; MediaPipe's names work too (``FlowLimiterCalculator``).

        Raises:
            CalculatorLookupError: There is no such calculator, there are two, or its module cannot be imported.
        """
        cls = self._given.get(name) or self._found.get(name)
        if cls is None:
            cls = self._lookup(name)
            cls = cls or self._by_alias(name)
            if cls is None:
                raise self._unknown(name)
            self._found[name] = cls
        return cls

    def names(self) -> list[Listing]:
        """Every calculator there is, sorted by name; imports none of those in packages."""
        listings = [
            Listing(name, cls.__module__, _place(cls), (cls.__doc__ or "").strip().split("\n")[0])
            for name, cls in self._given.items()
        ]
        seen = set(self._given)
        for package in (BUILT_IN, *self._plugin_packages()):
            for file in files_of(package):
                if not file.class_name:
                    continue
                listings.append(
                    Listing(file.class_name, package, file.place, file.summary, shadowed=file.class_name in seen)
                )
            seen |= {listing.name for listing in listings}
        return sorted(listings, key=lambda listing: (listing.name, listing.shadowed))

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

    def _lookup(self, name: str) -> type[Calculator] | None:
        """The class in the built-in package, else in exactly one of the others."""
        if not name.isidentifier():
            return None
        found = list(_classes(BUILT_IN, name)) or [
            cls for package in self._plugin_packages() for cls in _classes(package, name)
        ]
        if len(found) > 1:
            raise CalculatorLookupError(
                "ambiguous-calculator",
                f"two calculators are called '{name}': {_place(found[0])} and {_place(found[1])}",
                "uninstall one of the packages, or rename the class",
            )
        return found[0] if found else None

    def _by_alias(self, name: str) -> type[Calculator] | None:
        """The class for one of MediaPipe's names: without ``Calculator``, ``Cpu``, ``Gpu``, or by the table."""
        short = name.removesuffix("Calculator")
        for word in (short, short.removesuffix("Cpu").removesuffix("Gpu")):
            for ours in (word, _alias_of(word, patterns=short != name)):
                if ours and ours != name and (cls := self._given.get(ours) or self._lookup(ours)):
                    return cls
        return None

    def _close_to(self, name: str) -> str:
        known = sorted({listing.name for listing in self.names()})
        close = [word for word in known if word.casefold() == name.casefold()]
        close = close or difflib.get_close_matches(name.removesuffix("Calculator"), known, n=1)
        return (
            f"did you mean '{close[0]}'?" if close else "'graphflow list' shows all; --calculators my.py adds your own"
        )

    def _misplaced(self, name: str) -> str:
        """What to do if some file has the class, but is not called like it."""
        for package in (BUILT_IN, *self._plugin_packages()):
            for file in files_of(package):
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
        if not _built_in_is_ours():
            return CalculatorLookupError(
                "unknown-calculator",
                f"{message}: another package '{BUILT_IN}' hides the one that comes with graphflow",
                f"rename your folder '{BUILT_IN}'",
            )
        help = self._misplaced(name) or self._close_to(name)
        if broken := self.broken_packages():
            reasons = "; ".join(f"'{package}': {reason}" for package, reason in broken.items())
            help += f" (packages that could not be looked into: {reasons})"
        return CalculatorLookupError("unknown-calculator", message, help)


def _classes(package: str, name: str) -> Iterator[type[Calculator]]:
    """The classes of that name in a package; imports the modules whose file name fits, and no others."""
    for file in files_of(package):
        if file.key == name_key(name):
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


def _built_in_is_ours() -> bool:
    """Whether the built-in package's name leads to it, and not to a folder of the user's that hides it."""
    return any(file.module == f"{BUILT_IN}.aliases" for file in files_of(BUILT_IN))


def _alias_of(name: str, *, patterns: bool) -> str:
    """What the built-in package's table has for a name, or an empty string."""
    if not _built_in_is_ours():
        return ""
    aliases: dict[str, str] = importlib.import_module(f"{BUILT_IN}.aliases").ALIASES
    if name in aliases or not patterns:
        return aliases.get(name, "")
    return next((ours for pattern, ours in aliases.items() if fnmatch.fnmatchcase(name, pattern)), "")


def _place(cls: type[Calculator]) -> str:
    file, line = introspect.class_place(cls)
    return f"{introspect.shown_path(file)}:{line}"
