"""Mistakes at the border of a subgraph are told where it is included, in the words of whoever wrote that, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow.checking import check_file, check_text
from graphflow.config.diagnostics import Diagnostic
from graphflow.registry import Registry
from tests.plan.tools import complaints, drafted, only

INNER = """
inputs: [image]
outputs: [faces]
side_packets: {count: {optional: true}, size: {default: 2}}
options: {score: {type: float}, rate: {default: 30.0}}
nodes:
  one: {calculator: Detector, options: {min_score: "${score}"}, inputs: {image: image}, outputs: {out: faces}}
  two: {calculator: ImageSink, inputs: {image: image}}
"""
MIDDLE = """
inputs: [picture]
outputs: [found]
options: {low: {type: float}}
nodes:
  inner: {subgraph: inner.yaml, options: {score: "${low}"}, inputs: {image: picture}, outputs: {faces: found}}
"""
FILES = {"inner.yaml": INNER, "middle.yaml": MIDDLE}
OUTER = """
inputs: [video]
outputs: [out]
nodes:
  count: {{calculator: Counter, outputs: {{out: number}}}}
  sink: {{calculator: IntSink, inputs: {{item: number}}}}
  me: {{subgraph: middle.yaml, inputs: {{picture: {stream}}}, outputs: {{found: out}}{more}}}
"""


def outer(stream: str = "video", more: str = "") -> str:
    return OUTER.format(stream=stream, more=more)


def marked(problem: Diagnostic, text: str) -> str:
    """What the carets of a finding stand under."""
    span = problem.span
    assert span is not None and span.file == "graph.yaml"
    line = f"graphflow: 1\n{text}".splitlines()[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def test_a_stream_that_nobody_sends_is_told_at_the_outermost_border() -> None:
    problem = only(outer("vido"), FILES)
    assert problem.message == "node 'me': input 'picture' reads stream 'vido', which nothing sends"
    assert problem.help.startswith("did you mean 'video'")
    assert marked(problem, outer("vido")) == "vido"


def test_a_side_packet_that_nobody_provides_is_told_at_the_outermost_border() -> None:
    files = {
        "side.yaml": "side_packets: [model]\nnodes: {n: {calculator: Anything, outputs: {out: a}}, "
        "d: {calculator: Detector, side_packets: {weights: model}, inputs: {image: a}, outputs: {out: b}}}"
    }
    text = "nodes: {me: {subgraph: side.yaml, side_packets: {model: modl}}}"
    problem = only(text, files)
    assert problem.message == "node 'me': side packet 'model' takes side packet 'modl', which nothing provides"
    assert marked(problem, text) == "modl"


def test_a_type_that_does_not_fit_is_told_once_at_the_outermost_border() -> None:
    problem = only(outer("number"), FILES)
    assert problem.message == "node 'me': input 'picture' takes Image, but stream 'number' carries int"
    assert marked(problem, outer("number")) == "number"
    assert [note.message for note in problem.related] == [
        "sent by node 'count', output 'out': int",
        "node 'me/inner/one' inside: input 'image' takes Image",
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("two", "node 'me': side packet 'num_faces' must be a whole number, not 'two'"),
        ("0", "node 'me': side packet 'num_faces' must be at least 1, not 0"),
    ],
)
def test_a_fixed_side_packet_that_cannot_be_is_told_at_the_border(value: str, message: str) -> None:
    text = (
        "graphflow: 1\ninputs: [image]\noutputs: [out]\nnodes: {me: {subgraph: modules/face_landmark_front.yaml, "
        f"inputs: {{image: image}}, side_packets: {{num_faces: {{value: {value}}}}}, outputs: {{landmarks: out}}}}}}"
    )
    checked = check_text(text, "graph.yaml", Registry(plugins=False))
    (problem,) = (item for item in checked.diagnostics if item.severity == "error")
    assert problem.message == message
    assert problem.span is not None and problem.span.file == "graph.yaml" and not problem.related


def test_an_option_out_of_range_that_is_passed_on_is_told_where_it_is_given() -> None:
    text = outer(more=", options: {low: 7}")
    problem = only(text, FILES)
    assert (problem.code, problem.message) == (
        "bad-option",
        "node 'me': option 'low' must be at least 0 and at most 1, not 7.0",
    )
    assert marked(problem, text) == "7"
    assert [note.message for note in problem.related] == [
        "node 'me/inner/one' inside takes it as its option 'min_score'"
    ]


def test_an_option_out_of_range_from_outside_is_told_by_the_name_that_was_typed() -> None:
    problem = only(outer(), FILES, {"me.low": 7})
    assert problem.message == "node 'me': option 'low' must be at least 0 and at most 1, not 7.0"
    assert problem.span is not None and problem.span.typed == "options={'me.low': 7}"
    assert problem.span.typed[problem.span.column - 1 :][: problem.span.length] == "7"


def test_a_port_that_does_not_exist_is_the_one_finding_about_what_it_was_meant_for() -> None:
    text = outer().replace("picture: video", "zzz: video")
    problem = only(text, FILES)
    assert (problem.code, problem.help) == ("unknown-port", "it has 'picture'")
    assert marked(problem, text) == "zzz"


def test_a_port_that_is_left_out_is_told_once() -> None:
    problem = only(outer().replace("inputs: {picture: video}, ", ""), FILES)
    assert problem.code == "missing-input" and problem.message.startswith("node 'me' must connect 'picture'")


def test_two_senders_are_told_at_the_border() -> None:
    text = outer().replace("out: number", "out: out").replace("item: number", "item: out")
    problem = next(item for item in complaints(text, FILES) if item.code == "two-producers")
    assert problem.message == "stream 'out' is sent by node 'me', and sent by node 'count' as well"
    assert marked(problem, text) == "out"


def test_a_bundled_module_is_never_the_place_of_an_includers_mistake(tmp_path: Path) -> None:
    graph = tmp_path / "g.yaml"
    graph.write_text(
        "graphflow: 1\noutputs: [out]\nnodes:\n  n: {calculator: CountingSource, outputs: {out: n}}\n"
        "  me: {subgraph: modules/face_landmark_front.yaml, inputs: {image: n}, options: {threads: 0, "
        "min_presence_score: 7, delegate: zzz}, side_packets: {num_faces: none}, outputs: {landmarks: out}}\n"
    )
    checked = check_file(graph, Registry(plugins=False))
    errors = [item for item in checked.diagnostics if item.severity == "error"]
    for item in errors:
        for span in (item.span, *(related.span for related in item.related)):
            assert span is not None and span.file == str(graph), item
    assert len(errors) == len({item.span for item in errors}) == 5, "\n".join(map(str, errors))


# -- a module that is looked at by itself ------------------------------------------------------------------------------

MODULE = """
inputs: [image]
outputs: [out]
options: {much: {type: int}, more: {type: int}, unused: {type: int}}
nodes:
  a: {calculator: Needy, options: {much: "${much}"}, inputs: {image: image}, outputs: {out: between}}
  b: {calculator: Needy, options: {much: "${more}"}, inputs: {image: between}, outputs: {out: out}}
