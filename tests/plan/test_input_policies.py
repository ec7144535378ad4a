"""Which input policy each node gets."""

from __future__ import annotations

import pytest

from graphflow.policies import Barrier, Default, EarlyClose, FixedSize, Immediate, InputPolicy, SyncSets, TimestampAlign
from tests.plan.tools import codes, node, only, planned

ADD = "inputs: [x, y]\noutputs: [z]\n%s\nnodes: {n: {calculator: %s, inputs: {a: x, b: y}, outputs: {out: z}%s}}"


def policy(graph: str = "", calculator: str = "Add", own: str = "") -> InputPolicy:
    text = ADD % (graph and f"input_policy: {graph}", calculator, own and f", input_policy: {own}")
    return node(planned(text), "n").policy


def test_node_over_graph_over_class_over_default() -> None:
    assert policy() == Default()
    assert policy(calculator="AddEarlyClose") == EarlyClose()
    assert policy(graph="Barrier") == Barrier()
    assert policy(graph="Barrier", own="Immediate") == Immediate()
    assert policy(graph="Barrier", calculator="AddEarlyClose") == Barrier()
    assert policy(calculator="AddEarlyClose", own="Default") == Default()


def test_replacing_the_policy_of_a_class_is_a_warning_that_names_the_node() -> None:
    problem = only(ADD % ("input_policy: Barrier", "AddEarlyClose", ""))
    assert (problem.code, problem.severity) == ("policy-replaced", "warning")
    assert "node 'n'" in problem.message and "EarlyClose" in problem.message
    assert codes(ADD % ("input_policy: EarlyClose", "AddEarlyClose", "")) == []
    assert codes(ADD % ("input_policy: Barrier", "AddEarlyClose", ", input_policy: Immediate")) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{Default: {batch_size: 4}}", Default(4)),
        ("{FixedSize: {trigger_queue_size: 5, target_queue_size: 2, fixed_min_size: true}}", FixedSize(5, 2, True)),
        ("{SyncSets: {sets: [[a], [b]]}}", SyncSets((("a",), ("b",)))),
        ("{SyncSets: {sets: [['a:0']]}}", SyncSets((("a:0",),))),
        ("{TimestampAlign: {base: b}}", TimestampAlign("b")),
    ],
)
def test_options_of_policies(written: str, expected: InputPolicy) -> None:
    assert policy(own=written) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Immediat", "unknown-policy"),
        ("{Immediate: {batch_size: 1}}", "unknown-policy-option"),
        ("{Default: {batch_size: 0}}", "wrong-policy-option"),
        ("{Default: {batch_size: true}}", "wrong-policy-option"),
        ("{Default: {batch_size: 1.5}}", "wrong-policy-option"),
        ("{FixedSize: {target_queue_size: 2}}", "wrong-policy-option"),
        ("{FixedSize: {trigger_queue_size: 1}}", "wrong-policy-option"),
        ("{FixedSize: {fixed_min_size: yes}}", "wrong-policy-option"),
        ("{SyncSets: {sets: [[]]}}", "wrong-policy-option"),
        ("{SyncSets: {sets: [a]}}", "wrong-policy-option"),
        ("{SyncSets: {sets: [[a], [a, b]]}}", "wrong-policy-option"),
        ("{SyncSets: {sets: [[a], ['a:0']]}}", "wrong-policy-option"),
        ("{SyncSets: {sets: [[c]]}}", "unknown-port"),
        ("{SyncSets: {sets: [['a:1']]}}", "unknown-port"),
        ("TimestampAlign", "wrong-policy-option"),
        ("{TimestampAlign: {base: c}}", "unknown-port"),
        ("{TimestampAlign: {base: 1}}", "wrong-policy-option"),
    ],
)
def test_wrong_policies(written: str, code: str) -> None:
    assert codes(ADD % ("", "Add", f", input_policy: {written}")) == [code]


@pytest.mark.parametrize("written", ["{SyncSets: {sets: [[a]]}}", "{TimestampAlign: {base: a}}", "Mux"])
def test_policies_that_depend_on_ports_cannot_hold_for_a_graph(written: str) -> None:
    assert codes(ADD % (f"input_policy: {written}", "Add", "")) == ["wrong-policy"]


def test_a_source_has_no_input_policy() -> None:
    assert codes("nodes: {c: {calculator: Counter, input_policy: Immediate, outputs: {out: x}}}") == ["useless-setting"]
    plan = planned("input_policy: Immediate\noutputs: [x]\nnodes: {c: {calculator: Counter, outputs: {out: x}}}")
    assert plan.nodes[0].policy == Default()


def test_a_class_may_choose_its_policy_for_a_node() -> None:
    text = """
        inputs: [x]
        outputs: [y]
        nodes: {n: {calculator: Opinionated, options: {mode: %s}%s, inputs: {item: x}, outputs: {out: y}}}
    """
    assert node(planned(text % ("fine", "")), "n").policy == Default()
    assert node(planned(text % ("immediate", "")), "n").policy == Immediate()
    assert node(planned(text % ("immediate", ", input_policy: Barrier")), "n").policy == Barrier()


def test_groups_that_a_class_asks_for_hold_for_what_is_connected() -> None:
    text = "inputs: [x]\noutputs: [y]\nnodes: {n: {calculator: TwoGroups, inputs: {%s}, outputs: {out: y}}}"
    assert node(planned(text % "a: x, b: x, c: x"), "n").policy == SyncSets((("a",), ("b", "c")))
    assert node(planned(text % "a: x, c: x"), "n").policy == SyncSets((("a",), ("c",)))
    assert node(planned(text % "a: x"), "n").policy == SyncSets((("a",),))


def test_mux_needs_something_to_select_from() -> None:
    text = "inputs: [x, s]\noutputs: [y]\nnodes: {m: {calculator: %s, inputs: {%s}, outputs: {out: y}}}"
    assert codes(text % ("Select", "input: x, select: s")) == []
    assert codes(text % ("Merge, input_policy: Mux", "item: s")) == ["wrong-policy"]
    assert codes(text % ("Merge, input_policy: Mux", "item: [x, s]")) == []
