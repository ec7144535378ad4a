"""Options, graph options, and ``--set``."""

from __future__ import annotations

import pytest

from graphflow.plan.options import PROGRAM, Override
from tests.plan.tools import codes, node, only, planned

CAMERA = "outputs: [x]\nnodes: {c: {calculator: Camera, options: {fps: 10}, outputs: {out: x}}}"
INNER = {
    "inner.yaml": """
        outputs: [x]
        options: {speed: 25.0}
        nodes: {camera: {calculator: Camera, options: {fps: "${speed}"}, outputs: {out: x}}}
    """
}
OUTER = """
    outputs: [y]
    options: {rate: 5.0}
    nodes: {inner: {subgraph: inner.yaml, options: {speed: '${rate}'}, outputs: {x: y}}}
"""


def test_options_are_validated_with_defaults_filled_in() -> None:
    assert node(planned(CAMERA), "c").options == {"fps": 10.0}
    assert node(planned(CAMERA.replace("fps: 10", "")), "c").options == {"fps": 30.0}


def test_a_wrong_option_is_told_at_its_value() -> None:
    problem = only(CAMERA.replace("fps: 10", "fps: 1000"))
    assert problem.code == "bad-option"
    assert problem.span is not None and (problem.span.line, problem.span.length) == (3, 4)


def test_set_replaces_an_option_of_a_node() -> None:
    assert node(planned(CAMERA, overrides={"c.fps": 50}), "c").options == {"fps": 50.0}


def test_set_reaches_into_subgraphs() -> None:
    plan = planned(OUTER, INNER, {"inner/camera.fps": 60})
    assert node(plan, "inner/camera").options == {"fps": 60.0}


def test_a_check_may_ask_who_has_given_an_option() -> None:
    inner = {
        "inner.yaml": """
        inputs: [x]
        outputs: [y]
        options: {mode: fine}
        nodes: {o: {calculator: Opinionated, options: {mode: "${mode}"}, inputs: {item: x}, outputs: {out: y}}}
    """
    }
    outer = "inputs: [a]\noutputs: [b]\nnodes: {i: {subgraph: inner.yaml, inputs: {x: a}, outputs: {y: b}}}"
    in_file = outer.replace("inner.yaml,", "inner.yaml, options: {mode: mine},")
    assert codes(in_file, inner) == ["calculator-check"]
    for name in ("i.mode", "i/o.mode"):
        assert node(planned(outer, inner, {name: "mine"}), "i/o").options == {"mode": "mine"}


def test_set_replaces_graph_options_of_a_subgraph_and_of_the_graph() -> None:
    assert node(planned(OUTER, INNER), "inner/camera").options == {"fps": 5.0}
    assert node(planned(OUTER, INNER, {"rate": 7}), "inner/camera").options == {"fps": 7.0}
    assert node(planned(OUTER, INNER, {"inner.speed": 8}), "inner/camera").options == {"fps": 8.0}


@pytest.mark.parametrize(
    ("path", "value", "code", "help"),
    [
        ("d.fps", 1, "unknown-override", "write NODE.OPTION, or the name of a graph option"),
        ("iner/camera.fps", 1, "unknown-override", "did you mean 'inner/camera'?"),
        ("inner/camera.fp", 1, "unknown-option", "did you mean 'fps'?"),
        ("inner/camera.fps", -1, "bad-option", "a number, above 0 and at most 240, default 30.0"),
        ("ratee", 1, "unknown-graph-option", "did you mean 'rate'?"),
        ("rate", "fast", "wrong-graph-option", ""),
    ],
)
def test_a_wrong_set_is_told_as_one(path: str, value: object, code: str, help: str) -> None:
    problem = only(OUTER, INNER, {path: value})
    assert (problem.code, problem.help) == (code, help)
    assert problem.span is not None and problem.span.file == PROGRAM


def test_paths_of_overrides() -> None:
    assert [(o.node, o.option) for o in (Override.of("a/b.c", 1), Override.of("c", 1))] == [("a/b", "c"), ("", "c")]


@pytest.mark.parametrize(
    ("declared", "given", "good"),
    [
        ("{o: 1}", "2", True),
        ("{o: 1}", "2.5", False),
        ("{o: 1}", "true", False),
        ("{o: 1.0}", "2", True),
        ("{o: true}", "false", True),
        ("{o: true}", "1", False),
        ("{o: text}", "more", True),
        ("{o: text}", "1", False),
        ("{o: [1]}", "[2, 3]", True),
        ("{o: [1]}", "2", False),
        ("{o: {type: float}}", "1", True),
        ("{o: {type: str}}", "1", False),
    ],
)
def test_graph_options_are_typed(declared: str, given: str, good: bool) -> None:
    files = {"s.yaml": f"options: {declared}\nnodes: {{c: {{calculator: Counter, outputs: {{out: x}}}}}}"}
    found = codes(f"nodes: {{s: {{subgraph: s.yaml, options: {{o: {given}}}}}}}", files)
    assert found == ([] if good else ["wrong-graph-option"])


def test_a_graph_option_is_of_its_own_type_where_it_is_taken() -> None:
    text = """
        inputs: [x]
        outputs: [y]
        options: {size: {type: float}}
        nodes: {n: {calculator: Needs, options: {size: '${size}'}, inputs: {item: x}, outputs: {out: y}}}
    """
    assert "must be a whole number, not 2.0" in only(text, overrides={"size": 2}).message


def test_an_unset_graph_option_leaves_the_key_out() -> None:
    text = """
        outputs: [x]
        options: {f: {type: float}}
        nodes: {c: {calculator: Camera, options: {fps: '${f}'}, outputs: {out: x}}}
    """
    assert node(planned(text), "c").options == {"fps": 30.0}
    assert node(planned(text, overrides={"f": 12}), "c").options == {"fps": 12.0}


@pytest.mark.parametrize("value", ["'${options}'", "'${ options }'", "{fps: '${fps}'}", "{fps: '${ fps }'}"])
def test_a_graph_option_may_stand_between_spaces(value: str) -> None:
    assert node(planned(f"options: {{fps: 7}}\n{CAMERA.replace('{fps: 10}', value)}"), "c").options == {"fps": 7.0}


@pytest.mark.parametrize("value", ["'x ${a}'", "['${a}']", "{b: '${a}'}"])
def test_a_graph_option_cannot_be_a_part_of_a_value(value: str) -> None:
    text = f"options: {{a: 1}}\nnodes: {{c: {{calculator: Camera, options: {{fps: {value}}}, outputs: {{out: x}}}}}}"
    assert "wrong-options" in codes(text)


def test_calculators_report_through_their_own_check() -> None:
    text = """
        inputs: [x]
        outputs: [y]
        nodes: {n: {calculator: Opinionated, options: {mode: %s}, inputs: {item: x}, outputs: {out: y}}}
    """
    refused = only(text % "refuse")
    assert (refused.code, refused.help) == ("calculator-check", "connect 'extra'")
    assert refused.span is not None and refused.span.length == len("item")
    crashed = only(text % "crash")
    assert crashed.code == "broken-calculator"
    assert "Opinionated.check raised ZeroDivisionError: a mistake" in crashed.message
    assert "takes a policy such as Immediate()" in only(text % "wrong policy").message
    assert "Opinionated has no port 'nothing'" in only(text % "wrong port").message
    plan = planned(text % "int")
    assert [stream.type for stream in plan.streams] == [int, str]
