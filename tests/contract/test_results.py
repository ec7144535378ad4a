"""What each form of a result means."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Annotated, Any, Generic, Optional, TypeVar

import pytest

from graphflow.calculator import Calculator, Context, Many, Outputs, SidePackets
from graphflow.contract import OutputPort, Result, SidePort
from graphflow.packet import Packet
from graphflow.signature import contract_of
from graphflow.timestamp import Timestamp

T = TypeVar("T")
U = TypeVar("U")


class Faces(Outputs):
    """Found faces.

    Attributes:
        rects: Where they are.
    """

    rects: list[int]
    label: str | None
    size: int = 3
    else_: Packet[int] | None = None
    all: Many[str | None] = ()


FACES = (
    OutputPort("rects", list[int], doc="Where they are."),
    OutputPort("label", str),
    OutputPort("size", int, optional=True),
    OutputPort("else", int, optional=True, packet=True),
    OutputPort("all", str, many=True, optional=True),
)


def calculator_returning(annotation: Any) -> type[Calculator]:
    class Subject(Calculator):
        def process(self, item: T) -> annotation: ...

    return Subject


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, OutputPort("out", int)),
        (int | None, OutputPort("out", int)),
        (Optional[list[int]], OutputPort("out", list[int])),  # noqa: UP045
        (int | str | None, OutputPort("out", int | str)),
        (Any, OutputPort("out", Any)),
        (T, OutputPort("out", T)),
        (Annotated[int, "size"], OutputPort("size", int)),
        (Annotated[int | None, "size"], OutputPort("size", int)),
        (Annotated[int, "size"] | None, OutputPort("size", int)),
        (Annotated[Annotated[int, "its alias's note"], "size"], OutputPort("size", int)),
        (Annotated[int, 3], OutputPort("out", int)),
        (Packet[int], OutputPort("out", int, packet=True)),
        (Packet[int] | None, OutputPort("out", int, packet=True)),
        (Annotated[Packet[int], "size"] | None, OutputPort("size", int, packet=True)),
        (Many[T], OutputPort("out", T, many=True)),
        (Many[T | None], OutputPort("out", T, many=True)),
        (Many[Packet[T] | None], OutputPort("out", T, many=True, packet=True)),
        (Annotated[Many[int], "parts"], OutputPort("parts", int, many=True)),
        (dict[str, int], OutputPort("out", dict[str, int])),
        (tuple[Packet[int], Packet[str]], OutputPort("out", tuple[Packet[int], Packet[str]])),
        ("Annotated[int, 'size']", OutputPort("size", int)),
    ],
    ids=str,
)
def test_a_result_is_an_output(annotation: Any, expected: OutputPort) -> None:
    contract = contract_of(calculator_returning(annotation))
    assert contract.outputs == (expected,)
    assert (contract.result, contract.iterator, contract.source) == (Result.VALUE, False, False)


def test_the_text_of_an_output_comes_from_the_docstring() -> None:
    class Subject(Calculator):
        """Do it."""

        def process(self, item: int) -> int:
            """Do it.

            Returns:
                The sum,
                doubled.

            Raises:
                ValueError: Never.
            """
            return 2 * item

    assert contract_of(Subject).outputs == (OutputPort("out", int, doc="The sum, doubled."),)


def test_none_is_no_output() -> None:
    contract = contract_of(calculator_returning(None))
    assert (contract.outputs, contract.result) == ((), Result.NOTHING)


@pytest.mark.parametrize("annotation", [Faces, Faces | None, "Faces", "Optional[Faces]"], ids=str)
def test_an_outputs_class_is_a_port_for_each_field(annotation: Any) -> None:
    contract = contract_of(calculator_returning(annotation))
    assert contract.outputs == FACES
    assert (contract.result, contract.outputs_class, contract.iterator) == (Result.OUTPUTS, Faces, False)


@pytest.mark.parametrize("kind", [Iterator, Iterable], ids=str)
def test_an_iterator_gives_several_results(kind: Any) -> None:
    bare, packets, outputs, named = (
        contract_of(calculator_returning(kind[item]))
        for item in (T, Packet[int] | None, Faces, Annotated[Packet[int], "size"])
    )
    assert (bare.iterator, bare.outputs) == (True, (OutputPort("out", T),))
    assert (packets.iterator, packets.outputs) == (True, (OutputPort("out", int, packet=True),))
    assert (outputs.iterator, outputs.outputs, outputs.result) == (True, FACES, Result.OUTPUTS)
    assert named.outputs == (OutputPort("size", int, packet=True),)


def test_a_generator_and_a_named_iterator_count_too() -> None:
    assert contract_of(calculator_returning(Generator[Packet[int], None, None])).iterator
    named = contract_of(calculator_returning(Annotated[Iterator[Packet[int]], "size"]))
    assert (named.iterator, named.outputs[0].name) == (True, "size")


def test_no_inputs_make_a_source() -> None:
    class Count(Calculator):
        live = True

        def open(self, limit: int) -> None: ...

        def process(self, ctx: Context) -> Iterator[Packet[int]]: ...

    class Ends(Calculator):
        def process(self) -> None: ...

    assert (contract_of(Count).source, contract_of(Count).live) == (True, True)
    assert not contract_of(Ends).source


@pytest.mark.parametrize(
    ("annotation", "offset"),
    [
        (int, 0),
        (None, 0),
        (Many[int], 0),
        (Iterator[int], 0),
        (Packet[int], None),
        (Many[Packet[int]], None),
        (Faces, None),
        (Iterator[Packet[int]], None),
    ],
    ids=str,
)
def test_results_at_their_own_time_promise_nothing(annotation: Any, offset: int | None) -> None:
    assert contract_of(calculator_returning(annotation)).timestamp_offset == offset


@pytest.mark.parametrize("said", [None, 0, -3, 5])
def test_a_timestamp_offset_can_be_said(said: int | None) -> None:
    class Subject(Calculator):
        timestamp_offset = said

        def process(self, item: int) -> Packet[int]: ...

    assert contract_of(Subject).timestamp_offset == said


def test_type_variables_of_a_generic_outputs_class_are_replaced() -> None:
    class Pair(Outputs, Generic[T, U]):
        first: Packet[T]
        second: list[U] | None
        third: U
        end: Packet[Timestamp] | None = None

    class Subject(Calculator):
        def process(self, item: T, other: int) -> Iterator[Pair[T, int]]: ...

    contract = contract_of(Subject)
    assert [port.type for port in contract.outputs] == [T, list[int], int, Timestamp]
    assert contract.outputs_class is Pair


def test_fields_of_a_base_class_come_first() -> None:
    class More(Faces):
        score: float

    contract = contract_of(calculator_returning(More))
    assert [port.name for port in contract.outputs] == ["rects", "label", "size", "else", "all", "score"]


@pytest.mark.parametrize(
    ("annotation", "packet"),
    [
        (Mapping[str, int | None], False),
        (dict[str, Packet[int]], True),
        (Mapping[str, Many[Packet[Any] | None]], True),
        (dict, False),
    ],
    ids=str,
)
def test_any_ports_come_back_as_a_mapping(annotation: Any, packet: bool) -> None:
    class Subject(Calculator):
        def process(self, **ports: Many[Any | None]) -> annotation: ...

    contract = contract_of(Subject)
    assert (contract.result, contract.outputs) == (Result.MAPPING, ())
    assert contract.rest_output == OutputPort("*", Any, many=True, optional=True, packet=packet)
    assert contract.timestamp_offset == (None if packet else 0)
    assert not contract.source


def test_any_ports_may_end_in_one_output() -> None:
    class Subject(Calculator):
        def process(self, **ports: Any) -> int: ...

    assert (contract_of(Subject).result, contract_of(Subject).outputs) == (Result.VALUE, (OutputPort("out", int),))


def test_open_may_make_side_packets() -> None:
    class Made(SidePackets):
        """Made.

        Attributes:
            size: In pixels.
        """

        size: int
        parts: Many[str | None] = ()

    class Subject(Calculator):
        def open(self) -> Made | None: ...

    contract = contract_of(Subject)
    assert contract.side_outputs == (
        SidePort("size", int, doc="In pixels."),
        SidePort("parts", str, many=True, optional=True),
    )
    assert (contract.side_result, contract.side_outputs_class) == (Result.OUTPUTS, Made)


def test_open_may_make_one_side_packet_without_a_class() -> None:
    class Plain(Calculator):
        def open(self) -> int | None: ...

    class Named(Calculator):
        def open(self) -> Annotated[Many[str], "table"]: ...

    assert contract_of(Plain).side_outputs == (SidePort("out", int),)
    assert contract_of(Named).side_outputs == (SidePort("table", str, many=True),)
    assert contract_of(Plain).side_result is contract_of(Named).side_result is Result.VALUE


def test_any_side_packets_may_come_back_as_a_mapping() -> None:
    class Subject(Calculator):
        def open(self, **side_packets: Any) -> Mapping[str, Any]: ...

    class Sink(Calculator):
        def open(self, **side_packets: Any) -> None: ...

    port = SidePort("*", Any, many=True, default=None, optional=True)
    for cls, result, output in ((Subject, Result.MAPPING, port), (Sink, Result.NOTHING, None)):
        contract = contract_of(cls)
        assert (contract.rest_side_input, contract.side_result, contract.rest_side_output) == (port, result, output)
