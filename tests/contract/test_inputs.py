"""What each form of a parameter means."""

import functools
from collections.abc import Callable
from typing import Annotated, Any, Optional, TypeVar, Union

import pytest

from graphflow.calculator import UNCONNECTED, Calculator, Context, Many, Owned, Service
from graphflow.clock import Clock
from graphflow.contract import MISSING, Form, Inject, InputPort, Parameter, SidePort
from graphflow.packet import Packet
from graphflow.signature import contract_of
from graphflow.timestamp import Bound, Timestamp

T = TypeVar("T")


def calculator_with(annotation: Any, **default: Any) -> type[Calculator]:
    """A class whose process takes one parameter ``it``."""

    class Subject(Calculator):
        if default:

            def process(self, it: annotation = default["default"]) -> None: ...

        else:

            def process(self, it: annotation) -> None: ...

    return Subject


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, {"type": int}),
        (int | None, {"type": int, "nullable": True}),
        (Optional[int], {"type": int, "nullable": True}),  # noqa: UP045
        (Union[int, str, None], {"type": int | str, "nullable": True}),  # noqa: UP007
        (int | str, {"type": int | str}),
        (Any, {"type": Any}),
        (Any | None, {"type": Any, "nullable": True}),
        (T, {"type": T}),
        (list[T], {"type": list[T]}),
        (Annotated[int, "a note of the author's"], {"type": int}),
        (Callable[[int], str], {"type": Callable[[int], str]}),
        (Packet[int], {"type": int, "form": Form.PACKET}),
        (Packet[int | None] | None, {"type": int | None, "form": Form.PACKET, "nullable": True}),
        (Packet[Timestamp], {"type": Timestamp, "form": Form.PACKET}),
        (Bound, {"type": Any, "form": Form.BOUND, "nullable": True}),
        (Packet[int] | Bound, {"type": int, "form": Form.PACKET_OR_BOUND, "nullable": True}),
        (Bound | Packet[T], {"type": T, "form": Form.PACKET_OR_BOUND, "nullable": True}),
        (Owned[int], {"type": int, "owned": True}),
        (Owned[int] | None, {"type": int, "owned": True, "nullable": True}),
        (Owned[int | None], {"type": int, "owned": True, "nullable": True}),
        (Many[int], {"type": int, "many": True}),
        (Many[int | None], {"type": int, "many": True, "nullable": True}),
        (Many[T], {"type": T, "many": True}),
        (Many[Packet[int] | None], {"type": int, "form": Form.PACKET, "many": True, "nullable": True}),
        (Many[Bound], {"type": Any, "form": Form.BOUND, "many": True, "nullable": True}),
        (Many[Packet[int] | Bound], {"type": int, "form": Form.PACKET_OR_BOUND, "many": True, "nullable": True}),
        (Many[Owned[int]], {"type": int, "many": True, "owned": True}),
        ("int | None", {"type": int, "nullable": True}),
        ("Many[Packet[int]]", {"type": int, "form": Form.PACKET, "many": True}),
    ],
    ids=str,
)
def test_a_stream_parameter_is_a_port(annotation: Any, expected: dict[str, Any]) -> None:
    assert contract_of(calculator_with(annotation)).inputs == (InputPort("it", **expected),)


@pytest.mark.parametrize("default", [None, 3, UNCONNECTED, ()], ids=repr)
def test_a_default_makes_a_port_optional(default: Any) -> None:
    port = contract_of(calculator_with(int, default=default)).inputs[0]
    assert (port.type, port.nullable, port.default) == (int, False, default)


def test_a_port_without_default_must_be_connected() -> None:
    assert contract_of(calculator_with(int | None)).inputs[0].default is MISSING


def test_what_the_framework_fills_in_is_no_port() -> None:
    class Store: ...

    class Subject(Calculator):
        def process(
            self,
            t: Timestamp,
            item: int,
            ctx: Context,
            clock: Clock,
            store: Service[Store],
            spare: Service[Store] | None,
            other: Service[Store] = UNCONNECTED,
        ) -> None: ...

    contract = contract_of(Subject)
    assert [port.name for port in contract.inputs] == ["item"]
    assert contract.process == (
        Parameter("t", inject=Inject.TIMESTAMP),
        Parameter("item", port="item"),
        Parameter("ctx", inject=Inject.CONTEXT),
        Parameter("clock", inject=Inject.CLOCK),
        Parameter("store", inject=Inject.SERVICE, service=Store),
        Parameter("spare", inject=Inject.SERVICE, service=Store, default=None),
        Parameter("other", inject=Inject.SERVICE, service=Store, default=UNCONNECTED),
    )


