"""Deriving a calculator's contract from the signatures of its methods.

:func:`contract_of` does it once per class and reports every mistake of the class at once, each with its own line.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphflow import introspect
from graphflow.annotations import Asked, port_name, read_input, type_name
from graphflow.calculator import Calculator
from graphflow.class_body import read_attributes, read_options
from graphflow.contract import ANY_NAME, MISSING, Contract, Form, Inject, InputPort, Parameter, Result, SidePort
from graphflow.errors import ContractError
from graphflow.options import OptionField
from graphflow.problems import Problems
from graphflow.results import read_open_result, read_process_result
from graphflow.values import is_of

_Kind = inspect.Parameter


def contract_of(cls: type[Any]) -> Contract:
    """The contract of a calculator class, derived on first use.

    Raises:
        ContractError: The class declares something that cannot be understood; the message has one entry per mistake,
            each starting with ``file:line:``.
    """
    known = vars(cls).get("_contract") if isinstance(cls, type) else None
    if isinstance(known, Contract):
        return known
    if not (isinstance(cls, type) and issubclass(cls, Calculator)):
        raise ContractError(f"{cls!r} is not a calculator: it must be a class that derives from graphflow.Calculator")
    contract = _Derivation(cls).contract()
    type.__setattr__(cls, "_contract", contract)
    return contract


_INJECTED = {"ctx": "Context", "context": "Context", "clock": "Clock", "t": "Timestamp", "timestamp": "Timestamp"}
"""What parameters of these names are most likely meant to be."""
_SIMPLE = (bool, int, float, str)


class _Derivation:
    """The work of one :func:`contract_of`: reads method after method into `found`, the contract's fields."""

    def __init__(self, cls: type[Calculator]) -> None:
        self.cls = cls
        self.problems = Problems(cls)
        self.docs = introspect.documented(cls.__doc__)
        self.found: dict[str, Any] = {}

    def contract(self) -> Contract:
        for name, read in (("process", self._process), ("open", self._open), ("close", self._close)):
            function = self._method(name)
            if function is not None:
                self.docs |= introspect.documented(function.__doc__)
                read(function)
        self._check_shared_ports()
        self._check_names_of_methods()
        contract = Contract(
            calculator=self.cls,
            **self.found,
            options=read_options(self.cls, self.problems),
            doc=introspect.first_paragraph(vars(self.cls).get("__doc__")),
        )
        sends = bool(contract.outputs) or contract.result is Result.MAPPING
        contract = replace(contract, source=sends and not contract.inputs and not contract.rest_input)
        if contract.source and not self.problems:
            self._check_source(contract)
        contract = replace(contract, **read_attributes(self.cls, contract, self.problems))
        self.problems.raise_if_any()
        return contract

    def _check_names_of_methods(self) -> None:
        """A class may do without a method; one that has something of nearly its name was not meant to."""
        functions = {name: value for name, value in vars(self.cls).items() if isinstance(value, types.FunctionType)}
        for method in ("open", "close"):  # only letters that changed places: 'opened' may be meant
            for name in functions:
                if name != method and sorted(name) == sorted(method) and method not in functions:
                    help = f"write 'def {method}(self, ...)'"
                    self.problems.add(f"there is no '{method}', but '{name}'", help, functions[name])
        if inspect.getattr_static(self.cls, "process", None) is not None:
            return
        from difflib import get_close_matches

        for name in get_close_matches("process", functions, n=1, cutoff=0.85):
            self.problems.add(f"there is no 'process', but '{name}'", "write 'def process(self, ...)'", functions[name])

    def _method(self, name: str) -> types.FunctionType | None:
        """The function behind a method, or None if there is none or it cannot be used."""
        member = inspect.getattr_static(self.cls, name, None)
        if member is None:
            return None
        if not isinstance(member, types.FunctionType):
            kind = {staticmethod: "a staticmethod", classmethod: "a classmethod"}.get(type(member), "not a method")
            place = (self.cls, name)
            self.problems.add(f"'{name}' is {kind}", f"write 'def {name}(self, ...)'", place)
            return None
        function = typing.cast("types.FunctionType", inspect.unwrap(member))
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            self.problems.add(
                f"'{name}' is async, and nothing awaits it", f"write 'def {name}', without async", function
            )
            return None
        return function

    def _owner(self, method: str) -> type[Any]:
        """The class whose body a method stands in: names in its annotations may refer to it."""
        return next((base for base in self.cls.__mro__ if method in vars(base)), self.cls)

    def _process(self, function: types.FunctionType) -> None:
        inputs, parameters, rest = [], [], None
        for parameter, asked in self._parameters("process", function):
            name = port_name(parameter.name)
            if asked.inject:
                parameters.append(_injected(parameter, asked))
            elif parameter.kind is _Kind.VAR_KEYWORD:
                rest = InputPort(ANY_NAME, asked.type, asked.form, asked.many, asked.nullable, default=None)
                parameters.append(Parameter(parameter.name, rest=True))
            elif isinstance(parameter.default, OptionField):
                self._option_as_parameter("process", parameter, asked, function)
            else:
                port = InputPort(name, asked.type, asked.form, asked.many, asked.nullable, _default(parameter))
                self._check_default("process", port.name, port.type, port.default, function)
                inputs.append(port._replace(owned=asked.owned, doc=self.docs.get(name, "")))
                parameters.append(Parameter(parameter.name, port=name))
        self.found |= {"inputs": tuple(inputs), "rest_input": rest, "process": tuple(parameters)}
        self.found |= read_process_result(self._owner("process"), function, rest, self.docs, self.problems)

    def _check_default(self, method: str, name: str, wanted: Any, default: Any, function: types.FunctionType) -> None:
        """A default that is a number, a flag or text has the type of its port; nobody checks it later."""
        if wanted in _SIMPLE and isinstance(default, bool | int | float | str) and not is_of(default, wanted):
            self.problems.add(
                f"{method}: parameter '{name}' is {type_name(wanted)}, and its default {default!r} is not",
                f"write a default that is {type_name(wanted)}, or None with '{name}: {type_name(wanted)} | None'",
                function,
            )

    def _option_as_parameter(
        self, method: str, parameter: inspect.Parameter, asked: Asked, function: types.FunctionType
    ) -> None:
        name = parameter.name
        self.problems.add(
            f"{method}: parameter '{name}' is an option, and options are fields of the class",
            f"write '{name}: {type_name(asked.type)} = Option(...)' in the class body, and take self.{name}",
            function,
        )

    def _open(self, function: types.FunctionType) -> None:
        ports, parameters, rest = [], [], None
        for parameter, asked in self._parameters("open", function):
            name, default = port_name(parameter.name), _default(parameter)
            if asked.inject is Inject.TIMESTAMP or asked.form is not Form.VALUE or asked.owned:
                self.problems.add(
                    f"open: parameter '{parameter.name}': a side packet has no time and no bound, and it is shared",
                    f"write '{parameter.name}: T' with the type of the value alone",
                    function,
                )
            elif asked.inject:
                parameters.append(_injected(parameter, asked))
            elif parameter.kind is _Kind.VAR_KEYWORD:
                rest = SidePort(ANY_NAME, Any, many=True, default=None, optional=True)
                parameters.append(Parameter(parameter.name, rest=True))
            elif isinstance(parameter.default, OptionField):
                self._option_as_parameter("open", parameter, asked, function)
            else:
                default = None if default is MISSING and asked.nullable and not asked.many else default
                self._check_default("open", name, asked.type, default, function)
                ports.append(SidePort(name, asked.type, asked.many, default, doc=self.docs.get(name, "")))
                parameters.append(Parameter(parameter.name, port=name))
        self.found |= {"side_inputs": tuple(ports), "rest_side_input": rest, "open": tuple(parameters)}
        self.found |= read_open_result(self._owner("open"), function, rest, self.docs, self.problems)

    def _close(self, function: types.FunctionType) -> None:
        parameters = []
        for parameter, asked in self._parameters("close", function):
            if asked.inject and asked.inject is not Inject.TIMESTAMP:
                parameters.append(_injected(parameter, asked))
            else:
                self.problems.add(
                    f"close: parameter '{parameter.name}' is a port, and nothing arrives at the end any more",
                    "close takes 'ctx: Context', 'clock: Clock' and services only; keep what it needs on self",
                    function,
                )
        self.found["close"] = tuple(parameters)
        if function.__annotations__.get("return") not in (None, "None"):
            self.problems.add(
                "close: it returns nothing", "write '-> None'; to send at the end, use ctx.send", function
            )

    def _parameters(self, method: str, function: types.FunctionType) -> Iterator[tuple[inspect.Parameter, Asked]]:
        """The parameters that can be understood, each with what it asks for; the others become problems."""
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters or not _is_self(parameters[0]):
            self.problems.add(f"{method}: 'self' is missing", f"write 'def {method}(self, ...)'", function)
            return
        for parameter in parameters[1:]:
            subject = f"{method}: parameter '{parameter.name}'"
            if unusable := _unusable(parameter):
                self.problems.add(f"{subject} {unusable[0]}", unusable[1], function)
                continue
            asked = self.problems.read(subject, self._owner(method), function, parameter.annotation, read_input)
            if asked is not None:
                yield parameter, asked

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

    def _check_source(self, contract: Contract) -> None:
        function = self._method("process")
        help = "write '-> Iterator[Packet[T]]' and 'yield Packet(value, timestamp)'"
        bare = [port.name for port in contract.outputs if not port.packet]
        if not contract.iterator:
            self.problems.add("process: without inputs it is a source, and must return an iterator", help, function)
        elif bare:
            self.problems.add(f"process: a source must say when: output '{bare[0]}' is no Packet", help, function)


