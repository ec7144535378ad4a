"""The other keys of nodes and of the graph."""

from __future__ import annotations

import pytest

from tests.plan.tools import codes, drafted, node, planned

PARALLEL = "inputs: [x]\noutputs: [y]\nnodes: {n: {calculator: %s, %s, inputs: {item: x}, outputs: {out: y}}}"


@pytest.mark.parametrize(
    ("calculator", "keys", "expected"),
    [
        ("Parallel", "max_in_flight: 4", []),
        ("Opinionated", "max_in_flight: 1", []),
        ("Opinionated", "max_in_flight: 2", ["wrong-max-in-flight"]),
        ("Parallel", "max_in_flight: 4, input_policy: {Default: {batch_size: 1}}", []),
        ("Parallel", "max_in_flight: 4, input_policy: {Default: {batch_size: 2}}", ["wrong-max-in-flight"]),
        ("Parallel", "source_layer: 1", ["useless-setting"]),
        ("Parallel", "executor: main", []),
        ("Parallel", "executor: pool", ["unknown-executor"]),
    ],
)
def test_keys_of_a_node(calculator: str, keys: str, expected: list[str]) -> None:
    assert codes(PARALLEL % (calculator, keys)) == expected


def test_what_a_plan_says_of_a_node() -> None:
    plan = planned(
        """
        inputs: [x]
        outputs: [y, z]
        executors: {pool: {threads: 2}}
        max_queue_size: 7
        report_deadlock: true
        nodes:
          n: {calculator: Parallel, executor: pool, max_in_flight: 3, inputs: {item: x}, outputs: {out: y}}
          c: {calculator: Camera, source_layer: 1, outputs: {out: z}}
        """
    )
    assert (node(plan, "n").executor, node(plan, "n").max_in_flight) == ("pool", 3)
    assert (node(plan, "c").executor, node(plan, "c").source_layer) == ("", 1)
    assert (plan.executors, plan.max_queue_size, plan.report_deadlock) == ({"pool": 2}, 7, True)
    assert node(plan, "n").span.line == 9


def test_defaults_of_a_graph() -> None:
    plan = planned("outputs: [x]\nnodes: {c: {calculator: Camera, outputs: {out: x}}}")
    assert (plan.executors, plan.max_queue_size, plan.report_deadlock) == ({}, 100, False)


def test_an_executor_that_no_node_uses_is_noted() -> None:
    _, found = drafted("executors: {e: {threads: 1}}\nnodes: {c: {calculator: PassThrough}}")
    assert [item.code for item in found] == ["unused-executor", "idle-node"]


def test_a_draft_knows_types_also_of_a_wrong_graph() -> None:
    draft, _ = drafted("nodes: {c: {calculator: Camera, outputs: {out: x}}, n: {calculator: No}}")
    assert draft.plan is None
    assert draft.types == {"x": "Image"}


def test_an_incomplete_file_has_no_plan_but_its_rest_is_checked() -> None:
    draft, found = drafted("nodes: {c: {calculator: Camera, outputs: {out: x}, colour: red}, n: {calculator: No}}")
    assert draft.plan is None
    assert [item.code for item in found] == ["unknown-key", "unknown-calculator"]