def test_open_takes_side_packets_and_close_takes_neither() -> None:
    class Subject(Calculator):
        def open(
            self,
            model: bytes,
            parts: Many[int],
            faces: int = 1,
            label: str | None = None,
            note: str | None = UNCONNECTED,
        ) -> None: ...

        def close(self, ctx: Context) -> None: ...

    contract = contract_of(Subject)
    assert contract.side_inputs == (
        SidePort("model", bytes),
        SidePort("parts", int, many=True),
        SidePort("faces", int, default=1),
        SidePort("label", str, default=None),
        SidePort("note", str, default=UNCONNECTED),
    )
    assert [parameter.port for parameter in contract.open] == ["model", "parts", "faces", "label", "note"]
    assert contract.close == (Parameter("ctx", inject=Inject.CONTEXT),)
    assert contract.process == ()


def test_an_optional_side_packet_needs_no_default() -> None:
    class Subject(Calculator):
        def open(self, label: str | None) -> None: ...

    assert contract_of(Subject).side_inputs == (SidePort("label", str, default=None),)


def test_a_keyword_takes_an_underscore_in_code_only() -> None:
    class Subject(Calculator):
        def open(self, class_: str) -> None: ...

        def process(self, in_: int, plain_: int) -> None: ...

    contract = contract_of(Subject)
    assert [port.name for port in contract.inputs] == ["in", "plain_"]
    assert contract.process[0] == Parameter("in_", port="in")
    assert contract.side_inputs[0].name == "class"


def test_any_ports_are_handed_over_as_annotated() -> None:
    class Plain(Calculator):
        def process(self, key: int, **ports: int) -> None: ...

    class Repeating(Calculator):
        def process(self, **ports: Many[Packet[T] | None]) -> None: ...

    plain, repeating = contract_of(Plain), contract_of(Repeating)
    assert plain.rest_input == InputPort("*", int, Form.VALUE, default=None)
    assert plain.process == (Parameter("key", port="key"), Parameter("ports", rest=True))
    assert repeating.rest_input == InputPort("*", T, Form.PACKET, many=True, nullable=True, default=None)


def test_a_port_may_be_a_stream_or_a_side_packet() -> None:
    class Gate(Calculator):
        def open(self, allow: bool = UNCONNECTED) -> None: ...

        def process(self, item: Many[T | None], allow: bool | None = UNCONNECTED) -> Many[T | None]: ...

    contract = contract_of(Gate)
    assert contract.inputs[1] == InputPort("allow", bool, nullable=True, default=UNCONNECTED)
    assert contract.side_inputs == (SidePort("allow", bool, default=UNCONNECTED),)


@pytest.mark.parametrize(
    ("annotation", "asks"), [(int, False), (Bound, True), (Packet[int] | Bound, True), (Many[Bound], True)], ids=str
)
def test_asking_for_a_bound_makes_bounds_processed(annotation: Any, asks: bool) -> None:
    assert contract_of(calculator_with(annotation)).process_bounds is asks


@pytest.mark.parametrize("explicit", [True, False])
def test_process_bounds_can_be_said(explicit: bool) -> None:
    class Subject(Calculator):
        process_bounds = explicit

        def process(self, a: int, b: Bound) -> None: ...

    assert contract_of(Subject).process_bounds is explicit


def test_texts_come_from_the_docstrings() -> None:
    class Subject(Calculator):
        """Do it
        twice.

        More.

        Args:
            image: The picture,
                on two lines.
            boxes (list[int]): Where to look: x, y.

        Raises:
            model: Not a port.
        """

        def process(self, image: bytes, boxes: list[int], model: int) -> None: ...

    contract = contract_of(Subject)
    assert contract.doc == "Do it twice."
    assert [port.doc for port in contract.inputs] == ["The picture, on two lines.", "Where to look: x, y.", ""]


def test_a_wrapped_method_is_read_through_its_wrapper() -> None:
    def traced(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return method(*args, **kwargs)

        return wrapper

    class Subject(Calculator):
        @traced
        def process(self, item: int) -> str: ...

    assert contract_of(Subject).inputs == (InputPort("item", int),)


def test_a_contract_is_derived_once_and_for_each_class() -> None:
    class Base(Calculator):
        def process(self, item: int) -> int: ...

    class Derived(Base):
        """Another."""

    assert contract_of(Base) is contract_of(Base)
    assert contract_of(Derived).calculator is Derived
    assert contract_of(Derived).name == "Derived"
    assert contract_of(Derived).inputs == contract_of(Base).inputs


def test_unconnected_is_false_and_stays_itself() -> None:
    import copy
    import pickle

    assert not UNCONNECTED
    assert repr(UNCONNECTED) == "UNCONNECTED"
    assert copy.deepcopy(UNCONNECTED) is UNCONNECTED
    assert pickle.loads(pickle.dumps(UNCONNECTED)) is UNCONNECTED
