"""Deriving a calculator's contract from the signatures of its methods.

:func:`contract_of` does it once per class and reports every mistake of the class at once, each with its own line.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, get_args, get_origin

from graphflow import introspect
from graphflow.annotations import (
    AnnotationProblem,
    Asked,
    Given,
    peel,
    port_name,
    read_input,
    read_output,
    split_none,
    type_name,
)
from graphflow.calculator import Calculator
from graphflow.class_body import read_attributes, read_options
from graphflow.contract import MISSING, Contract, Form, Inject, InputPort, OutputPort, Parameter, Result, SidePort
from graphflow.errors import ContractError
from graphflow.outputs import Outputs, Record, SidePackets
from graphflow.problems import Problems

_ITERATORS = (Iterator, Iterable, Generator)
_MAPPINGS = (dict, Mapping)


def contract_of(cls: type[Any]) -> Contract:
    """The contract of a calculator class, derived on first use.

    Raises:
        ContractError: The class declares something that cannot be understood; the message has one entry per mistake,
            each starting with ``file:line:``.
    """
    known = vars(cls).get("_contract")
    if isinstance(known, Contract):
        return known
    if not (isinstance(cls, type) and issubclass(cls, Calculator)):
        raise ContractError(f"{cls!r} is not a calculator: it must be a class that derives from graphflow.Calculator")
    contract = _Derivation(cls).contract()
    cls._contract = contract  # type: ignore[attr-defined]
    return contract


class _Derivation:
    """The work of one :func:`contract_of`."""

    def __init__(self, cls: type[Calculator]) -> None:
        self.cls = cls
        self.problems = Problems(cls)
        self.docs: dict[str, str] = {}
        self.found: dict[str, Any] = {}

    def contract(self) -> Contract:
        self.docs |= introspect.documented(self.cls.__doc__)
        for name, read in (("process", self._process), ("open", self._open), ("close", self._close)):
            function = self._method(name)
            if function is not None:
                self.docs |= introspect.documented(function.__doc__)
                read(function)
        self._check_shared_ports()
        found = self.found
        outputs = bool(found.get("outputs")) or found.get("result") is Result.MAPPING
        source = outputs and not found.get("inputs") and not found.get("any_ports")
        if source and not self.problems:
            self._check_source()
        file, line = introspect.class_place(self.cls)
        contract = Contract(
            calculator=self.cls,
            **found,
            options=read_options(self.cls, self.problems),
            doc=introspect.first_paragraph(vars(self.cls).get("__doc__")),
            source=source,
            location=f"{introspect.shown_path(file)}:{line}",
        )
        contract = replace(contract, **read_attributes(self.cls, contract, self.problems))
        self.problems.raise_if_any()
        return contract

    def _method(self, name: str) -> types.FunctionType | None:
        """The function behind a method, or None if there is none or it cannot be used."""
        member = inspect.getattr_static(self.cls, name, None)
        if member is None:
            return None
        if not isinstance(member, types.FunctionType):
            kind = {staticmethod: "a staticmethod", classmethod: "a classmethod"}.get(type(member), "not a method")
            self.problems.add(f"'{name}' is {kind}", f"write 'def {name}(self, ...)'", introspect.field_place(self.cls, name))
            return None
        function = typing.cast("types.FunctionType", inspect.unwrap(member))
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            self.problems.add(f"'{name}' is async, and nothing awaits it", f"write 'def {name}', without async", function)
            return None
        return function

    # Parameters -------------------------------------------------------------------------------------------------

    def _parameters(self, function: types.FunctionType) -> Iterator[tuple[inspect.Parameter, Asked]]:
        """The parameters that can be understood, each with what it asks for; the others become problems."""
        where = function.__name__
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters or parameters[0].kind not in (
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            inspect.Parameter.POSITIONAL_ONLY,
        ):
            self.problems.add(f"{where} has no 'self'", f"write 'def {where}(self, ...)'", function)
            return
        if parameters[0].annotation is not inspect.Parameter.empty and parameters[0].name != "self":
            self.problems.add(
                f"{where}: the first parameter '{parameters[0].name}' is the calculator itself",
                f"write 'def {where}(self, {parameters[0].name}: ...)'",
                function,
            )
            return
        for parameter in parameters[1:]:
            if help := _unusable(parameter):
                self.problems.add(f"{where}: parameter '{parameter.name}' {help[0]}", help[1], function)
            elif parameter.annotation is inspect.Parameter.empty:
                self.problems.add(
                    f"{where}: parameter '{parameter.name}' has no annotation",
                    f"write '{parameter.name}: Image' with the type of the payload, or '{parameter.name}: Any'",
                    function,
                )
            else:
                subject = f"{where}: parameter '{parameter.name}'"
                asked = self._read(subject, function, parameter.annotation, read_input)
                if asked is not None:
                    yield parameter, asked

    def _read(self, subject: str, source: Any, annotation: Any, reader: Callable[[Any], Any], owner: Any = None) -> Any:
        """An annotation through `reader`; None, with a problem noted, where it cannot be understood."""
        try:
            resolved = self.problems.resolve(subject, owner or self._owner(source), source, annotation)
            return None if resolved is MISSING else reader(resolved)
        except AnnotationProblem as problem:
            self.problems.add(f"{subject}: {problem.message}", problem.help, source)
            return None

    def _owner(self, source: Any) -> type[Any]:
        """The class whose body a method stands in, which names in its annotations may refer to."""
        name = getattr(source, "__name__", "")
        return next((c for c in self.cls.__mro__ if name in vars(c)), self.cls)

    def _process(self, function: types.FunctionType) -> None:
        inputs, parameters = [], []
        for parameter, asked in self._parameters(function):
            word, default = port_name(parameter.name), _default(parameter)
            if asked.inject:
                parameters.append(_injected(parameter, asked))
            elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
                self.found |= {"any_ports": True, "rest_form": asked.form, "rest_many": asked.many,
                               "rest_nullable": asked.nullable, "rest_type": asked.type}  # fmt: skip
                parameters.append(Parameter(parameter.name, rest=True))
            else:
                inputs.append(
                    InputPort(word, asked.type, asked.form, asked.many, asked.nullable, default, asked.owned, self._doc(word))
                )
                parameters.append(Parameter(parameter.name, port=word))
        self.found |= {"inputs": tuple(inputs), "process": tuple(parameters)}
        self._result(function)

    def _open(self, function: types.FunctionType) -> None:
        ports, parameters = [], []
        for parameter, asked in self._parameters(function):
            word, default = port_name(parameter.name), _default(parameter)
            if asked.inject is Inject.TIMESTAMP or asked.form is not Form.VALUE or asked.owned:
                self.problems.add(
                    f"open: parameter '{parameter.name}': a side packet has no timestamp or bound, and is shared",
                    f"write '{parameter.name}: T' with the type of the value alone",
                    function,
                )
            elif asked.inject:
                parameters.append(_injected(parameter, asked))
            elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
                self.found["any_side_packets"] = True
                parameters.append(Parameter(parameter.name, rest=True))
            else:
                default = None if default is MISSING and asked.nullable and not asked.many else default
                ports.append(SidePort(word, asked.type, asked.many, default, doc=self._doc(word)))
                parameters.append(Parameter(parameter.name, port=word))
        self.found |= {"side_inputs": tuple(ports), "open": tuple(parameters)}
        self._open_result(function)

    def _close(self, function: types.FunctionType) -> None:
        parameters = []
        for parameter, asked in self._parameters(function):
            if not asked.inject or asked.inject is Inject.TIMESTAMP:
                self.problems.add(
                    f"close: parameter '{parameter.name}' is a port, and there is nothing to receive at the end",
                    "close takes 'ctx: Context', 'clock: Clock' and services only; keep what it needs on self",
                    function,
                )
            else:
                parameters.append(_injected(parameter, asked))
        self.found["close"] = tuple(parameters)
        if function.__annotations__.get("return") not in (None, "None"):
            self.problems.add("close returns nothing", "write '-> None'; to send at the end, use ctx.send", function)

    def _check_shared_ports(self) -> None:
        """A name in both ``process`` and ``open`` is connected on one side only, so both sides need a default."""
        side = {port.name: port for port in self.found.get("side_inputs", ())}
        for port in self.found.get("inputs", ()):
            if port.name in side and MISSING in (port.default, side[port.name].default):
                self.problems.add(
                    f"port '{port.name}' is in both process and open, so one of them is always unconnected",
                    f"give both a default: '{port.name}: {type_name(port.type)} = UNCONNECTED'",
                    self._method("process"),
                )

    # Results ----------------------------------------------------------------------------------------------------

    def _result(self, function: types.FunctionType) -> None:
        if "return" not in function.__annotations__:
            self.problems.add(
                "process does not say what it returns",
                "write '-> Image' with the type of the output, or '-> None' if it sends nothing",
                function,
            )
            return
        resolved = self._read("process: the result", function, function.__annotations__["return"], lambda x: [x])
        if resolved is None:
            return
        annotation, names = peel(resolved[0])
        iterator = (get_origin(annotation) or annotation) in _ITERATORS
        if iterator and not get_args(annotation):
            self.problems.add(
                "process: the result does not say what it yields", "write Iterator[Packet[T]] with your type", function
            )
            return
        if iterator:
            yielded = get_args(annotation)[0]
            annotation = Annotated[(yielded, *names)] if names else yielded
        elif inspect.isgeneratorfunction(function):
            self.problems.add(
                "process yields, so it does not return a value",
                f"write '-> Iterator[{type_name(annotation)}]', or return instead of yield",
                function,
            )
            return
        else:
            annotation = resolved[0]
        self.found["iterator"] = iterator
        self._result_shape(function, annotation)

    def _result_shape(self, function: types.FunctionType, annotation: Any) -> None:
        members, _ = split_none(annotation)
        single = peel(members[0])[0] if len(members) == 1 else None
        origin = get_origin(single) or single
        if not members:
            self.found["result"] = Result.NOTHING
        elif isinstance(origin, type) and issubclass(origin, Record):
            self._record("process", function, single, Outputs, "outputs", "outputs_class")
            self.found["result"] = Result.OUTPUTS
        elif self.found.get("any_ports") and origin in _MAPPINGS:
            given = self._read("process: the result", function, (get_args(single) or (str, Any))[1], read_output)
            self.found |= {"result": Result.MAPPING, "rest_packet": bool(given and given.packet)}
        else:
            given = self._read("process: the result", function, annotation, read_output)
            if given is not None:
                port = _output(given, given.name or "out", self.docs)
                self.found |= {"result": Result.VALUE, "outputs": (port,)}

    def _open_result(self, function: types.FunctionType) -> None:
        annotation = function.__annotations__.get("return")
        resolved = self._read("open: the result", function, annotation, lambda x: [x])
        members, _ = split_none(resolved[0]) if resolved else ([], True)
        if not members:
            return
        single = peel(members[0])[0]
        origin = get_origin(single) or single
        if self.found.get("any_side_packets") and origin in _MAPPINGS:
            self.found["side_result"] = Result.MAPPING
            return
        if len(members) > 1 or not (isinstance(origin, type) and issubclass(origin, Record)):
            self.problems.add(
                f"open returns {type_name(resolved[0])}, which names no side packet",
                "return a class with a field for each: 'class Made(SidePackets): model: Model'",
                function,
            )
            return
        self._record("open", function, single, SidePackets, "side_outputs", "side_outputs_class")
        self.found["side_result"] = Result.OUTPUTS

    def _record(self, method: str, function: Any, annotation: Any, base: type[Record], ports: str, key: str) -> None:
        """Ports from the fields of an `Outputs` or `SidePackets` class."""
        cls = get_origin(annotation) or annotation
        if not issubclass(cls, base):
            self.problems.add(f"{method} returns {cls.__name__}, which is no {base.__name__} class",
                              f"derive it from {base.__name__}", function)  # fmt: skip
            return
        arguments = dict(zip(getattr(cls, "__parameters__", ()), get_args(annotation), strict=False))
        docs = self.docs | introspect.documented(cls.__doc__)
        found = []
        for name, given in self._fields(cls, arguments):
            optional = cls.record_fields[name] is not MISSING
            if base is Outputs:
                found.append(replace(_output(given, port_name(name), docs), optional=optional))
            else:
                found.append(SidePort(port_name(name), given.type, given.many, optional=optional, doc=docs.get(name, "")))
        self.found |= {ports: tuple(found), key: cls}

    def _fields(self, cls: type[Record], arguments: dict[Any, Any]) -> Iterator[tuple[str, Given]]:
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                if issubclass(base, Record) and not name.startswith("_") and _is_plain(value) and name != "record_fields":
                    self.problems.add(f"{cls.__name__}.{name} has no annotation", f"write '{name}: Image = ...' with its type",
                                      introspect.field_place(base, name))  # fmt: skip
        for name in cls.record_fields:
            owner = next(base for base in cls.__mro__ if name in vars(base).get("__annotations__", {}))
            place = introspect.field_place(owner, name)

            def read(annotation: Any, name: str = name) -> Given:
                given = read_output(_substitute(annotation, arguments))
                if given.name:
                    raise AnnotationProblem("the field's name is the port's name", f"rename the field to '{given.name}'")
                return given

            given = self._read(f"{cls.__name__}.{name}", place, owner.__annotations__[name], read, owner)
            if given is not None:
                yield name, given

    def _check_source(self) -> None:
        function = self._method("process")
        example = "write '-> Iterator[Packet[T]]' and 'yield Packet(value, timestamp)'"
        if not self.found["iterator"]:
            self.problems.add("process has no inputs, so it is a source and must return an iterator", example, function)
        elif bare := [port.name for port in self.found["outputs"] if not port.packet]:
            self.problems.add(f"a source must say at which time it sends: output '{bare[0]}' is no Packet", example, function)

    def _doc(self, port: str) -> str:
        return self.docs.get(port, "")


def _unusable(parameter: inspect.Parameter) -> tuple[str, str] | None:
    """Why a parameter cannot be filled, and what to write; None if it can."""
    name = parameter.name
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return "collects ports without names", f"write '{name}: Many[X]' for a port that repeats"
    if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
        return "is positional only", "drop the '/'"
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
        return "is keyword only", "drop the '*'"
    return None


def _default(parameter: inspect.Parameter) -> Any:
    return MISSING if parameter.default is inspect.Parameter.empty else parameter.default


def _injected(parameter: inspect.Parameter, asked: Asked) -> Parameter:
    default = _default(parameter)
    if asked.inject is not Inject.SERVICE:
        return Parameter(parameter.name, inject=asked.inject)
    default = None if default is MISSING and asked.nullable else default
    return Parameter(parameter.name, inject=asked.inject, service=asked.type, default=default)


def _output(given: Given, name: str, docs: Mapping[str, str]) -> OutputPort:
    return OutputPort(name, given.type, many=given.many, packet=given.packet, doc=docs.get(name, ""))


def _is_plain(value: Any) -> bool:
    """Whether a class attribute is a value that somebody meant as a field."""
    return not (callable(value) or hasattr(value, "__get__"))


def _substitute(annotation: Any, arguments: dict[Any, Any]) -> Any:
    """An annotation with the type variables of a generic class replaced."""
    if annotation in arguments:
        return arguments[annotation]
    parameters = getattr(annotation, "__parameters__", ())
    if not arguments or not parameters:
        return annotation
    return annotation[tuple(arguments.get(parameter, parameter) for parameter in parameters)]
