"""Collecting the mistakes of one calculator class, each with its line, into one `ContractError`."""

from __future__ import annotations

import types
from typing import Any

from graphflow import introspect
from graphflow.contract import MISSING
from graphflow.errors import ContractError


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
            message: What is wrong; the class is named by the framework.
            help: What to write instead.
            place: A function, or (file, line); the class statement if None.
        """
        if isinstance(place, types.FunctionType):
            place = introspect.function_place(place)
        file, line = place or introspect.class_place(self._cls)
        text = f"{introspect.shown_path(file)}:{line}: {self._cls.__name__}: {message}"
        self._texts.append(f"{text}\n   = help: {help}" if help else text)

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

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            ContractError: Something was.
        """
        if self._texts:
            raise ContractError("\n".join(self._texts))
