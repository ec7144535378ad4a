"""Opening switches: the parts, their names and connections, and what is opened when the selection is known."""

from __future__ import annotations

import pytest

from graphflow.plan.plan import GraphPlan, PlanNode
from tests.plan.tools import codes, complaints, names, node, only, planned, type_of

DETECTION = """
    inputs: [image]
    outputs: {faces: raw}
    nodes:
      detector: {calculator: Detector, inputs: {image: image}, outputs: {out: raw}}
"""
FILES = {"detection.yaml": DETECTION}
SWITCH = """
    inputs: [video, on]
    outputs: [faces]
    nodes:
      s:
        switch:
          - {subgraph: detection.yaml}
          - {subgraph: detection.yaml}
        inputs: {image: video, enable: on}
        outputs: {faces: faces}
"""


def _reads(plan: GraphPlan, name: str) -> list[str]:
    return [plan.streams[item.stream].name for item in node(plan, name).inputs]


def _sends(plan: GraphPlan, name: str) -> list[str]:
    return [plan.streams[item.stream].name for item in node(plan, name).outputs]


def _policy(part: PlanNode) -> str:
    return type(part.policy).__name__


def test_a_switch_becomes_selection_demux_branches_and_mux() -> None:
    plan = planned(SWITCH, FILES)
    assert names(plan) == ["s/selection", "s/demux_video", "s/c0/detector", "s/c1/detector", "s/mux_faces"]
    assert [part.contract.name for part in plan.nodes] == [
        "SwitchSelection", "SwitchDemux", "Detector", "Detector", "SwitchMux"
    ]  # fmt: skip
    assert _reads(plan, "s/selection") == ["on"]
    assert _reads(plan, "s/demux_video") == ["video", "s/selection"]
    assert _sends(plan, "s/demux_video") == ["s/to_c0__video", "s/to_c1__video"]
    assert _reads(plan, "s/c1/detector") == ["s/to_c1__video"]
    assert _reads(plan, "s/mux_faces") == ["s/c0__faces", "s/c1__faces", "s/selection"]
    assert _sends(plan, "s/mux_faces") == ["faces"]
    assert node(plan, "s/demux_video").subgraph == ("s",)
    assert node(plan, "s/c0/detector").subgraph == ("s", "c0")


def test_types_go_through_a_switch() -> None:
    plan = planned(SWITCH, FILES)
    assert str(type_of(plan, "faces")) == str(type_of(plan, "s/c0__faces"))
    assert "Image" in str(type_of(plan, "video")) and "Image" in str(type_of(plan, "s/to_c1__video"))
    assert type_of(plan, "on") is bool


def test_side_packets_go_to_all_branches() -> None:
    plan = planned(
        """
        inputs: [video, on]
        side_packets: [weights]
        outputs: [faces]
        nodes:
          s:
            switch: [{calculator: Detector}, {calculator: Detector}]
            inputs: {image: video, enable: on}
            side_packets: {weights: weights}
            outputs: {out: faces}
        """
    )
    assert [item.name for name in ("s/c0", "s/c1") for item in node(plan, name).side_inputs] == ["weights"] * 2


def test_options_belong_to_a_branch_and_can_be_overridden() -> None:
    text = """
        inputs: [video, on]
        outputs: [faces]
        options: {score: 0.25}
        nodes:
          s:
            switch: [{calculator: Detector, options: {min_score: "${score}"}}, {calculator: Detector}]
            inputs: {image: video, enable: on}
            outputs: {out: faces}
    """
    plan = planned(text, overrides={"s/c1.min_score": 0.75})
    assert [node(plan, name).options["min_score"] for name in ("s/c0", "s/c1")] == [0.25, 0.75]
    assert only(text, overrides={"s/c2.min_score": 0.75}).code == "unknown-override"


def test_the_policy_of_a_switch_says_when_a_selection_counts_and_that_of_the_graph_stays_outside() -> None:
    plan = planned(SWITCH, FILES)
    assert [_policy(part) for part in plan.nodes] == ["Default", "Default", "Default", "Default", "Immediate"]
    plan = planned(SWITCH.replace("enable: on}", "enable: on}\n        input_policy: Immediate"), FILES)
    assert [_policy(part) for part in plan.nodes] == ["Immediate", "Default", "Default", "Default", "Immediate"]
    assert _reads(plan, "s/selection") == ["on", "video"]
    plan = planned("    input_policy: Immediate\n" + SWITCH.lstrip("\n"), FILES)
    policies = [_policy(node(plan, f"s/{name}")) for name in ("selection", "demux_video", "c0/detector")]
    assert policies == ["Default", "Default", "Immediate"]


