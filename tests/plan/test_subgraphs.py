"""Opening subgraphs: names, order, ports that are left out, options, include chains."""

from __future__ import annotations

import pytest

from graphflow.config import limits
from tests.plan.tools import codes, complaints, names, node, only, planned, type_of

DETECTION = """
    inputs: [image]
    outputs: {faces: raw, rects: rect}
    nodes:
      detector: {calculator: Detector, inputs: {image: image}, outputs: {out: raw}}
      to_rect: {calculator: ToRect, inputs: {detections: raw}, outputs: {out: rect}}
"""
FILES = {"detection.yaml": DETECTION}


def test_inner_nodes_and_streams_are_named_after_the_including_node() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          a: {subgraph: detection.yaml, inputs: {image: video}, outputs: {faces: faces}}
        """,
        FILES,
    )
    assert names(plan) == ["a/detector", "a/to_rect"]
    assert [stream.name for stream in plan.streams] == ["video", "faces", "a/rect"]
    assert node(plan, "a/detector").subgraph == ("a",)


def test_inner_names_of_connected_ports_are_aliases() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          a: {subgraph: detection.yaml, inputs: {image: video}, outputs: {faces: faces}}
        """,
        FILES,
    )
    assert plan.aliases == {"a/image": 0, "a/raw": 1}


def test_two_uses_of_one_subgraph_do_not_share_names() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [one, two]
        nodes:
          a: {subgraph: detection.yaml, inputs: {image: video}, outputs: {rects: one}}
          b: {subgraph: detection.yaml, inputs: {image: video}, outputs: {rects: two}}
        """,
        FILES,
    )
    assert [stream.name for stream in plan.streams] == ["video", "a/raw", "one", "b/raw", "two"]


def test_inner_nodes_take_the_place_of_the_including_node() -> None:
    plan = planned(
        """
        inputs: [video]
        nodes:
          before: {calculator: ImageSink, inputs: {image: video}}
          a: {subgraph: detection.yaml, inputs: {image: video}}
          after: {calculator: ImageSink, inputs: {image: video}}
        """,
        FILES,
    )
    assert names(plan) == ["before", "a/detector", "a/to_rect", "after"]


def test_subgraphs_nest() -> None:
    files = {
        "detection.yaml": DETECTION,
        "outer.yaml": """
            inputs: {picture: frame}
            outputs: {found: rects}
            nodes:
              inner: {subgraph: detection.yaml, inputs: {image: frame}, outputs: {rects: rects}}
        """,
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [rects]
        nodes:
          a: {subgraph: outer.yaml, inputs: {picture: video}, outputs: {found: rects}}
          b: {calculator: RectSink, inputs: {rect: rects}}
        """,
        files,
    )
    assert names(plan) == ["a/inner/detector", "a/inner/to_rect", "b"]
    assert [stream.name for stream in plan.streams] == ["video", "a/inner/raw", "rects"]
    assert node(plan, "a/inner/detector").subgraph == ("a", "inner")
    assert plan.aliases["a/inner/rect"] == plan.aliases["a/rects"] == 2


def test_an_input_that_is_left_out_disappears_from_the_nodes_inside() -> None:
    files = {
        "inner.yaml": """
            inputs: [image, rect]
            outputs: [faces]
            nodes:
              detector: {calculator: Detector, inputs: {image: image, rect: rect}, outputs: {out: faces}}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}, outputs: {faces: faces}}
        """,
        files,
    )
    assert [entry.port.name for entry in node(plan, "a/detector").inputs] == ["image"]


def test_leaving_out_goes_through_several_levels() -> None:
    files = {
        "inner.yaml": """
            inputs: [image, rect]
            outputs: [faces]
            nodes:
              detector: {calculator: Detector, inputs: {image: image, rect: rect}, outputs: {out: faces}}
        """,
        "middle.yaml": """
            inputs: [image, rect]
            outputs: [faces]
            nodes:
              inner: {subgraph: inner.yaml, inputs: {image: image, rect: rect}, outputs: {faces: faces}}
        """,
    }
    text = """
        inputs: [video]
        outputs: [faces]
        nodes:
          a: {{subgraph: middle.yaml, inputs: {{{ports}}}, outputs: {{faces: faces}}}}
    """
    plan = planned(text.format(ports="image: video"), files)
    assert [entry.port.name for entry in node(plan, "a/inner/detector").inputs] == ["image"]
    problem = only(text.format(ports="rect: video"), files)
    assert problem.code == "missing-input"
    assert "node 'a' must connect 'image'" in problem.message
    assert problem.span is not None and problem.span.file == "graph.yaml"