def _is_self(parameter: inspect.Parameter) -> bool:
    positional = parameter.kind in (_Kind.POSITIONAL_OR_KEYWORD, _Kind.POSITIONAL_ONLY)
    return positional and (parameter.annotation is _Kind.empty or parameter.name == "self")


def _unusable(parameter: inspect.Parameter) -> tuple[str, str] | None:
    """Why a parameter cannot be filled, and what to write; None if it can."""
    name = parameter.name
    if parameter.kind is _Kind.VAR_POSITIONAL:
        return "collects inputs without names", f"write '{name}: Many[X]' for a port that repeats"
    if parameter.kind is _Kind.POSITIONAL_ONLY:
        return "is positional only", "drop the '/'"
    if parameter.kind is _Kind.KEYWORD_ONLY:
        return "is keyword only", "drop the '*'"
    if parameter.annotation is _Kind.empty:
        if name in _INJECTED:
            return "has no annotation", f"write '{name}: {_INJECTED[name]}'"
        return "has no annotation", f"write '{name}: Image' with the type of the payload, or '{name}: Any'"
    return None


def _default(parameter: inspect.Parameter) -> Any:
    return MISSING if parameter.default is _Kind.empty else parameter.default


def _injected(parameter: inspect.Parameter, asked: Asked) -> Parameter:
    if asked.inject is not Inject.SERVICE:
        return Parameter(parameter.name, inject=asked.inject)
    default = _default(parameter)
    default = None if default is MISSING and asked.nullable else default
    return Parameter(parameter.name, inject=asked.inject, service=asked.type, default=default)
