"""Who sends and who reads each stream and side packet."""

from __future__ import annotations

from graphflow.contract import MISSING
from tests.plan.tools import codes, complaints, drafted, names, only, planned, type_of


def notes(text: str) -> list[str]:
    _, found = drafted(text)
    return [item.code for item in found if item.severity == "note"]


def test_graph_inputs_are_the_first_streams_in_declared_order() -> None:
    plan = planned(
        """
        inputs: [b, a]
        outputs: [y, b]
        nodes:
          n: {calculator: Add, inputs: {a: a, b: b}, outputs: {out: y}}
        """
    )
    assert [(stream.name, stream.producer) for stream in plan.streams] == [("b", -1), ("a", -1), ("y", 0)]
    assert plan.inputs == (0, 1)
    assert plan.outputs == (2, 0)


def test_graph_ports_may_have_other_names_than_streams() -> None:
    plan = planned(
        """
        inputs: {picture: video}
        outputs: {found: faces}
        nodes:
          d: {calculator: Detector, inputs: {image: video}, outputs: {out: faces}}
        """
    )
    assert [stream.name for stream in plan.streams] == ["video", "faces"]
    assert plan.aliases == {"picture": 0, "found": 1}


def test_a_graph_port_hides_the_stream_within_that_has_its_name() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: {faces: all_faces}
        nodes:
          d: {calculator: Detector, inputs: {image: video}, outputs: {out: faces}}
          all: {calculator: PassThrough, inputs: {item: faces}, outputs: {out: all_faces}}
        """
    )
    assert [stream.name for stream in plan.streams] == ["video", "faces", "all_faces"]
    assert plan.aliases == {"faces": 2}


def test_a_stream_may_have_any_number_of_readers() -> None:
    plan = planned(
        """
        inputs: [x]
        nodes:
          a: {calculator: IntSink, inputs: {item: x}}
          b: {calculator: IntSink, inputs: {item: x}}
          c: {calculator: Add, inputs: {a: x, b: x}, outputs: {out: y}}
        """
    )
    assert [entry.stream for one in plan.nodes for entry in one.inputs] == [0, 0, 0, 0]


def test_a_stream_that_nobody_reads_is_noted_unless_it_is_an_output() -> None:
    text = (
        "inputs: [x]\noutputs: [{out}]\nnodes: {{n: {{calculator: Double, inputs: {{item: x}}, outputs: {{out: y}}}}}}"
    )
    assert notes(text.format(out="y")) == []
    assert notes(text.format(out="")) == ["unread-stream"]


def test_an_input_that_nobody_reads_is_noted() -> None:
    assert notes("inputs: [x, y]\nnodes: {n: {calculator: IntSink, inputs: {item: x}}}") == ["unread-stream"]


def test_a_side_packet_that_nobody_takes_is_noted() -> None:
    assert notes("side_packets: [s]\nnodes: {c: {calculator: Camera, outputs: {out: x}}}") == [
        "unread-side-packet",
        "unread-stream",
    ]


def test_an_output_of_a_subgraph_that_the_parent_leaves_out_is_not_noted() -> None:
    files = {"s.yaml": "outputs: [a]\nnodes: {n: {calculator: Counter, outputs: {out: a}}}"}
    _, found = drafted("nodes: {s: {subgraph: s.yaml}}", files)
    assert found == []


def test_one_unknown_calculator_does_not_make_its_streams_unknown() -> None:
    assert codes(
        """
        nodes:
          a: {calculator: Nonsense, outputs: {out: x}, output_side_packets: {model: m}}
          b: {calculator: IntSink, inputs: {item: x}}
          c: {calculator: UseModel, inputs: {image: x}, side_packets: {model: m}, outputs: {out: y}}
        """
    ) == ["unknown-calculator"]


def test_one_missing_file_does_not_make_its_streams_unknown() -> None:
    text = "nodes: {a: {subgraph: no.yaml, outputs: {out: x}}, b: {calculator: IntSink, inputs: {item: x}}}"
    assert codes(text) == ["unknown-subgraph"]


def test_an_output_that_a_subgraph_lacks_is_told_where_it_is_declared() -> None:
    files = {"s.yaml": "outputs: [a]\nnodes: {n: {calculator: Counter, outputs: {out: b}}}"}
    problem = only(
        "nodes: {s: {subgraph: s.yaml, outputs: {a: x}}, t: {calculator: IntSink, inputs: {item: x}}}", files
    )
    assert problem.code == "unknown-stream"
    assert problem.span is not None and problem.span.file == "s.yaml"


def test_streams_lost_with_an_unreadable_part_of_the_file_are_not_told() -> None:
    found = codes("nodes: {a: {calculator: Counter, outputs: [x]}, b: {calculator: IntSink, inputs: {item: x}}}")
    assert found == ["wrong-type"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = complaints(
        """
        inputs: [x]
        nodes:
          a: {calculator: IntSink, inputs: {item: one}}
          b: {calculator: IntSinc, inputs: {item: x}}
          c: {calculator: Camera, options: {fps: -1}, outputs: {out: v}}
          d: {calculator: IntSink, inputs: {item: v}}
        """
    )
    assert [item.code for item in found] == ["unknown-stream", "unknown-calculator", "bad-option", "type-mismatch"]


def test_side_packets_know_their_default_and_whether_they_are_needed() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [used, faces]
        side_packets:
          model: {help: "which model"}
          count: {default: 2}
          weights:
          source: {optional: true}
        nodes:
          user:
            calculator: UseModel
            inputs: {image: video}
            side_packets: {model: model, count: count}
            outputs: {out: used}
          d: {calculator: Detector, inputs: {image: video}, side_packets: {weights: weights}, outputs: {out: faces}}
          c: {calculator: Camera, side_packets: {source: source}, outputs: {out: frames}}
        """
    )
    packets = plan.side_packets
    assert {name: (item.required, item.default) for name, item in packets.items()} == {
        "model": (True, MISSING),
        "count": (False, 2),
        "weights": (False, MISSING),  # UseModel says `weights: Model | None`
        "source": (False, MISSING),
    }
    assert packets["model"].help == "which model"
    assert packets["model"].producer == -1