def test_one_stream_of_a_list_can_be_left_out() -> None:
    files = {
        "inner.yaml": """
            inputs: [a, b]
            outputs: [out]
            nodes:
              merge: {calculator: Merge, inputs: {item: [a, b]}, outputs: {out: out}}
        """
    }
    plan = planned(
        """
        inputs: [x]
        outputs: [y]
        nodes:
          m: {subgraph: inner.yaml, inputs: {b: x}, outputs: {out: y}}
        """,
        files,
    )
    assert [(entry.index, entry.stream) for entry in node(plan, "m/merge").inputs] == [(0, 0)]


def test_a_subgraph_may_pass_an_input_straight_on() -> None:
    files = {
        "inner.yaml": """
            inputs: [image]
            outputs: {same: image}
            nodes:
              sink: {calculator: ImageSink, inputs: {image: image}}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [again]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}, outputs: {same: again}}
          b: {calculator: ImageSink, inputs: {image: again}}
        """,
        files,
    )
    assert [stream.name for stream in plan.streams] == ["video"]
    assert plan.outputs == (0,)
    assert plan.aliases == {"a/image": 0, "again": 0}


def test_a_back_edge_at_a_subgraph_marks_the_edges_inside() -> None:
    files = {
        "inner.yaml": """
            inputs: [image, loop]
            outputs: [out]
            nodes:
              limiter: {calculator: Limiter, inputs: {item: image, finished: loop}, outputs: {out: out}}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          a:
            subgraph: inner.yaml
            inputs: {image: video, loop: {stream: faces, back_edge: true}}
            outputs: {out: frames}
          b: {calculator: Detector, inputs: {image: frames}, outputs: {out: faces}}
        """,
        files,
    )
    assert [entry.back_edge for entry in node(plan, "a/limiter").inputs] == [False, True]


def test_graph_options_come_from_the_node_or_their_default_or_not_at_all() -> None:
    files = {
        "inner.yaml": """
            inputs: [image]
            outputs: [faces]
            options:
              min_score: 0.25
              model: {type: str}
            nodes:
              detector:
                calculator: Detector
                options: {min_score: "${min_score}", model: "${model}"}
                inputs: {image: image}
                outputs: {out: faces}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [one, two]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}, outputs: {faces: one}}
          b: {subgraph: inner.yaml, options: {min_score: 1, model: full}, inputs: {image: video}, outputs: {faces: two}}
        """,
        files,
    )
    assert node(plan, "a/detector").options == {"min_score": 0.25, "model": "short"}
    assert node(plan, "b/detector").options == {"min_score": 1.0, "model": "full"}


def test_all_graph_options_can_be_handed_on_at_once() -> None:
    files = {
        "inner.yaml": """
            inputs: [image]
            outputs: [faces]
            options: {min_score: 0.25, model: {type: str}}
            nodes:
              detector: {calculator: Detector, options: "${options}", inputs: {image: image}, outputs: {out: faces}}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [one]
        nodes:
          a: {subgraph: inner.yaml, options: {model: full}, inputs: {image: video}, outputs: {faces: one}}
        """,
        files,
    )
    assert node(plan, "a/detector").options == {"min_score": 0.25, "model": "full"}


SIDE = {
    "inner.yaml": """
        inputs: [image]
        outputs: [out]
        side_packets:
          model:
          count: {default: 3}
        nodes:
          user:
            calculator: UseModel
            inputs: {image: image}
            side_packets: {model: model, count: count}
            outputs: {out: out}
    """
}


@pytest.mark.parametrize(
    ("written", "name", "literal"),
    [("", None, 3), (", count: {value: 5}", None, 5), (", count: number", "number", None)],
)
def test_side_packets_of_a_subgraph_are_given_fixed_or_default(written: str, name: str | None, literal: object) -> None:
    plan = planned(
        f"""
        inputs: [video]
        outputs: [used]
        side_packets: [model, number]
        nodes:
          a:
            subgraph: inner.yaml
            inputs: {{image: video}}
            side_packets: {{model: model{written}}}
            outputs: {{out: used}}
        """,
        SIDE,
    )
    count = node(plan, "a/user").side_inputs[1]
    assert (count.port.name, count.name, count.literal) == ("count", name, literal)


def test_a_side_packet_that_is_needed_inside_cannot_be_left_out() -> None:
    problem = only(
        """
        inputs: [video]
        outputs: [used]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}, outputs: {out: used}}
        """,
        SIDE,
    )
    assert problem.code == "missing-side-packet"
    assert "node 'a' must connect 'model'" in problem.message


