"""Binary graphs: read as the text that protobuf makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given
from hypothesis import strategies as st

from graphflow import Graph, GraphConfigError
from graphflow.mediapipe.binary import NotAGraph, bytes_of, descriptor_pool, text_of
from tests.mediapipe.test_translation import CASES
from tests.mediapipe.tools import meaning, parse


@pytest.mark.parametrize(
    "name", [name for name in CASES if "graph options" not in name]
)  # that one has a message of its own
def test_a_binary_graph_means_what_its_text_means(tmp_path: Path, name: str) -> None:
    text = CASES[name][0]
    (tmp_path / "g.binarypb").write_bytes(bytes_of(text))
    assert meaning(Graph.load(tmp_path / "g.binarypb").plan) == meaning(Graph.parse(text, file="x.pbtxt").plan)


def test_errors_show_the_text_of_the_graph(tmp_path: Path) -> None:
    (tmp_path / "g.binarypb").write_bytes(bytes_of('node { calculator: "Nothing" }'))
    with pytest.raises(GraphConfigError) as caught:
        Graph.load(tmp_path / "g.binarypb")
    assert "g.binarypb:2:15: error[unknown-calculator]" in str(caught.value)
    assert '  2|   calculator: "Nothing"' in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xff\xff", "the file is no binary graph of MediaPipe's"),
        (bytes_of('node { calculator: "A" }')[:-1], "the file is no binary graph of MediaPipe's"),
        (b"\x82\x7d\x01x", "field 2000 of the graph"),
        (b"\x0a\x04\x82\x7d\x01x", "field 2000 of Node"),
    ],
)
def test_what_is_no_graph_or_holds_what_nobody_knows_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "g.binarypb").write_bytes(data)
    with pytest.raises(GraphConfigError) as caught:
        Graph.load(tmp_path / "g.binarypb")
    assert message in str(caught.value)


def test_damaged_options_in_an_any_are_told(tmp_path: Path) -> None:
    options = "[type.googleapis.com/mediapipe.SplitVectorCalculatorOptions] { element_only: true }"
    data = bytes_of(f'node {{ calculator: "SplitFloatVectorCalculator" node_options {{ {options} }} }}')
    (tmp_path / "g.binarypb").write_bytes(data[:-1] + b"\xff")
    with pytest.raises(GraphConfigError, match="the file is damaged"):
        Graph.load(tmp_path / "g.binarypb")


def test_messages_that_are_packed_into_each_other_without_end_are_told(tmp_path: Path) -> None:
    made = GetMessageClass(descriptor_pool().FindMessageTypeByName("mediapipe.CalculatorGraphConfig"))
    graph = made()
    for _ in range(300):
        outer = made()
        outer.graph_options.add(type_url="type.googleapis.com/mediapipe.CalculatorGraphConfig")
        outer.graph_options[0].value = graph.SerializeToString()
        graph = outer
    (tmp_path / "g.binarypb").write_bytes(graph.SerializeToString())
    with pytest.raises(GraphConfigError, match="more than 50 messages stand inside each other"):
        Graph.load(tmp_path / "g.binarypb")


def test_more_values_than_a_text_may_have_are_told_before_there_is_a_text() -> None:
    graph = GetMessageClass(descriptor_pool().FindMessageTypeByName("mediapipe.CalculatorGraphConfig"))()
    graph.profiler_config.trace_event_types_disabled.extend([1] * 100_001)
    with pytest.raises(NotAGraph, match="more than 100,000 values"):
        text_of(graph.SerializeToString())


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_that_can_be_read_or_no_graph(data: bytes) -> None:
    try:
        text = text_of(data)
    except NotAGraph:
        return
    try:
        parse(text)
    except ValueError as error:
        assert "UTF-8" in str(error)  # bytes inside of options that nobody knows


def test_a_text_that_mediapipe_does_not_have_cannot_be_written() -> None:
    with pytest.raises(NotAGraph, match="cannot be written in binary form"):
        bytes_of('node { calculator: "A" options { [mine.Options.ext] { a: 1 } } }')
