"""The part of a contract that stands in a calculator's class body: options and class attributes."""

from __future__ import annotations

import inspect
import types
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, get_origin

from graphflow.calculator import Calculator
from graphflow.contract import MISSING, Contract, Form
from graphflow.options import OptionField
from graphflow.policies import Default, InputPolicy
from graphflow.problems import Problems
from graphflow.values import convert, is_of, option_type

_FILLED = (list, dict, set, bytearray, deque)

_RESERVED = {name for name in vars(Calculator) if not name.startswith("_")} | set(Calculator.__annotations__)


def read_options(cls: type[Calculator], problems: Problems) -> dict[str, OptionField]:
    """The options of a class by Python name, each with its type."""
    for owner, name in _class_body_names(cls):
        value = vars(owner).get(name, MISSING)
        if isinstance(value, OptionField) or name.startswith("_") or name in _RESERVED:
            continue
        if name in cls._option_fields:
            problems.add(
                f"the option '{name}' is replaced by a plain value",
                f"write '{name}: ... = Option(default={value!r})'",
                (owner, name),
            )
        elif name in owner.__dict__.get("__annotations__", {}):
            kind = f"Option(default={value!r})" if value is not MISSING else "Option()"
            problems.add(
                f"'{name}' looks like an option but is none",
                f"write '{name}: ... = {kind}', annotate a constant as ClassVar, or set it in open",
                (owner, name),
            )
    _check_shared(cls, problems)
    _check_constructor(cls, problems)
    return dict(_options(cls, problems))


def _check_shared(cls: type[Calculator], problems: Problems) -> None:
    """An empty list in a class body is there to be filled, and all nodes of the class would fill the same one."""
    for owner in cls.__mro__[: cls.__mro__.index(Calculator)]:
        annotations = vars(owner).get("__annotations__", {})
        for name, value in vars(owner).items():
            ours = name.startswith("__") or name == "_option_fields"
            if isinstance(value, _FILLED) and not value and name not in annotations and not ours:
                problems.add(
                    f"'{name}' is one {type(value).__name__} for all nodes of the class, in every run",
                    f"write 'self.{name} = {value!r}' in 'def open(self) -> None', so that each node has its own",
                    (owner, name),
                )


def _check_constructor(cls: type[Calculator], problems: Problems) -> None:
    """One of the user's own must take the options."""
    constructor = cls.__init__
    if constructor is Calculator.__init__ or not isinstance(constructor, types.FunctionType):
        return
    try:
        inspect.signature(constructor).bind(None, **dict.fromkeys(cls._option_fields))
    except TypeError:
        problems.add(
            "__init__: it must take the options, as '**options', and hand them to super().__init__",
            "drop it, and set what process needs in 'def open(self) -> None'",
            constructor,
        )


def _class_body_names(cls: type[Calculator]) -> Iterator[tuple[type[Any], str]]:
    """Annotated names that are no ``ClassVar``, and names that hide an option, with the class they stand in."""
    for owner in cls.__mro__[: cls.__mro__.index(Calculator)]:
        annotations = vars(owner).get("__annotations__", {})
        for name, annotation in annotations.items():
            text = annotation if isinstance(annotation, str) else ""
            constant = text.startswith(("ClassVar", "typing.ClassVar")) or ClassVar in (
                annotation,
                get_origin(annotation),
            )
            if not constant:
                yield owner, name
        hidden = (name for name in vars(owner) if name in cls._option_fields and name not in annotations)
        yield from ((owner, name) for name in hidden)


def _options(cls: type[Calculator], problems: Problems) -> Iterator[tuple[str, OptionField]]:
    for name, option in cls._option_fields.items():
        owner = next(base for base in cls.__mro__ if isinstance(vars(base).get(name), OptionField))
        place = (owner, name)
        annotation = vars(owner).get("__annotations__", {}).get(name, MISSING)
        if name in _RESERVED:
            problems.add(
                f"an option cannot be called '{name}': every calculator has that attribute",
                "choose another name",
                place,
            )
        elif annotation is MISSING:
            problems.add(f"the option '{name}' has no type", f"write '{name}: int = Option(...)' with its type", place)
        else:
            annotation = problems.read(f"the option '{name}'", owner, place, annotation, option_type)
            if annotation is None:
                continue
            default = option.default
            if default is not MISSING and (problem := convert(default, annotation)[1] or option.problem(default)):
                problems.add(f"the default of the option '{name}' {problem}", "change the default or the type", place)
            yield name, replace(option, type=annotation)


def read_attributes(cls: type[Calculator], contract: Contract, problems: Problems) -> dict[str, Any]:
    """The contract's fields that class attributes set, or that follow from the ports where they do not."""
    forms = {port.form for port in (*contract.inputs, contract.rest_input) if port}
    own_times = contract.source or any(port.packet for port in (*contract.outputs, contract.rest_output) if port)
    found = {
        "input_policy": getattr(cls, "input_policy", Default()),
        "timestamp_offset": getattr(cls, "timestamp_offset", None if own_times else 0),
        "process_bounds": getattr(cls, "process_bounds", not forms.isdisjoint((Form.BOUND, Form.PACKET_OR_BOUND))),
        "parallel": cls.parallel,
        "live": cls.live,
    }
    for name, value in found.items():
        if isinstance(value, OptionField):
            continue  # the name is taken, which is a mistake of the option
        if help := _attribute_help(name, value):
            given = f"the class {value.__name__}" if isinstance(value, type) else repr(value)
            problems.add(f"{name} is {given}", help, (cls, name))
    if problems:
        return found
    if cls.live and not contract.source:
        message = "live is for sources, and this class has inputs or no outputs"
        problems.add(message, "drop 'live'", (cls, "live"))
    if cls.parallel and contract.source:
        message = "parallel is not for sources: they make one packet after the other"
        problems.add(message, "drop 'parallel'", (cls, "parallel"))
    return found


def _attribute_help(name: str, value: Any) -> str:
    """What to write instead of a class attribute's value; empty if it is right."""
    if name == "input_policy":
        if isinstance(value, InputPolicy):
            return ""
        if isinstance(value, type) and issubclass(value, InputPolicy):
            return f"write 'input_policy = {value.__name__}()', with parentheses"
        return "write an input policy such as Immediate()"
    if name == "timestamp_offset":
        return "" if is_of(value, int | None) else "write a whole number of microseconds, or None"
    return "" if is_of(value, bool) else "write True or False"