def test_output_side_packets_leave_a_subgraph() -> None:
    files = {
        "load.yaml": """
            side_packets: {path: {default: a.tflite}}
            output_side_packets: {model: loaded}
            nodes:
              load: {calculator: LoadModel, side_packets: {path: path}, output_side_packets: {model: loaded}}
        """
    }
    plan = planned(
        """
        inputs: [video]
        outputs: [used]
        output_side_packets: [model]
        nodes:
          a: {subgraph: load.yaml, output_side_packets: {model: model}}
          b: {calculator: UseModel, inputs: {image: video}, side_packets: {model: model}, outputs: {out: used}}
        """,
        files,
    )
    assert plan.side_packets["model"].producer == 0
    assert plan.output_side_packets == ("model",)


def test_settings_of_a_subgraph_file_are_ignored_with_a_warning() -> None:
    files = {"inner.yaml": DETECTION + "    max_queue_size: 3\n    input_policy: EarlyClose\n"}
    found = complaints(
        """
        inputs: [video]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}}
        """,
        files,
    )
    assert [item.code for item in found] == ["ignored-setting", "ignored-setting"]
    assert {item.severity for item in found} == {"warning"}


@pytest.mark.parametrize("leaf", ["nodes: {a: {calculator: Counter, outputs: {out: b}}}", "nodes: {}"])
def test_the_graph_is_limited_in_size(leaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 100)
    files = {"n0.yaml": leaf}
    for level in range(1, 12):
        inner = f"{{subgraph: n{level - 1}.yaml}}"
        files[f"n{level}.yaml"] = f"nodes: {{a: {inner}, b: {inner}, c: {inner}}}"
    assert codes("nodes: {a: {subgraph: n11.yaml}}", files) == ["graph-too-large"]


def test_subgraphs_are_limited_in_depth() -> None:
    files = {f"n{level}.yaml": f"nodes: {{a: {{subgraph: n{level + 1}.yaml}}}}" for level in range(100)}
    found = only("nodes: {a: {subgraph: n0.yaml}}", files)
    assert found.code == "subgraph-too-deep"
    assert len(found.related) == limits.MAX_INCLUDE_DEPTH


def test_one_mistake_in_a_file_included_twice_is_told_once() -> None:
    files = {"inner.yaml": "nodes: {a: {calculator: IntSink, inputs: {item: nothing}}}"}
    found = only("nodes: {a: {subgraph: inner.yaml}, b: {subgraph: inner.yaml}}", files)
    assert found.code == "unknown-stream"
    assert [related.message for related in found.related] == ["included by node 'a'"]


def test_a_switch_with_a_fixed_selector_is_the_branch_it_selects() -> None:
    text = """
        inputs: [video]
        outputs: [faces]
        options: {{which: 1}}
        nodes:
          a:
            switch:
              - {{calculator: Detector, options: {{model: full}}}}
              - {{calculator: Detector, options: {{model: sparse}}}}
            {selector}
            inputs: {{image: video}}
            outputs: {{out: faces}}
    """
    for selector, model in (("select: 0", "full"), ("enable: true", "sparse"), ("select: ${which}", "sparse")):
        plan = planned(text.format(selector=selector))
        assert node(plan, "a").options["model"] == model
        assert str(type_of(plan, "faces")).startswith("list[")


def test_a_subgraph_cannot_hand_on_what_it_is_not_given() -> None:
    files = {
        "inner.yaml": """
            inputs: [image, rect]
            outputs: {same: rect}
            nodes:
              detector: {calculator: Detector, inputs: {image: image, rect: rect}, outputs: {out: faces}}
        """
    }
    problem = only(
        """
        inputs: [video]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video}, outputs: {same: again}}
          b: {calculator: RectSink, inputs: {rect: again}}
        """,
        files,
    )
    assert problem.code == "missing-input"
    assert "'same' hands on 'rect'" in problem.message


@pytest.mark.parametrize("section", ["inputs", "side_packets"])
def test_two_ports_of_an_interface_are_not_the_same_thing(section: str) -> None:
    interface = f"{section}: {{a: x, b: x}}\nnodes: {{c: {{calculator: PassThrough}}}}"
    assert codes(interface) == ["duplicate-input", "idle-node"]
    files = {"inner.yaml": interface}
    text = f"{section}: [v]\nnodes: {{s: {{subgraph: inner.yaml, {section}: {{a: v, b: v}}}}}}"
    assert codes(text, files) == ["duplicate-input", "idle-node"]
