"""The words of a signature: what one annotation asks for or gives.

``Many``, ``Owned`` and ``Service`` are ``Annotated`` aliases: a type checker sees the plain type, the framework sees
the mark. :func:`read_input` and :func:`read_output` turn one resolved annotation into an `Asked` or a `Given`.
"""

from __future__ import annotations

import enum
import keyword
import types
import typing
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from graphflow.clock import Clock
from graphflow.context import Context
from graphflow.contract import Form, Inject
from graphflow.errors import Advice
from graphflow.packet import Packet
from graphflow.timestamp import Bound, Timestamp

T = TypeVar("T")


class Mark(enum.Enum):
    """What the aliases below leave in an annotation."""

    MANY = "Many"
    OWNED = "Owned"
    SERVICE = "Service"


Many = Annotated[tuple[T, ...], Mark.MANY]
"""A port that repeats: a tuple with one element per stream, in YAML order.

The element is any form that a single port may have, with the same meaning for each stream: ``Many[X]`` waits for all
of them, ``Many[X | None]`` has ``None`` where nothing is.
"""

Owned = Annotated[T, Mark.OWNED]
"""A payload that may be written to: the producer's own if this node is its only reader, else a copy."""

Service = Annotated[T, Mark.SERVICE]
"""An object that the program provides for the run, found by its type."""


class _Unconnected:
    """The type of `UNCONNECTED`; false, so that ``if rect:`` is right as well as ``if rect is UNCONNECTED:``."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNCONNECTED"

    def __reduce__(self) -> str:
        return "UNCONNECTED"


UNCONNECTED: Any = _Unconnected()
"""A default that tells a port without a connection from one without a packet."""


class AnnotationProblem(Advice):
    """An annotation cannot be understood."""


class Asked(NamedTuple):
    """What one parameter asks for; the fields are those of `InputPort` and `Parameter`."""

    type: Any = Any
    form: Form = Form.VALUE
    many: bool = False
    nullable: bool = False
    owned: bool = False
    inject: Inject | None = None


class Given(NamedTuple):
    """What one result gives; the fields are those of `OutputPort`, `name` from ``Annotated[T, "name"]``."""

    type: Any
    many: bool = False
    packet: bool = False
    name: str = ""


_INJECTED: dict[Any, Inject] = {Timestamp: Inject.TIMESTAMP, Context: Inject.CONTEXT, Clock: Inject.CLOCK}


def port_name(name: str) -> str:
    """The graph file's word for a Python name: ``in_`` is the port ``in``."""
    return name[:-1] if name.endswith("_") and keyword.iskeyword(name[:-1]) else name


def python_name(port: str) -> str:
    """The Python name for a graph file's word: the port ``in`` is ``in_``."""
    return f"{port}_" if keyword.iskeyword(port) else port


def type_name(annotation: Any) -> str:
    """A type in the words of its author: ``list[Detection]``, ``Image | None``."""
    if annotation is None or annotation is types.NoneType:
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, list):  # the parameters of a Callable
        return f"[{', '.join(map(type_name, annotation))}]"
    if is_union(annotation):
        return " | ".join(type_name(member) for member in get_args(annotation))
    if get_origin(annotation) is typing.Literal:
        return f"Literal[{', '.join(map(repr, get_args(annotation)))}]"
    if get_origin(annotation) is Annotated:
        return type_name(get_args(annotation)[0])
    name: str = getattr(annotation, "__name__", "") or str(annotation)
    arguments = get_args(annotation)
    if arguments and get_origin(annotation) is not None:
        return f"{name}[{', '.join(map(type_name, arguments))}]"
    return name


def is_union(annotation: Any) -> bool:
    """Whether an annotation is ``A | B`` or ``Union[A, B]``."""
    return get_origin(annotation) in (Union, types.UnionType)


