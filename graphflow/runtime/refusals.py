"""What a call does with payloads and results that do not fit its contract: they are made to fit, or refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from graphflow.annotations import type_name
from graphflow.errors import PayloadTypeError
from graphflow.introspect import function_place, shown_path
from graphflow.packet import Packet
from graphflow.plan.plan import PlanNode
from graphflow.timestamp import as_timestamp
from graphflow.values import fitting, plain


class Refusals:
    """What the lines of one node's functions call where something does not fit.

    Args:
        plan: The node.
        process: The method that returns the results.
        classes: For each connected output the class that payloads must have, or None.
    """

    def __init__(self, plan: PlanNode, process: Callable[..., Any], classes: tuple[Any, ...]) -> None:
        self._plan = plan
        self._process = process
        self._classes = classes

    def wrong_input(self, position: int, packet: Packet[Any]) -> None:
        """Refuse what came."""
        port = self._plan.inputs[position].port
        raise PayloadTypeError(f"input '{port.name}' takes {type_name(port.type)}, but got {described(packet.value)}")

    def fit_output(self, position: int, value: Any) -> Any:
        """A number of NumPy's as the number of Python's that it is; anything else is refused."""
        fitted = fitting(value, self._classes[position])
        if isinstance(fitted, self._classes[position]):
            return fitted
        port = self._plan.outputs[position].port
        number = plain(value) is not value and port.type in (int, float, bool, str)
        raise PayloadTypeError(
            f"output '{port.name}' is declared as {type_name(port.type)}, but got {described(value)} from "
            f"{self._place}" + (f"; write {port.type.__name__}(...)" if number else "")
        )

    def as_packet(self, position: int, value: Any) -> Packet[Any]:
        """What is no packet with a payload is refused; a timestamp of another type of number becomes an int."""
        port = self._plan.outputs[position].port
        if value.__class__ is Packet and value.value is not None:
            try:
                return value.at(as_timestamp(value.timestamp))
            except TypeError as error:
                raise TypeError(f"output '{port.name}': {error}; from {self._place}") from None
        if value.__class__ is Packet:
            raise PayloadTypeError(f"output '{port.name}': None is not a payload; return None instead of a packet")
        raise PayloadTypeError(
            f"output '{port.name}' is declared as Packet[{type_name(port.type)}], but got {described(value)} "
            f"from {self._place}; return Packet(value, timestamp)"
        )

    def wrong_count(self, position: int, values: Any) -> None:
        """Refuse values that are not one for each stream of an output."""
        name = self._plan.outputs[position].port.name
        streams = sum(output.port.name == name for output in self._plan.outputs)
        raise PayloadTypeError(
            f"output '{name}' has {_counted(streams, 'stream')}, but got {_counted(len(values), 'value')} from "
            f"{self._place}; return one for each stream, None for one that gets nothing"
        )

    @property
    def _place(self) -> str:
        return place_of(self._process)


def place_of(method: Callable[..., Any]) -> str:
    """Where a method stands that returned something, since its own lines are over: ``process, file.py:8``."""
    function = inspect.unwrap(getattr(method, "__func__", method))
    file, line = function_place(function)
    return f"{function.__name__}, {shown_path(file)}:{line}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def described(value: Any) -> str:
    """A payload with its type, cut short."""
    text = repr(plain(value))
    return f"{type(value).__name__} ({text if len(text) <= 60 else text[:57] + '...'})"
