"""Arguments that a function does not have, answered with the one that was meant."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from graphflow.config.findings import suggestion

P = ParamSpec("P")
T = TypeVar("T")


def answers_unknown(help: str = "") -> Callable[[Callable[P, T]], Callable[P, T]]:
    """For functions that users call with many names: a name that there is not raises TypeError and says what to write.

    Args:
        help: What to write where no argument has nearly the name; ``NAME`` stands for it. All arguments unless given.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        parameters = inspect.signature(function).parameters.values()
        known = {one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            if not kwargs.keys() <= known:
                name = next(name for name in kwargs if name not in known)
                names = ", ".join(one.name for one in parameters if one.name in known - {"self", "cls"})
                otherwise = help.replace("NAME", name) or f"its arguments are {names}"
                said = suggestion(name, known, otherwise=otherwise)
                raise TypeError(f"{function.__qualname__}() has no argument '{name}'; {said}")
            return function(*args, **kwargs)

        return call

    return decorate