"""


def test_a_module_that_is_validated_alone_says_so_and_what_it_needs_in_one_note() -> None:
    draft, found = drafted(MODULE)
    assert draft.plan is None and [(item.severity, item.code) for item in found] == [("note", "module")]
    assert found[0].message == "this is a module: the graph that includes it has to set 'much' and 'more'"


def test_what_a_module_needs_is_asked_of_the_outermost_that_does_not_set_it() -> None:
    files = {
        "module.yaml": MODULE,
        "through.yaml": "inputs: [i]\noutputs: [o]\noptions: {x: {type: int}}\nnodes: {m: {subgraph: module.yaml, "
        'options: {much: "${x}", more: 1}, inputs: {image: i}, outputs: {out: o}}}',
    }
    text = "inputs: [v]\noutputs: [o]\nnodes:\n  t: {subgraph: through.yaml, inputs: {i: v}, outputs: {o: o}}"
    problem = only(text, files)
    assert (problem.code, problem.message) == ("missing-option", "node 't': option 'x' of through.yaml is missing")
    assert problem.help.startswith("write 'options: {x: ...}'")
    assert marked(problem, text) == "t"


@pytest.mark.parametrize("command", ["whole", "by name"])
def test_options_handed_on_as_a_whole_are_asked_for_likewise(command: str) -> None:
    by_name = '{much: "${much}"}' if command == "by name" else '"${options}"'
    files = {"m.yaml": "inputs: [i]\noutputs: [o]\noptions: {much: {type: int}}\nnodes: {n: {calculator: Needy, "
             f"options: {by_name}, inputs: {{image: i}}, outputs: {{out: o}}}}}}"}  # fmt: skip
    problem = only("inputs: [v]\noutputs: [o]\nnodes: {t: {subgraph: m.yaml, inputs: {i: v}, outputs: {o: o}}}", files)
    assert problem.message == "node 't': option 'much' of m.yaml is missing"


def test_every_bundled_module_is_fine_alone_or_says_that_it_is_a_module() -> None:
    from graphflow.bundled import modules_by_name

    for path in modules_by_name().values():
        checked = check_file(path, Registry(plugins=False))
        assert not checked.wrong, path
        assert (checked.plan is None) == any(item.code == "module" for item in checked.diagnostics)
