"""Collecting the mistakes of one calculator class, each with its line, into one `ContractError`."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, TypeVar

from graphflow import introspect
from graphflow.annotations import AnnotationProblem
from graphflow.contract import MISSING
from graphflow.errors import ContractError, with_help

T = TypeVar("T")


class Problems:
    """The mistakes found in a class so far."""

    def __init__(self, cls: type[Any]) -> None:
        self._cls = cls
        self._texts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._texts)

    def add(self, message: str, help: str, place: Any = None) -> None:
        """Note a mistake.

        Args:
            message: What is wrong; the class's name is put in front.
            help: What to write instead.
            place: A function, or a class and the name of a field; the class statement if None. The text is looked
                through only now: most classes have no mistakes.
        """
        if isinstance(place, types.FunctionType):
            file, line = introspect.function_place(place)
        else:
            file, line = introspect.field_place(*place) if place else introspect.class_place(self._cls)
        place = f"{introspect.shown_path(file)}:{line}"
        self._texts.append(with_help(f"{place}: {self._cls.__name__}: {message}", help))

    def resolve(self, subject: str, owner: type[Any], source: Any, annotation: Any) -> Any:
        """An annotation as an object; MISSING, with a mistake noted, where it cannot be evaluated."""
        try:
            return introspect.resolve(owner, source, annotation)
        except introspect.UnknownName as error:
            self.add(
                f"{subject}: the name '{error.name}' in '{error.annotation}' does not exist when the program runs",
                f"import '{error.name}' outside 'if TYPE_CHECKING:', or define it at the top of the file",
                source,
            )
        except introspect.BadAnnotation as error:
            self.add(f"{subject}: the annotation {annotation!r} cannot be evaluated: {error}", "write a type", source)
        return MISSING

    def read(
        self, subject: str, owner: type[Any], source: Any, annotation: Any, reader: Callable[[Any], T]
    ) -> T | None:
        """What `reader` makes of an annotation; None, with a mistake noted, where it cannot be understood."""
        resolved = self.resolve(subject, owner, source, annotation)
        if resolved is MISSING:
            return None
        try:
            return reader(resolved)
        except AnnotationProblem as problem:
            self.add(f"{subject}: {problem.message}", problem.help, source)
            return None

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            ContractError: Something was.
        """
        if self._texts:
            raise ContractError("\n".join(self._texts))
