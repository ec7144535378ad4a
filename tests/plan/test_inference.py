"""The types of streams, and where payloads are checked at run time."""

from __future__ import annotations

from typing import Any

from graphflow.plan.types import unwrapped
from tests.plan.parts import Detection, Frame, Image, NormRect, Rect
from tests.plan.tools import codes, complaints, node, only, planned, type_of


def checks(plan: Any, name: str) -> list[Any]:
    return [entry.check for entry in node(plan, name).inputs]


def test_a_type_runs_through_a_chain_of_nodes_that_pass_on() -> None:
    plan = planned(
        """
        nodes:
          c: {calculator: Counter, outputs: {out: a}}
          p: {calculator: PassThrough, inputs: {item: a}, outputs: {out: b}}
          q: {calculator: PassThrough, inputs: {x: b}, outputs: {x: c}}
          m: {calculator: Merge, inputs: {item: c}, outputs: {out: d}}
          d: {calculator: Double, inputs: {item: d}, outputs: {out: e}}
          s: {calculator: IntSink, inputs: {item: e}}
        """
    )
    assert [stream.type for stream in plan.streams] == [int] * 5
    assert checks(plan, "s") == [None]


def test_each_stream_of_a_tied_port_has_its_own_type() -> None:
    plan = planned(
        """
        nodes:
          c: {calculator: Counter, outputs: {out: a}}
          v: {calculator: Camera, outputs: {out: b}}
          l: {calculator: Limiter, inputs: {item: [a, b]}, outputs: {out: [a2, b2]}}
          p: {calculator: PassThrough, inputs: {x: a, y: b}, outputs: {x: a3, y: b3}}
        """
    )
    assert [type_of(plan, name) for name in ("a2", "b2", "a3", "b3")] == [int, Image, int, Image]


def test_a_graph_input_takes_the_type_of_its_readers_even_through_others() -> None:
    plan = planned(
        """
        inputs: [x]
        nodes:
          p: {calculator: PassThrough, inputs: {item: x}, outputs: {out: y}}
          s: {calculator: ImageSink, inputs: {image: y}}
        """
    )
    assert [stream.type for stream in plan.streams] == [Image, Image]
    assert checks(plan, "s") == [None]  # what is sent into the graph is checked when it is sent


def test_a_graph_input_takes_the_narrowest_type_that_its_readers_want() -> None:
    text = """
        inputs: [x]
        nodes:
          a: {calculator: RectSink, inputs: {rect: x}}
          b: {calculator: NormRectSink, inputs: {rect: x}}
    """
    assert type_of(planned(text), "x") is NormRect


def test_readers_of_a_graph_input_that_want_different_things() -> None:
    problem = only(
        """
        inputs: [x]
        nodes:
          a: {calculator: IntSink, inputs: {item: x}}
          b: {calculator: ImageSink, inputs: {image: x}}
        """
    )
    assert problem.code == "type-mismatch"
    assert {"Image", "int"} <= set((problem.message + problem.related[0].message).replace(",", "").split())


def test_a_declared_type_holds_for_a_graph_input() -> None:
    text = """
        inputs: {{x: {{type: {}}}}}
        nodes:
          a: {{calculator: RectSink, inputs: {{rect: x}}}}
          b: {{calculator: ToRect, inputs: {{detections: {}}}, outputs: {{out: r}}}}
    """
    assert type_of(planned(text.format("NormRect", "y").replace("inputs: {x", "inputs: {y: , x")), "x") is NormRect
    assert codes(text.format("Detection", "x")).count("type-mismatch") == 2


def test_types_go_by_the_names_that_calculators_have_for_them() -> None:
    text = """
        inputs: {x: {type: Frame}}
        nodes:
          p: {calculator: PassThrough, inputs: {item: x}, outputs: {out: y}}
          s: {calculator: %s, inputs: {%s: y}}
    """
    assert type_of(planned(text % ("FrameSink", "frame")), "y") == unwrapped(Frame)
    (problem,) = complaints(text % ("IntSink", "item"))
    assert problem.code == "unknown-type"  # no port of that graph is a Frame
    text = text.replace("nodes:", "nodes:\n          f: {calculator: FrameSink, inputs: {frame: x}}")
    problem = only(text % ("IntSink", "item"))
    assert problem.message == "node 's': input 'item' takes int, but stream 'y' carries Frame"


