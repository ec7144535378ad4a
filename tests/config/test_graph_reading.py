"""What is written in a graph file arrives in the model, with its place."""

from __future__ import annotations

import sys

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.location import Span
from graphflow.config.model import GraphConfig, NodeConfig
from graphflow.config.reader import read_graph


def read(text: str) -> GraphConfig:
    """The graph in `text`, which must be right."""
    diagnostics: list[Diagnostic] = []
    graph = read_graph(text, "g.yaml", diagnostics)
    assert diagnostics == []
    assert graph is not None
    assert not graph.incomplete
    return graph


def read_node(text: str) -> NodeConfig:
    """The one node whose entries are `text`, each on a line of its own."""
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    node = read(f"graphflow: 1\nnodes:\n  a:\n{lines}").nodes[0]
    assert not node.incomplete
    return node


def errors(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of what is wrong in `text`."""
    diagnostics: list[Diagnostic] = []
    read_graph(text, "g.yaml", diagnostics)
    return [(d.code, d.span.line, d.span.column) for d in diagnostics if d.span]


def test_every_value_knows_where_it_was_written() -> None:
    graph = read("graphflow: 1\nnodes:\n  limiter:\n    calculator: FlowLimiter\n    inputs: {item: [a, bc]}\n")
    node = graph.nodes[0]
    assert node.span == node.name.span == Span("g.yaml", 3, 3, 7)
    assert node.calculator is not None
    assert node.calculator.value == "FlowLimiter"
    assert node.calculator.span == Span("g.yaml", 4, 17, 11)
    assert node.inputs[0].port.span == Span("g.yaml", 5, 14, 4)
    assert [ref.span for ref in node.inputs[0].refs] == [Span("g.yaml", 5, 21, 1), Span("g.yaml", 5, 24, 2)]


def test_places_are_the_same_with_windows_line_ends_and_a_byte_order_mark() -> None:
    text = "graphflow: 1\nnodes:\n  a: {calculator: X}\n"
    assert read(text).nodes == read("\ufeff" + text.replace("\n", "\r\n")).nodes


def test_lines_are_kept_for_messages() -> None:
    assert read("graphflow: 1\r\n\nnodes: {}").lines == ("graphflow: 1", "", "nodes: {}")


def test_graph_ports_as_a_list_are_streams_of_the_same_name() -> None:
    graph = read("graphflow: 1\ninputs: [a, b]\noutputs: [b]\nnodes: {}\n")
    assert [(port.name.value, port.inner.value) for port in graph.inputs] == [("a", "a"), ("b", "b")]
    assert graph.outputs[0].name.span == Span("g.yaml", 3, 11, 1)


def test_graph_ports_as_a_map_name_the_stream_inside() -> None:
    text = """\
graphflow: 1
inputs:
  image: frames
  rect:
  size: {stream: frame_size, type: ImageSize, optional: true, help: "of the frame"}
output_side_packets: {model: loaded_model}
nodes: {}
"""
    graph = read(text)
    assert [(port.name.value, port.inner.value) for port in graph.inputs] == [
        ("image", "frames"),
        ("rect", "rect"),
        ("size", "frame_size"),
    ]
    size = graph.inputs[2]
    assert size.type is not None
    assert (size.type.value, size.optional, size.help) == ("ImageSize", True, "of the frame")
    assert not graph.inputs[0].optional
    assert graph.output_side_packets[0].inner.value == "loaded_model"


def test_side_packets_have_defaults_of_any_kind() -> None:
    text = """\
graphflow: 1
side_packets:
  input: {default: 0, help: "camera number or file"}
  sizes: {default: [1, {a: 2.5}], side_packet: inner_sizes}
  model: {type: Model}
nodes: {}
"""
    camera, sizes, model = read(text).side_packets
    assert camera.default is not None
    assert (camera.default.value, camera.help) == (0, "camera number or file")
    assert sizes.default is not None
    assert (sizes.default.value, sizes.inner.value) == ([1, {"a": 2.5}], "inner_sizes")
    assert model.default is None


def test_graph_options_take_their_type_from_the_default() -> None:
    text = """\
graphflow: 1
options:
  score: 0.5
  faces: {default: 1, help: "how many"}
  ratio: {default: 1, type: float}
  path: {type: str}
  anything:
nodes: {}
"""
    options = {option.name.value: option for option in read(text).options}
    types = {name: option.type and option.type.value for name, option in options.items()}
    assert types == {"score": "float", "faces": "int", "ratio": "float", "path": "str", "anything": None}
    assert options["faces"].help == "how many"
    assert options["faces"].default is not None
    assert options["faces"].default.value == 1
    assert options["path"].default is None


def test_settings_of_the_whole_graph() -> None:
    text = """\
graphflow: 1
help: A graph.
executors: {drawing: {threads: 2}}
max_queue_size: -1
report_deadlock: true
input_policy: {FixedSize: {trigger_queue_size: 4}}
nodes: {}
"""
    graph = read(text)
    assert graph.help == "A graph."
    assert [(executor.name.value, executor.threads.value) for executor in graph.executors] == [("drawing", 2)]
    assert graph.max_queue_size is not None
    assert graph.max_queue_size.value == -1
    assert graph.report_deadlock is not None
    assert graph.report_deadlock.value is True
    assert graph.input_policy is not None
    assert graph.input_policy.name.value == "FixedSize"
    assert graph.input_policy.options["trigger_queue_size"].value == 4


def test_sections_may_be_empty() -> None:
    graph = read("graphflow: 1\ninputs:\noutputs: []\noptions: {}\nnodes:\n  a: {calculator: X, inputs: , options: }\n")
    assert (graph.inputs, graph.outputs, graph.options) == ((), (), ())
    assert graph.nodes[0].inputs == ()


def test_nodes_keep_their_order_and_may_have_capitals() -> None:
    graph = read("graphflow: 1\nnodes: {Zoom: {calculator: X}, a: {calculator: X}, B2: {subgraph: b.yaml}}\n")
    assert [node.name.value for node in graph.nodes] == ["Zoom", "a", "B2"]


def test_inputs_take_one_stream_several_or_a_back_edge() -> None:
    node = read_node("calculator: X\ninputs: {item: [a, {stream: b, back_edge: true}], tick: c, loop: {stream: d}}")
    streams = {port.port.value: [(ref.name, ref.back_edge) for ref in port.refs] for port in node.inputs}
    assert streams == {"item": [("a", False), ("b", True)], "tick": [("c", False)], "loop": [("d", False)]}


def test_side_packets_of_a_node_are_names_or_literals() -> None:
    node = read_node("calculator: X\nside_packets: {n: {value: 0}, m: model, many: [a, {value: [1]}]}\n")
    refs = {port.port.value: [(ref.name, ref.literal) for ref in port.refs] for port in node.side_packets}
    assert refs == {"n": [(None, 0)], "m": [("model", None)], "many": [("a", None), (None, [1])]}


def test_settings_of_a_node() -> None:
    text = """\
calculator: X
options: {level: 1, name: "1", score: "${min_score}", nested: {a: [true, null]}}
outputs: {out: y}
output_side_packets: {model: m}
executor: main
input_policy: Immediate
max_in_flight: 2
source_layer: 0"""
    node = read_node(text)
    values = {name: option.value for name, option in node.options.items()}
    assert values == {"level": 1, "name": "1", "score": "${min_score}", "nested": {"a": [True, None]}}
    assert node.options["level"].span == Span("g.yaml", 5, 22, 1)
    assert node.outputs[0].refs[0].name == "y"
    assert node.output_side_packets[0].refs[0].name == "m"
    assert node.executor is not None
    assert node.executor.value == "main"
    assert node.input_policy is not None
    assert (node.input_policy.name.value, node.input_policy.options) == ("Immediate", {})
    assert node.max_in_flight is not None
    assert node.max_in_flight.value == 2
    assert node.source_layer is not None
    assert node.source_layer.value == 0


def test_all_options_may_come_from_the_graph() -> None:
    node = read_node("calculator: X\noptions: ${all}")
    assert node.options == {}
    assert node.options_from is not None
    assert node.options_from.value == "all"


@pytest.mark.parametrize("selector", ["select: 1", "enable: false", "select: ${which}", "inputs: {select: which}"])
def test_a_switch_has_branches_and_one_selector(selector: str) -> None:
    branches = "switch: [{calculator: A, options: {n: 1}}, {subgraph: b.yaml, options: '${all}'}]"
    node = read_node(f"{branches}\n{selector}")
    assert node.switch is not None
    first, second = node.switch
    assert first.calculator is not None
    assert (first.calculator.value, first.options["n"].value) == ("A", 1)
    assert second.subgraph is not None
    assert second.options_from is not None
    assert (second.subgraph.value, second.options_from.value) == ("b.yaml", "all")


def test_all_errors_are_found_in_one_pass_and_come_in_the_order_of_the_file() -> None:
    text = """\
graphflow: 1
inputs: [X]
nodes:
  a:
    calculater: [P]
    inputs: {item: x, item: &anchor y}
  b:
    calculator: P
    max_in_flight: 0
"""
    assert errors(text) == [
        ("bad-name", 2, 10),
        ("unknown-key", 5, 5),
        ("wrong-type", 5, 17),
        ("duplicate-key", 6, 23),
        ("alias", 6, 29),
        ("bad-value", 9, 20),
    ]


def test_what_could_be_read_is_returned_beside_the_errors() -> None:
    diagnostics: list[Diagnostic] = []
    text = "graphflow: 1\nnodes: {a: {calculator: A, inputs: [x]}, b: {calculator: B}, c: {calculator: !x C}}\n"
    graph = read_graph(text, "g.yaml", diagnostics)
    assert graph is not None
    assert graph.incomplete
    assert {node.name.value: node.incomplete for node in graph.nodes} == {"a": True, "b": False, "c": True}


def test_a_mistyped_key_is_not_also_reported_as_missing() -> None:
    assert errors("graphflow: 1\nnods: {}\n") == [("unknown-key", 2, 1)]
    assert errors("graphflow: 1\nnodes: {a: {calculator_: X}}\n") == [("unknown-key", 2, 13)]


def test_names_may_be_200_characters_long_and_no_longer() -> None:
    assert errors(f"graphflow: 1\ninputs: [{'a' * 200}]\nnodes: {{}}\n") == []
    assert errors(f"graphflow: 1\ninputs: [{'a' * 201}]\nnodes: {{}}\n") == [("bad-name", 2, 10)]


def test_a_file_full_of_errors_is_given_up() -> None:
    diagnostics: list[Diagnostic] = []
    nodes = "".join(f"  a{i}: {{colour: red}}\n" for i in range(2000))
    assert read_graph(f"graphflow: 1\nnodes:\n{nodes}", "g.yaml", diagnostics) is None
    assert len(diagnostics) == 101
    assert diagnostics[-1].code == "too-many-errors"
    assert diagnostics[-1].span == Span("g.yaml", 52, 3, 3)
    assert diagnostics[-1].message == "100 errors; what else is wrong in this file was not looked for"


@pytest.mark.slow
def test_twice_the_nodes_take_twice_the_work() -> None:
    node = """\
  node{i}:
    calculator: FlowLimiter
    inputs:
      item: stream{i}
      finished: {{stream: back{i}, back_edge: true}}
    outputs: {{out: [a{i}, b{i}]}}
    options: {{max_in_flight: 1, max_in_queue: 2, score: 0.5}}
"""

    def work(nodes: int) -> int:
        """How many functions are called while a file is read."""
        text = "graphflow: 1\nnodes:\n" + "".join(node.format(i=i) for i in range(nodes))
        calls = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            graph = read(text)
        finally:
            sys.setprofile(before)
        assert len(graph.nodes) == nodes
        return calls

    few, many = work(100), work(200)
    assert many < 2.1 * few
    assert few < 100 * 1500
