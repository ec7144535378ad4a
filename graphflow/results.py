"""What ``process`` and ``open`` return, as ports: the second half of deriving a contract."""

from __future__ import annotations

import inspect
import types
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

from graphflow import introspect
from graphflow.annotations import AnnotationProblem, Given, peel, port_name, read_output, split_none, type_name
from graphflow.contract import ANY_NAME, MISSING, InputPort, OutputPort, Result, SidePort
from graphflow.outputs import Outputs, Record, SidePackets
from graphflow.problems import Problems

_ITERATORS = (Iterator, Iterable, Generator)
_MAPPINGS = (dict, Mapping)


def read_process_result(
    owner: type[Any], function: types.FunctionType, rest: InputPort | None, docs: Mapping[str, str], problems: Problems
) -> dict[str, Any]:
    """The contract's fields that follow from what ``process`` returns.

    Args:
        owner: The class whose body `function` stands in.
        function: ``process``.
        rest: What ``**ports`` are, if it takes them; then a mapping is that of the outputs.
        docs: Texts for ports, by name.
        problems: Takes what is wrong.
    """
    if "return" not in function.__annotations__:
        help = "write '-> Image' with the type of the output, or '-> None' if it sends nothing"
        problems.add("process: it does not say what it returns", help, function)
        return {}

    def read(annotation: Any) -> dict[str, Any]:
        iterator, annotation = _yielded(annotation)
        if not iterator and inspect.isgeneratorfunction(function):
            help = f"write '-> Iterator[{type_name(annotation)}]', or return instead of yield"
            raise AnnotationProblem("process yields, so it returns an iterator", help)
        single, origin = _single(annotation)
        if single is type(None):
            return {"result": Result.NOTHING, "iterator": iterator}
        if _is_record(origin):
            return {"iterator": iterator, **_outputs(single, docs, problems)}
        if rest and origin in _MAPPINGS:
            given = read_output(get_args(single)[1]) if get_args(single) else Given(Any)
            outputs = OutputPort(ANY_NAME, rest.type, rest.many, optional=True, packet=given.packet)
            return {"result": Result.MAPPING, "iterator": iterator, "rest_output": outputs}
        given = read_output(annotation)
        port = OutputPort(given.name or "out", given.type, given.many, packet=given.packet, doc=docs.get("return", ""))
        return {"result": Result.VALUE, "iterator": iterator, "outputs": (port,)}

    return problems.read("process: the result", owner, function, function.__annotations__["return"], read) or {}


def read_open_result(
    owner: type[Any], function: types.FunctionType, rest: SidePort | None, docs: Mapping[str, str], problems: Problems
) -> dict[str, Any]:
    """The contract's fields that follow from what ``open`` returns; as for `read_process_result`."""

    def read(annotation: Any) -> dict[str, Any]:
        single, origin = _single(annotation)
        if single is type(None):
            return {}
        if rest and origin in _MAPPINGS:
            return {"side_result": Result.MAPPING, "rest_side_output": rest}
        if _is_record(origin):
            return _side_packets(single, docs, problems)
        given = read_output(annotation)
        if given.packet:
            raise AnnotationProblem("a side packet has no time", f"write '-> {type_name(given.type)}'")
        port = SidePort(given.name or "out", given.type, given.many, doc=docs.get("return", ""))
        return {"side_result": Result.VALUE, "side_outputs": (port,)}

    return problems.read("open: the result", owner, function, function.__annotations__.get("return"), read) or {}


def _yielded(annotation: Any) -> tuple[bool, Any]:
    """Whether a result is an iterator, and what each call or each step of it gives."""
    inner, metadata = peel(annotation)
    if (get_origin(inner) or inner) not in _ITERATORS:
        return False, annotation
    if not get_args(inner):
        raise AnnotationProblem("it does not say what is yielded", "write Iterator[Packet[T]] with your type")
    item = get_args(inner)[0]
    return True, Annotated[(item, *metadata)] if metadata else item


def _single(annotation: Any) -> tuple[Any, Any]:
    """A result without ``| None``, and its class without parameters; NoneType for ``None`` alone."""
    members, _ = split_none(annotation)
    if len(members) != 1:
        return (annotation, None) if members else (type(None), None)
    single = peel(members[0])[0]
    return single, get_origin(single) or single


def _is_record(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Record)


def _outputs(annotation: Any, docs: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    cls = _record_class(annotation, Outputs)
    ports = tuple(
        OutputPort(port_name(name), given.type, given.many, optional, given.packet, doc)
        for name, given, optional, doc in _fields(annotation, docs, problems)
    )
    return {"result": Result.OUTPUTS, "outputs": ports, "outputs_class": cls}


def _side_packets(annotation: Any, docs: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    cls = _record_class(annotation, SidePackets)
    ports = tuple(
        SidePort(port_name(name), given.type, given.many, optional=optional, doc=doc)
        for name, given, optional, doc in _fields(annotation, docs, problems)
    )
    return {"side_result": Result.OUTPUTS, "side_outputs": ports, "side_outputs_class": cls}


def _record_class(annotation: Any, base: type[Record]) -> type[Record]:
    cls: type[Record] = get_origin(annotation) or annotation
    if not issubclass(cls, base):
        raise AnnotationProblem(f"{cls.__name__} is no {base.__name__} class", f"derive it from {base.__name__}")
    if not cls.record_fields:
        raise AnnotationProblem(f"{cls.__name__} has no fields", "write one annotated field for each port")
    return cls


def _fields(annotation: Any, docs: Mapping[str, str], problems: Problems) -> Iterator[tuple[str, Given, bool, str]]:
    """Name, what it gives, whether it may stay unconnected, and text, for each field of a record class."""
    cls = get_origin(annotation) or annotation
    arguments = dict(zip(getattr(cls, "__parameters__", ()), get_args(annotation), strict=False))
    texts = {**docs, **introspect.documented(cls.__doc__)}
    _check_all_annotated(cls, problems)

    def read(annotation: Any) -> Given:
        given = read_output(_substitute(annotation, arguments))
        if given.name:
            raise AnnotationProblem("the field's name is the port's name", f"rename the field to '{given.name}'")
        return given

    for name, default in cls.record_fields.items():
        owner = next(base for base in cls.__mro__ if name in vars(base).get("__annotations__", {}))
        place = (owner, name)
        given = problems.read(f"{cls.__name__}.{name}", owner, place, owner.__annotations__[name], read)
        if given is not None:
            yield name, given, default is not MISSING, texts.get(name, "")


def _check_all_annotated(cls: type[Record], problems: Problems) -> None:
    for base in cls.__mro__[: cls.__mro__.index(Record)]:
        for name, value in vars(base).items():
            if name.startswith("_") or name == "record_fields" or callable(value) or hasattr(value, "__get__"):
                continue
            place = (base, name)
            problems.add(
                f"{cls.__name__}.{name} has no annotation", f"write '{name}: Image = {value!r}' with its type", place
            )


def _substitute(annotation: Any, arguments: Mapping[Any, Any]) -> Any:
    """An annotation with the type variables of a generic class replaced."""
    if isinstance(annotation, TypeVar):
        return arguments.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not arguments or not parameters:
        return annotation
    return annotation[tuple(arguments.get(parameter, parameter) for parameter in parameters)]