def peel(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without its ``Annotated`` shell and its metadata; a ``type X = ...`` alias is expanded."""
    if type(annotation) is type:  # nearly always
        return annotation, ()
    alias_type: Any = getattr(typing, "TypeAliasType", ())
    while alias_type:
        if isinstance(annotation, alias_type):
            annotation = annotation.__value__
        elif isinstance(origin := get_origin(annotation), alias_type):
            annotation = origin.__value__[get_args(annotation)]
        else:
            break
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        inner, below = peel(inner)
        return inner, (*below, *metadata)
    return annotation, ()


def split_none(annotation: Any) -> tuple[list[Any], bool]:
    """The members of a union without ``None``, and whether ``None`` was one; a single type is one member.

    Metadata of the whole goes to each member: ``Owned[X | None]`` is ``Owned[X] | None``.
    """
    inner, metadata = peel(annotation)
    if not is_union(inner):
        return ([], True) if inner is None or inner is types.NoneType else ([annotation], False)
    members = [member for member in get_args(inner) if member is not types.NoneType]
    nullable = len(members) < len(get_args(inner))
    return [Annotated[(member, *metadata)] for member in members] if metadata else members, nullable


def payload_of(member: Any) -> Any:
    """T of ``Packet[T]``; None if `member` is no packet.

    Raises:
        AnnotationProblem: ``Packet`` without a parameter.
    """
    inner, _ = peel(member)
    if inner is Packet:
        raise AnnotationProblem("'Packet' does not say of what", "write Packet[Image] with your type, or Packet[Any]")
    return get_args(inner)[0] if get_origin(inner) is Packet else None


def read_input(annotation: Any) -> Asked:
    """What a parameter of ``process`` asks for.

    Raises:
        AnnotationProblem: The annotation is none of the forms that ports have.
    """
    inner, marks = peel(annotation)
    if annotation in (Many, Owned, Service):
        word = next(mark.value for mark in marks)
        raise AnnotationProblem(f"'{word}' does not say of what", f"write {word}[Image] with your type")
    if Mark.MANY not in marks:
        return _read_stream(annotation)
    asked = _read_stream(get_args(inner)[0])
    if asked.inject:
        raise AnnotationProblem(f"'{type_name(asked.type)}' cannot repeat", "drop Many[...]")
    return asked._replace(many=True)


def _read_stream(annotation: Any) -> Asked:
    members, nullable = split_none(annotation)
    peeled = [peel(member) for member in members]
    marks = {mark for _, metadata in peeled for mark in metadata if isinstance(mark, Mark)}
    if not members:
        raise AnnotationProblem("None is not a payload: it means that nothing is there", "write the payload's type")
    if Mark.MANY in marks:
        raise AnnotationProblem("a port that repeats is always a tuple", "write Many[X | None], or default it to ()")
    if any(inner is Bound for inner, _ in peeled):
        return _read_bound(members, nullable)
    if len(members) > 1:
        if any(payload_of(member) is not None for member in members):
            raise AnnotationProblem("a packet cannot be mixed with other types", "write Packet[A | B]")
        return Asked(Union[tuple(inner for inner, _ in peeled)], nullable=nullable, owned=Mark.OWNED in marks)  # noqa: UP007
    inner = peeled[0][0]
    if Mark.SERVICE in marks:
        return Asked(inner, nullable=nullable, inject=Inject.SERVICE)
    if inner in (Timestamp, Context, Clock):
        if nullable:
            raise AnnotationProblem(
                f"'{type_name(inner)}' is filled in by the framework and is always there",
                f"drop '| None'; a payload of that type is asked for as Packet[{type_name(inner)}]",
            )
        return Asked(inner, inject=_INJECTED[inner])
    payload = payload_of(inner)
    if payload is None:
        return Asked(inner, nullable=nullable, owned=Mark.OWNED in marks)
    return Asked(_payload_type(payload), Form.PACKET, nullable=nullable)


def _read_bound(members: list[Any], nullable: bool) -> Asked:
    """``Bound`` alone or with one ``Packet[T]``: always there, so nothing is waited for."""
    if nullable:
        raise AnnotationProblem("a bound is always there", "drop '| None'")
    others = [member for member in members if peel(member)[0] is not Bound]
    if not others:
        return Asked(Any, Form.BOUND, nullable=True)
    payload = payload_of(others[0])
    if payload is None or len(others) > 1:
        raise AnnotationProblem("a bound goes with a packet only", "write Packet[T] | Bound")
    return Asked(_payload_type(payload), Form.PACKET_OR_BOUND, nullable=True)


def _payload_type(payload: Any) -> Any:
    inner, marks = peel(payload)
    if Mark.OWNED in marks:
        raise AnnotationProblem("a packet is shared, so its payload cannot be owned", "write Owned[X] without Packet")
    return inner


def read_output(annotation: Any) -> Given:
    """What one output gives: ``T``, ``T | None``, ``Packet[T]``, ``Many[...]`` of those, ``Annotated[..., "name"]``.

    Raises:
        AnnotationProblem: The annotation is none of these.
    """
    inner, marks = peel(annotation)
    name = next((mark for mark in reversed(marks) if isinstance(mark, str)), "")
    many = Mark.MANY in marks
    given = _read_result(get_args(inner)[0] if many else annotation)._replace(many=many)
    given = given._replace(name=name or given.name)
    if given.name and not given.name.isidentifier():
        raise AnnotationProblem(f"'{given.name}' cannot be a port's name", "write a word of letters, digits and '_'")
    return given


def _read_result(annotation: Any) -> Given:
    members, _ = split_none(annotation)
    peeled = [peel(member) for member in members]
    marks = [mark for _, metadata in peeled for mark in metadata]
    name = next((mark for mark in reversed(marks) if isinstance(mark, str)), "")
    if not members:
        raise AnnotationProblem("None is not a payload: it means that nothing is sent", "write the payload's type")
    if Mark.MANY in marks:
        raise AnnotationProblem("a port that repeats gives a tuple, always", "write Many[X | None]")
    if Mark.OWNED in marks or Mark.SERVICE in marks:
        raise AnnotationProblem("Owned and Service are for parameters", "write the payload's type alone")
    if any(inner is Bound for inner, _ in peeled):
        raise AnnotationProblem("a bound cannot be returned", "ask for 'ctx: Context' and call ctx.set_bound(port, t)")
    if any(inner in (Context, Clock) for inner, _ in peeled):
        raise AnnotationProblem("Context and Clock are for parameters", "write the payload's type")
    payloads = [payload_of(member) for member in members]
    if any(payload is not None for payload in payloads):
        if len(members) > 1:
            raise AnnotationProblem("a packet cannot be mixed with other types", "write Packet[A | B]")
        return Given(_payload_type(payloads[0]), packet=True, name=name)
    return Given(Union[tuple(inner for inner, _ in peeled)], name=name)  # noqa: UP007