def test_side_packets_are_known_by_their_outer_name() -> None:
    plan = planned(
        """
        side_packets: {camera: source}
        output_side_packets: {net: model}
        nodes:
          c: {calculator: Camera, side_packets: {source: source}, outputs: {out: frames}}
          l: {calculator: LoadModel, side_packets: {path: {value: a}}, output_side_packets: {model: model}}
        """
    )
    assert list(plan.side_packets) == ["camera", "net"]
    assert plan.output_side_packets == ("net",)
    assert plan.nodes[0].side_inputs[0].name == "camera"


def test_a_producer_of_side_packets_comes_before_those_that_need_them() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [used]
        nodes:
          user: {calculator: UseModel, inputs: {image: video}, side_packets: {model: m}, outputs: {out: used}}
          load: {calculator: LoadModel, side_packets: {path: {value: a}}, output_side_packets: {model: m}}
        """
    )
    assert names(plan) == ["load", "user"]
    assert str(plan.side_packets["m"].type).endswith("Model'>")
    assert type_of(plan, "used") is type_of(plan, "video")


def test_a_graph_that_is_wrong_all_over_is_given_up() -> None:
    nodes = "\n".join(f"  n{i}: {{calculator: IntSink, inputs: {{item: missing_{i}}}}}" for i in range(300))
    found = complaints(f"nodes:\n{nodes}")
    assert len(found) == 101
    assert (found[-1].code, found[-1].span) == ("too-many-errors", None)
    assert found[-1].message == "100 errors; what else is wrong with this graph was not looked for"