def test_what_nothing_is_known_about_is_checked_where_a_type_is_needed() -> None:
    plan = planned(
        """
        nodes:
          a: {calculator: Anything, outputs: {out: x}}
          p: {calculator: PassThrough, inputs: {item: x}, outputs: {out: y}}
          s: {calculator: ImageSink, inputs: {image: y}}
          f: {calculator: FloatSink, inputs: {item: y}}
        """
    )
    assert checks(plan, "p") == [None]
    assert checks(plan, "s") == [Image]
    assert checks(plan, "f") == [(float, int)]


def test_a_wider_type_is_checked_and_a_proven_one_is_not() -> None:
    plan = planned(
        """
        inputs: {x: {type: Rect}}
        nodes:
          a: {calculator: RectSink, inputs: {rect: x}}
          b: {calculator: NormRectSink, inputs: {rect: x}}
        """
    )
    assert type_of(plan, "x") is Rect
    assert checks(plan, "a") == [None]
    assert checks(plan, "b") == [NormRect]


def test_a_bound_holds_for_what_a_type_variable_stands_for() -> None:
    assert codes("nodes: {c: {calculator: Camera, outputs: {out: x}}, "
                 "d: {calculator: Double, inputs: {item: x}, outputs: {out: y}}}") == ["type-mismatch"]  # fmt: skip
    plan = planned("nodes: {c: {calculator: Anything, outputs: {out: x}}, "
                   "d: {calculator: Double, inputs: {item: x}, outputs: {out: y}}}")  # fmt: skip
    assert checks(plan, "d") == [(float, int)]
    assert type_of(plan, "y") is float


def test_types_come_around_a_loop() -> None:
    plan = planned(
        """
        inputs: [video]
        nodes:
          p:
            calculator: Previous
            inputs: {main: video, loop: {stream: faces, back_edge: true}}
            outputs: {out: before}
          j: {calculator: PassThrough, inputs: {item: video, hint: before}, outputs: {out: hinted, hint: hint}}
          d: {calculator: Detector, inputs: {image: hinted}, outputs: {out: faces}}
          t: {calculator: ToRect, inputs: {detections: before}, outputs: {out: rect}}
        """
    )
    assert type_of(plan, "before") == list[Detection]
    assert checks(plan, "t") == [None]


def test_a_wrong_type_on_a_back_edge_is_found() -> None:
    problem = only(
        """
        inputs: [video]
        nodes:
          p:
            calculator: Previous
            inputs: {main: video, loop: {stream: faces, back_edge: true}}
            outputs: {out: before}
          j: {calculator: PassThrough, inputs: {item: video, hint: before}, outputs: {out: hinted, hint: hint}}
          d: {calculator: Detector, inputs: {image: hinted}, outputs: {out: faces}}
          t: {calculator: RectSink, inputs: {rect: before}}
        """
    )
    assert (problem.code, problem.span and problem.span.line) == ("type-mismatch", 11)


def test_types_of_side_packets_are_checked_where_they_are_produced_and_used() -> None:
    text = """
        inputs: [video]
        nodes:
          l: {calculator: LoadModel, side_packets: {path: {value: a}}, output_side_packets: {model: m, name: n}}
          u: {calculator: UseModel, inputs: {image: video}, side_packets: {model: %s}, outputs: {out: y}}
    """
    assert codes(text % "m") == []
    assert codes(text % "n") == ["type-mismatch"]


def test_a_default_must_be_of_the_type_that_its_readers_want() -> None:
    text = """
        side_packets: {s: {default: %s}}
        nodes: {c: {calculator: Camera, side_packets: {source: s}, outputs: {out: x}}}
    """
    assert codes(text % "0") == codes(text % "film.mp4") == []
    assert codes(text % "[1]") == ["wrong-value"]


def test_the_type_at_a_subgraphs_port_is_checked_against_the_parent() -> None:
    files = {
        "s.yaml": """
            inputs: {picture: {stream: p, type: Image}}
            nodes: {n: {calculator: PassThrough, inputs: {item: p}, outputs: {out: q}}}
        """
    }
    problem = only("nodes: {c: {calculator: Counter, outputs: {out: x}}, s: {subgraph: s.yaml, inputs: {picture: x}}, "
                   "i: {calculator: ImageSink, inputs: {image: v}}, v: {calculator: Camera, outputs: {out: v}}}",
                   files)  # fmt: skip
    assert problem.code == "type-mismatch"
    assert problem.message == "node 's': input 'picture' takes Image, but stream 'x' carries int"
