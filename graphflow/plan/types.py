"""Payload types: whether what is sent fits what is wanted, and what ``T`` stands for.

The rules are those of type checkers where they help a reader of graph files, and MediaPipe's where they differ:
``None`` is no payload and ignored; ``Any`` fits everything; an ``int`` is a ``float`` (PEP 484); generics are compared
argument by argument, all covariant, since payloads are not changed; a wider type (a base class, a union) may be
connected to a narrower port, and is then checked packet by packet.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import sys
import typing
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, Union, get_args, get_origin

from graphflow.annotations import AnnotationProblem, is_union, peel, type_name
from graphflow.annotations import split_none as _split_none
from graphflow.timestamp import Timestamp
from graphflow.values import in_words, in_yaml, is_of, option_type


def union_of(members: Iterable[Any]) -> Any:
    """``A | B | ...`` of at least one type."""
    return Union[tuple(members)]  # noqa: UP007  # made from a list, which the operator cannot be


class Fit(enum.Enum):
    """Whether payloads of one type may go where another is wanted."""

    YES = "yes"
    MAYBE = "maybe"
    """It depends on the payload: to be checked at run time."""
    NO = "no"


Solution = Mapping[Any, Any]
"""What type variables stand for."""


def unwrapped(annotation: Any) -> Any:
    """A payload type without ``None``, ``Annotated`` and names given to other types; text becomes Any."""
    if annotation is Any or type(annotation) in (type, TypeVar):  # nearly always
        return annotation
    inner, _ = peel(annotation)
    if isinstance(inner, typing.NewType):
        return unwrapped(inner.__supertype__)
    if isinstance(inner, str | typing.ForwardRef):
        return Any
    if is_union(inner):
        members, nullable = _split_none(inner)
        plain = [unwrapped(member) for member in members]
        return union_of(plain) if plain and (nullable or plain != members) else inner
    return inner


def fits(sent: Any, wanted: Any) -> Fit:
    """Whether a payload declared as `sent` may go to a port declared as `wanted`."""
    sent, wanted = unwrapped(sent), unwrapped(wanted)
    if wanted is Any or wanted is object or isinstance(wanted, TypeVar) or sent is wanted:
        return Fit.YES
    if sent is Any or sent is object or isinstance(sent, TypeVar):
        return Fit.MAYBE
    answers = {_best({_fits_one(one, other) for other in _members(wanted)}) for one in _members(sent)}
    if answers == {Fit.YES}:
        return Fit.YES
    return Fit.NO if answers == {Fit.NO} else Fit.MAYBE


def _best(answers: set[Fit]) -> Fit:
    return next(fit for fit in Fit if fit in answers)


def _members(annotation: Any) -> list[Any]:
    if is_union(annotation):
        return [member for one in get_args(annotation) for member in _members(unwrapped(one))]
    if get_origin(annotation) is typing.Literal:
        return list(dict.fromkeys(type(value) for value in get_args(annotation)))
    return [annotation]


def _fits_one(sent: Any, wanted: Any) -> Fit:
    if sent is Any or wanted is Any:
        return Fit.YES if wanted is Any else Fit.MAYBE
    of: Any = get_origin(sent) or sent
    to: Any = get_origin(wanted) or wanted
    if not isinstance(of, type) or not isinstance(to, type):
        return Fit.MAYBE
    if of is int and to in (float, complex) or of is float and to is complex:
        return Fit.YES
    try:
        if issubclass(of, to):
            return _fit_arguments(sent, wanted, of, to)
        return Fit.MAYBE if issubclass(to, of) else Fit.NO
    except TypeError:  # a Protocol with attributes, or not meant for run time
        return Fit.MAYBE


def _fit_arguments(sent: Any, wanted: Any, of: Any, to: Any) -> Fit:
    mine, theirs = get_args(sent), get_args(wanted)
    if not mine or not theirs or to is collections.abc.Callable:
        return Fit.YES
    if of is tuple:
        mine, theirs = _tuple_items(mine, theirs, to)
    if len(mine) != len(theirs):
        return Fit.NO if of is to else Fit.YES
    # An element that cannot be proven is no reason to look into every list that passes.
    return Fit.NO if any(fits(a, b) is Fit.NO for a, b in zip(mine, theirs, strict=True)) else Fit.YES


def _tuple_items(mine: tuple[Any, ...], theirs: tuple[Any, ...], to: Any) -> tuple[Any, Any]:
    """The elements of tuples, of any or of a fixed length, made comparable."""
    if to is not tuple:
        theirs = (theirs[0], ...)
    if theirs[-1] is Ellipsis:
        items = mine[:-1] if mine[-1] is Ellipsis else mine
        return items, theirs[:1] * len(items)
    if mine[-1] is Ellipsis:
        return mine[:1] * len(theirs), theirs
    return mine, theirs


def join(one: Any, other: Any) -> Any:
    """The wider of two types, or None if neither takes what the other is."""
    if one is Any or other is Any:
        return other if one is Any else one
    if fits(one, other) is Fit.YES:
        return other
    return one if fits(other, one) is Fit.YES else None


def narrower(one: Any, other: Any) -> Any:
    """A type that fits both, or None if no payload can."""
    if fits(one, other) is Fit.YES and one is not Any:
        return one
    if fits(other, one) is Fit.YES:
        return other
    common = [member for member in _members(unwrapped(one)) if fits(member, other) is Fit.YES]
    common += [member for member in _members(unwrapped(other)) if fits(member, one) is Fit.YES]
    return union_of(common) if common else None


def solve(wanted: Any, sent: Any) -> list[tuple[Any, Any]]:
    """What the type variables in `wanted` would have to be for `sent` to fit: pairs of variable and type."""
    wanted, sent = unwrapped(wanted), unwrapped(sent)
    if sent is Any:
        return []
    if isinstance(wanted, TypeVar):
        return [(wanted, sent)]
    mine, theirs = get_args(sent), get_args(wanted)
    if is_union(wanted) or is_union(sent) or not mine or not theirs:
        return []
    if get_origin(sent) is tuple and (items := _tuple_items(mine, theirs, get_origin(wanted))):
        mine, theirs = items
    if len(mine) != len(theirs):
        return []
    return [pair for a, b in zip(theirs, mine, strict=True) for pair in solve(a, b)]


def substituted(annotation: Any, solution: Solution) -> Any:
    """`annotation` with type variables replaced; one that nothing is known about becomes its bound, or Any."""
    inner = unwrapped(annotation)
    if isinstance(inner, TypeVar):
        found = solution.get(inner, Any)
        return found if found is not Any else limit_of(inner)
    if not variables_of(inner):
        return inner
    arguments = tuple(substituted(argument, solution) for argument in get_args(inner))
    return union_of(arguments) if is_union(inner) else get_origin(inner)[arguments]


def limit_of(variable: TypeVar) -> Any:
    """What a type variable may stand for at most: its bound or constraints, or Any."""
    if variable.__constraints__:
        return union_of(variable.__constraints__)
    return variable.__bound__ if variable.__bound__ is not None else Any


def variables_of(annotation: Any) -> set[Any]:
    """The type variables in a type."""
    inner = unwrapped(annotation)
    if isinstance(inner, TypeVar):
        return {inner}
    return {variable for argument in get_args(inner) for variable in variables_of(argument)}


def runtime_check(wanted: Any) -> Any:
    """What ``isinstance`` can test for payloads of a type: a class, a tuple of classes, or None if it can test nothing.

    Only the outside is tested: ``list[Detection]`` is a list.
    """
    classes: list[type] = []
    for member in _members(unwrapped(wanted)):
        inner = get_origin(member) or member
        if not isinstance(inner, type) or inner in (object, Any):
            return None
        if getattr(inner, "_is_protocol", False) and not getattr(inner, "_is_runtime_protocol", False):
            return None
        if typing.is_typeddict(inner):
            inner = dict
        classes += [inner, int] if inner in (float, Timestamp) else [inner, float, int] if inner is complex else [inner]
    unique = tuple(dict.fromkeys(classes))
    return unique[0] if len(unique) == 1 else unique


def value_fits(value: Any, wanted: Any) -> bool:
    """Whether a value from a graph file or a program is of a type: lists and the like are looked into."""
    wanted = unwrapped(wanted)
    if wanted is Any or isinstance(wanted, TypeVar):
        return True
    if is_union(wanted):
        return any(value_fits(value, member) for member in get_args(wanted))
    if get_origin(wanted) is typing.Literal:
        return value in get_args(wanted)
    if wanted in (int, float, bool, str):
        return is_of(value, wanted)
    check = runtime_check(wanted)
    return check is None or (isinstance(value, check) and _items_fit(value, wanted))


def refusal(value: Any, wanted: Any, names: Mapping[Any, str] = MappingProxyType({})) -> str:
    """What to say of a value that is not of a type: ``must be a whole number, not 'two'``.

    Args:
        value: From a graph file or a program.
        wanted: The type.
        names: What types without a name of their own are called, from `names_in`.
    """
    try:
        words = f"must be {in_words(option_type(unwrapped(wanted)))}"
    except AnnotationProblem:  # no file can hold it
        words = f"takes {shown(wanted, names)}"
    plain = value is None or isinstance(value, bool | int | float | str | list | dict)
    return f"{words}, not {in_yaml(value) if plain else f'{type(value).__name__} ({value!r:.60})'}"


def _items_fit(value: Any, wanted: Any) -> bool:
    arguments = get_args(wanted)
    if not arguments:
        return True
    if isinstance(value, dict):
        keys, values = arguments if len(arguments) == 2 else (Any, Any)
        return all(value_fits(key, keys) and value_fits(item, values) for key, item in value.items())
    if isinstance(value, tuple) and get_origin(wanted) is tuple and arguments[-1] is not Ellipsis:
        return len(value) == len(arguments) and all(map(value_fits, value, arguments))
    if isinstance(value, list | tuple | set | frozenset):
        return all(value_fits(item, arguments[0]) for item in value)
    return True


def named_types(annotation: Any, names: Mapping[Any, str] = MappingProxyType({})) -> dict[str, Any]:
    """The types in a type that have a name: what ``type: Detection`` in a graph file may mean.

    Args:
        annotation: The type.
        names: What types without a name of their own are called, from `names_in`.
    """
    found: dict[str, Any] = {}
    pending = [annotation]
    while pending:
        part = pending.pop()
        inner = unwrapped(part)
        plain = get_origin(inner) or inner
        if _hashable(inner) and inner in names:
            found.setdefault(names[inner], inner)
        if isinstance(plain, type):
            found.setdefault(plain.__name__, plain)
        if isinstance(part, typing.NewType):
            found.setdefault(part.__name__, part)
        pending.extend(argument for argument in get_args(inner) if argument is not Ellipsis)
    return found


def shown(annotation: Any, names: Mapping[Any, str] = MappingProxyType({})) -> str:
    """A payload type for people: ``list[Detection]``, ``Image``.

    Args:
        annotation: The type.
        names: What types without a name of their own are called, from `names_in`.
    """
    inner = unwrapped(annotation)
    if inner is Any:
        return "anything"
    if _hashable(inner) and inner in names:
        return names[inner]
    if is_union(inner):
        return " | ".join(shown(member, names) for member in get_args(inner))
    origin: Any = get_origin(inner)
    arguments = get_args(inner)
    if not isinstance(origin, type) or not arguments or origin is collections.abc.Callable:
        return type_name(inner)
    if origin.__name__ == "ndarray" and len(arguments) == 2:
        element = get_args(arguments[1])
        return f"array of {shown(element[0])}" if element and element[0] is not Any else "array"
    words = ("..." if one is Ellipsis else "Any" if one is Any else shown(one, names) for one in arguments)
    return f"{type_name(origin)}[{', '.join(words)}]"


@functools.cache
def names_in(module: str) -> Mapping[Any, str]:
    """The names that a module has for types such as ``Image = NDArray[numpy.uint8]``, by type."""
    names: dict[Any, str] = {}
    for name, value in vars(sys.modules[module]).items() if module in sys.modules else ():
        if name[:1].isupper() and get_origin(value) is not None and not variables_of(value):
            inner = unwrapped(value)
            if _hashable(inner) and not isinstance(inner, type):
                names.setdefault(inner, name)
    return names


def _hashable(value: Any) -> bool:
    return isinstance(value, collections.abc.Hashable)