def test_one_stream_at_two_ports_is_routed_once() -> None:
    plan = planned(
        """
        inputs: [x, on]
        outputs: [y]
        nodes:
          s:
            switch: [{calculator: Add}, {calculator: Add}]
            inputs: {a: x, b: x, enable: on}
            outputs: {out: y}
        """
    )
    assert names(plan) == ["s/selection", "s/demux_x", "s/c0", "s/c1", "s/mux_y"]
    assert _reads(plan, "s/c0") == ["s/to_c0__x", "s/to_c0__x"]


def test_a_port_that_repeats_repeats_in_the_branches() -> None:
    plan = planned(
        """
        inputs: [x, y, on]
        outputs: [z]
        nodes:
          s:
            switch: [{calculator: Merge}, {calculator: Merge}]
            inputs: {item: [x, y], enable: on}
            outputs: {out: z}
        """
    )
    assert _reads(plan, "s/c1") == ["s/to_c1__x", "s/to_c1__y"]


def test_a_switch_may_stand_in_a_loop() -> None:
    text = """
        inputs: [x, on]
        outputs: [y]
        nodes:
          s:
            switch: [{calculator: Previous}, {calculator: Previous}]
            inputs: {main: x, loop: {stream: y, back_edge: true}, enable: on}
            outputs: {out: z}
          d: {calculator: Double, inputs: {item: z}, outputs: {out: y}}
    """
    plan = planned(text.replace("Previous", "MainOrLoop"))
    assert [item.back_edge for item in node(plan, "s/demux_y").inputs] == [True, False]
    assert codes(text.replace("Previous", "MainOrLoop").replace("{stream: y, back_edge: true}", "y")) == ["cycle"]


def test_a_back_edge_at_one_of_two_ports_makes_the_routed_stream_one() -> None:
    text = """
        inputs: [x, on]
        outputs: [y]
        nodes:
          s:
            switch: [{calculator: TwoGroups}, {calculator: TwoGroups}]
            inputs: {a: x, b: y, c: {stream: y, back_edge: true}, enable: on}
            outputs: {out: y}
    """
    assert node(planned(text), "s/demux_y").inputs[0].back_edge


def test_a_switch_in_a_switch_and_in_a_subgraph() -> None:
    files = {"chosen.yaml": SWITCH.replace("inputs: [video, on]", "inputs: {video: video, on: on}"), **FILES}
    plan = planned(
        """
        inputs: [video, on, other]
        outputs: [faces]
        nodes:
          t:
            switch: [{subgraph: chosen.yaml}, {subgraph: chosen.yaml}]
            inputs: {video: video, on: on, enable: other}
            outputs: {faces: faces}
        """,
        files,
    )
    assert "t/c1/s/c0/detector" in names(plan)
    assert node(plan, "t/c1/s/c0/detector").subgraph == ("t", "c1", "s", "c0")
    assert _reads(plan, "t/c1/s/selection") == ["t/to_c1__on"]


def test_a_port_that_the_parent_leaves_out_is_left_out_in_the_branches() -> None:
    inner = """
        inputs: {image: image, rect: {optional: true}, on: on}
        outputs: [faces]
        nodes:
          s:
            switch: [{calculator: Detector}, {calculator: Detector}]
            inputs: {image: image, rect: rect, enable: on}
            outputs: {out: faces}
    """
    plan = planned(
        """
        inputs: [video, on]
        outputs: [faces]
        nodes:
          a: {subgraph: inner.yaml, inputs: {image: video, on: on}, outputs: {faces: faces}}
        """,
        {"inner.yaml": inner},
    )
    assert names(plan) == ["a/s/selection", "a/s/demux_image", "a/s/c0", "a/s/c1", "a/s/mux_faces"]
    assert _reads(plan, "a/s/c0") == ["a/s/to_c0__image"]


def test_a_port_that_the_parent_leaves_out_and_a_branch_needs_is_asked_of_the_parent() -> None:
    inner = """
        inputs: {image: image, on: on}
        outputs: [faces]
        nodes:
          s:
            switch: [{calculator: Detector}, {calculator: Detector}]
            inputs: {image: image, enable: on}
            outputs: {out: faces}
    """
    text = """
        inputs: [on]
        outputs: [faces]
        nodes:
          a: {subgraph: inner.yaml, inputs: {on: on}, outputs: {faces: faces}}
    """
    found = complaints(text, {"inner.yaml": inner})
    assert {item.code for item in found} == {"missing-input"}
    assert found[0].message.startswith("node 'a' must connect 'image': node 'a/s/c0' inside it needs it")


