"""Options: the class fields of a calculator that a graph file sets.

Only the declaration is here; values from a graph file are checked by `graphflow.plan.option_values`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from graphflow.contract import MISSING
from graphflow.values import in_yaml, is_of, listed

T = TypeVar("T")


def fresh(value: Any) -> Any:
    """A value that an instance may change: lists and maps are copied, because runs and instances would share them."""
    return copy.deepcopy(value) if isinstance(value, list | dict | set) else value


@dataclass(frozen=True, slots=True)
class OptionField:
    """One option of a calculator class.

    Attributes:
        default: The value if the graph file gives none; MISSING makes the option compulsory.
        ge, gt, le, lt: Limits of a number; of each one in a list, a tuple or the values of a dict.
        choices: The only values allowed.
        doc: Text for people.
        type: The annotation, resolved (in ``Contract.options`` only).
    """

    default: Any = MISSING
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    choices: tuple[Any, ...] = ()
    doc: str = ""
    type: Any = None

    def range_text(self) -> str:
        """The limits in words, such as ``at least 0 and below 1``; empty if there are none."""
        words = (("at least", self.ge), ("above", self.gt), ("at most", self.le), ("below", self.lt))
        return " and ".join(f"{word} {limit}" for word, limit in words if limit is not None)

    def problem(self, value: Any) -> str:
        """What is wrong with a value of the right type, as ``must be ...``; empty if nothing is."""
        if self.choices and value is not None and value not in self.choices:
            return f"must be one of {listed(self.choices)}, not {in_yaml(value)}"
        if isinstance(value, list | tuple | dict):
            values = value.values() if isinstance(value, dict) else value
            return next((text for item in values if (text := self.problem(item))), "")
        if is_of(value, float) and not self._within(value):
            return f"must be {self.range_text()}, not {value}"
        return ""

    @property
    def compulsory(self) -> bool:
        """Whether a graph file has to give it."""
        return self.default is MISSING

    def _within(self, value: float) -> bool:
        return (
            (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )


@overload
def Option(
    *,
    default: T,
    ge: float | None = ...,
    gt: float | None = ...,
    le: float | None = ...,
    lt: float | None = ...,
    choices: tuple[Any, ...] | list[Any] = ...,
    doc: str = ...,
) -> T: ...
@overload
def Option(
    *,
    ge: float | None = ...,
    gt: float | None = ...,
    le: float | None = ...,
    lt: float | None = ...,
    choices: tuple[Any, ...] | list[Any] = ...,
    doc: str = ...,
) -> Any: ...
def Option(
    *misplaced: Any,
    default: Any = MISSING,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    choices: tuple[Any, ...] | list[Any] = (),
    doc: str = "",
    **unknown: Any,
) -> Any:
    """Declare an option of a calculator, as the value of an annotated class field.

    For example ``max_faces: int = Option(default=1, ge=1, doc="How many faces to keep.")``. Its type is a number, text,
    a list, a tuple, a set, a map, a `Literal`, an enum, a dataclass, or a union of them.

    Args:
        *misplaced: None: everything has a name.
        default: The value if the graph file gives none. Without a default the graph file must give one.
        ge: Lowest value allowed.
        gt: The value must be above this.
        le: Highest value allowed.
        lt: The value must be below this.
        choices: The only values allowed.
        doc: One sentence for ``graphflow inspect``; give the unit.
        **unknown: None, either.

    Raises:
        TypeError: A value has no name, or another one.
    """
    for name in unknown:
        raise TypeError(
            f"Option has no '{name}'; it has default, doc, choices, ge (at least), gt (above), le (at most), lt (below)"
        )
    if misplaced:
        raise TypeError(f"Option takes its values by name: write Option(default={misplaced[0]!r})")
    return OptionField(default=default, ge=ge, gt=gt, le=le, lt=lt, choices=tuple(choices), doc=doc)
