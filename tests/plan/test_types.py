"""Which payload types go where, and what can be tested at run time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NewType, Protocol, TypedDict, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt
import pytest

from graphflow.plan.types import (
    Fit,
    fits,
    join,
    named_types,
    names_in,
    narrower,
    runtime_check,
    shown,
    solve,
    substituted,
    unwrapped,
    value_fits,
)


class Base: ...


class Derived(Base): ...


class Other: ...


class Structural(Protocol):
    field: int


@runtime_checkable
class Closable(Protocol):
    def close(self) -> None: ...


class Door:
    def close(self) -> None: ...


class Options(TypedDict):
    a: int


T = TypeVar("T")
Number = TypeVar("Number", int, float)
Bounded = TypeVar("Bounded", bound=Base)
Name = NewType("Name", str)
Marked = Annotated[Base, "image"]
U8, F32 = npt.NDArray[np.uint8], npt.NDArray[np.float32]


@pytest.mark.parametrize(
    ("sent", "wanted", "expected"),
    [
        (int, int, Fit.YES),
        (int, str, Fit.NO),
        (Derived, Base, Fit.YES),
        (Base, Derived, Fit.MAYBE),
        (Base, Other, Fit.NO),
        (int, Any, Fit.YES),
        (Any, int, Fit.MAYBE),
        (Any, Any, Fit.YES),
        (int, object, Fit.YES),
        (object, int, Fit.MAYBE),
        (int, float, Fit.YES),
        (float, int, Fit.NO),
        (bool, int, Fit.YES),
        (int, bool, Fit.MAYBE),
        (int | None, int, Fit.YES),
        (int, int | None, Fit.YES),
        (int, int | str, Fit.YES),
        (int | str, int, Fit.MAYBE),
        (int | str, str | int, Fit.YES),
        (int | str, bytes | Base, Fit.NO),
        (int | str, str | bytes, Fit.MAYBE),
        (list[Derived], list[Base], Fit.YES),
        (list[Base], list[Other], Fit.NO),
        (list[Any], list[Base], Fit.YES),
        (list, list[Base], Fit.YES),
        (list[Base], list, Fit.YES),
        (list[Base], Sequence[Base], Fit.YES),
        (list[Base], Sequence[Other], Fit.NO),
        (list[Base], tuple[Base, ...], Fit.NO),
        (tuple[int, ...], Sequence[int], Fit.YES),
        (tuple[int, str], Sequence[int], Fit.NO),
        (tuple[int, int], tuple[int, ...], Fit.YES),
        (tuple[int, str], tuple[int, ...], Fit.NO),
        (tuple[int, str], tuple[int, str], Fit.YES),
        (tuple[int, str], tuple[int], Fit.NO),
        (tuple[int, ...], tuple[int, int], Fit.YES),
        (dict[str, int], Mapping[str, float], Fit.YES),
        (dict[str, int], Mapping[str, str], Fit.NO),
        (dict[str, int], Iterable[str], Fit.YES),
        (Sequence[int], list[int], Fit.MAYBE),
        (Marked, Base, Fit.YES),
        (Other, Marked, Fit.NO),
        (Name, str, Fit.YES),
        (Literal["a", "b"], str, Fit.YES),
        (Literal[1], str, Fit.NO),
        (U8, np.ndarray, Fit.YES),
        (np.ndarray, U8, Fit.YES),
        (U8, F32, Fit.NO),
        (U8, Base, Fit.NO),
        (Door, Closable, Fit.YES),
        (Base, Closable, Fit.NO),
        (Base, Structural, Fit.MAYBE),
        (Callable[[int], int], Callable[..., Any], Fit.YES),
        (int, Callable[..., Any], Fit.NO),
        ("Forward", int, Fit.MAYBE),
    ],
)
def test_what_fits(sent: Any, wanted: Any, expected: Fit) -> None:
    assert fits(sent, wanted) is expected


@pytest.mark.parametrize(
    ("wanted", "check"),
    [
        (int, int),
        (float, (float, int)),
        (Base, Base),
        (list[Base], list),
        (int | str, (int, str)),
        (int | float, (int, float)),
        (Any, None),
        (object, None),
        (int | Any, None),
        (T, None),
        (Structural, None),
        (Closable, Closable),
        (Options, dict),
        (U8, np.ndarray),
        (Marked, Base),
        (Literal["a", 1], (str, int)),
        (int | None, int),
    ],
)
def test_what_can_be_tested_at_run_time(wanted: Any, check: Any) -> None:
    assert runtime_check(wanted) == check


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        (1, int, True),
        (1, float, True),
        (1.5, int, False),
        (True, int, False),
        (True, bool, True),
        (True, bool | int, True),
        ("a", int | str, True),
        ([1, 2], list[int], True),
        ([1, "a"], list[int], False),
        ([1, 2], list[float], True),
        ({"a": 1}, dict[str, int], True),
        ({"a": "b"}, dict[str, int], False),
        ((1, "a"), tuple[int, str], True),
        ((1,), tuple[int, str], False),
        ("a", Literal["a"], True),
        ("b", Literal["a"], False),
        (Other(), Base, False),
        (Other(), Any, True),
    ],
)
def test_which_values_fit(value: Any, wanted: Any, expected: bool) -> None:
    assert value_fits(value, wanted) is expected


def test_the_wider_and_the_narrower_of_two_types() -> None:
    assert join(Derived, Base) is Base and join(Base, Derived) is Base
    assert join(Any, int) is int
    assert join(int, str) is None
    assert narrower(Derived, Base) is Derived and narrower(Base, Derived) is Derived
    assert narrower(Any, int) is int and narrower(int, Any) is int
    assert narrower(int, str) is None
    assert narrower(int | str, str | bytes) is str


@pytest.mark.parametrize(
    ("wanted", "sent", "found"),
    [
        (T, int, {T: int}),
        (list[T], list[Base], {T: Base}),
        (Sequence[T], tuple[Base, ...], {T: Base}),
        (dict[str, T], dict[str, int], {T: int}),
        (T, Any, {}),
        (list[T], Any, {}),
        (list[T], int, {}),
        (int, int, {}),
    ],
)
def test_what_a_type_variable_stands_for(wanted: Any, sent: Any, found: dict[Any, Any]) -> None:
    assert dict(solve(wanted, sent)) == found


def test_type_variables_are_replaced_or_become_their_bound() -> None:
    assert substituted(list[T], {T: int}) == list[int]
    assert substituted(list[T], {}) == list[Any]
    assert substituted(Bounded, {}) is Base
    assert substituted(Number, {}) == int | float
    assert substituted(T | int, {T: str}) == str | int
    assert substituted(dict[str, list[T]], {T: int}) == dict[str, list[int]]


def test_names_that_a_graph_file_can_use() -> None:
    assert named_types(list[Base | None])["Base"] is Base
    assert set(named_types(dict[str, Marked])) == {"dict", "str", "Base"}
    assert named_types(Name)["Name"] is Name


def test_types_are_shown_as_people_write_them() -> None:
    assert shown(list[Base]) == "list[Base]"
    assert shown(int | str | None) == "int | str"
    assert shown(Any) == "anything"
    assert shown(dict[str, tuple[Base, ...]]) == "dict[str, tuple[Base, ...]]"
    assert shown(list[U8]) == "list[array of uint8]"
    assert shown(list[U8], names_in(__name__)) == "list[U8]"
    assert shown(npt.NDArray[Any]) == "array"
    assert unwrapped(int | None) is int