def test_a_branch_that_ignores_an_input_is_nothing_to_note() -> None:
    ignores = DETECTION.replace("[image]", "[image, rect]")
    reads = ignores.replace("{image: image}", "{image: image, rect: rect}")
    text = SWITCH.replace("[video, on]", "[video, on, rect]").replace("image: video", "image: video, rect: rect")
    text = text.replace("detection.yaml", "other.yaml", 1)
    assert planned(text, {"detection.yaml": ignores, "other.yaml": reads})
    assert not complaints(text, {"detection.yaml": ignores, "other.yaml": reads})


def test_a_node_that_promises_nothing_is_pointed_out_in_a_branch() -> None:
    text = """
        inputs: [x, on]
        outputs: [y]
        nodes:
          s:
            switch: [{calculator: Double}, {calculator: Moved}]
            inputs: {item: x, enable: on}
            outputs: {out: y}
    """
    found = only(text)
    assert (found.code, found.severity) == ("unsettled-branch", "warning")
    assert "node 's/c1': Moved promises nothing" in found.message
    by_side_packet = text.replace("inputs: [x, on]", "inputs: [x]\n        side_packets: [on]")
    by_side_packet = by_side_packet.replace(", enable: on}", "}\n            side_packets: {enable: on}")
    assert not complaints(by_side_packet)


BY_SIDE_PACKET = """
    inputs: [video]
    side_packets: {which: {default: 1}}
    outputs: [faces]
    nodes:
      s:
        switch: [{subgraph: detection.yaml}, {calculator: FaceMesh}]
        inputs: {image: video}
        side_packets: {select: SELECTOR}
        outputs: {PORT: faces}
"""


def test_a_literal_opens_its_branch_alone() -> None:
    text = BY_SIDE_PACKET.replace("SELECTOR", "{value: 0}").replace("PORT", "faces")
    plan = planned(text, FILES)
    assert names(plan) == ["s/c0/detector"]
    assert _reads(plan, "s/c0/detector") == ["video"] and _sends(plan, "s/c0/detector") == ["faces"]
    assert plan.choose is None
    text = BY_SIDE_PACKET.replace("SELECTOR", "{value: true}").replace("select", "enable").replace("PORT", "landmarks")
    assert names(planned(text, FILES)) == ["s/c1"]


def test_a_side_packet_that_selects_gives_a_plan_for_each_choice() -> None:
    text = SWITCH.replace("inputs: [video, on]", "inputs: [video]\n    side_packets: {on: {default: true}}")
    text = text.replace(", enable: on}", "}\n        side_packets: {enable: on}")
    plan = planned(text, FILES)
    assert names(plan) == ["s/selection", "s/demux_video", "s/c0/detector", "s/c1/detector", "s/mux_faces"]
    assert plan.choose is not None
    assert names(plan.choose({})) == ["s/c1/detector"]
    assert names(plan.choose({"on": False})) == ["s/c0/detector"]
    assert plan.choose({"on": True}) is plan.choose({})
    assert names(plan.choose({"on": "maybe"})) == names(plan)
    assert [stream.name for stream in plan.choose({}).streams] == ["video", "faces"]


def test_options_of_another_branch_do_not_disturb_a_choice() -> None:
    text = SWITCH.replace("inputs: [video, on]", "inputs: [video]\n    side_packets: {on: {default: true}}")
    text = text.replace(", enable: on}", "}\n        side_packets: {enable: on}")
    plan = planned(text, FILES, overrides={"s/c0/detector.min_score": 0.9})
    assert plan.choose is not None
    assert node(plan.choose({"on": False}), "s/c0/detector").options["min_score"] == 0.9
    assert names(plan.choose({"on": True})) == ["s/c1/detector"]


@pytest.mark.parametrize("policy", ["", "Default", "Immediate"])
def test_a_switch_that_is_written_wrong_is_told_once(policy: str) -> None:
    text = SWITCH.replace("image: video", "image: vidoe")
    text = text.replace("enable: on}", f"enable: on}}\n        input_policy: {policy}") if policy else text
    found = complaints(text, FILES)
    assert {item.code for item in found} == {"unknown-stream"}
    assert all("did you mean 'video'" in item.help for item in found)
