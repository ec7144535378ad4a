"""What a node connects, matched with the ports of its calculator."""

from __future__ import annotations

import pytest

from tests.plan.tools import codes, complaints, node, only, planned


def test_inputs_stand_in_signature_order_whatever_the_file_says() -> None:
    plan = planned(
        """
        inputs: [x, y]
        outputs: [z]
        nodes:
          add: {calculator: Add, inputs: {b: y, a: x}, outputs: {out: z}}
        """
    )
    assert [(entry.port.name, entry.stream) for entry in node(plan, "add").inputs] == [("a", 0), ("b", 1)]


def test_a_port_that_repeats_keeps_list_order() -> None:
    plan = planned(
        """
        inputs: [x, y, s]
        outputs: [z]
        nodes:
          mux: {calculator: Select, inputs: {select: s, input: [y, x, y]}, outputs: {out: z}}
        """
    )
    entries = [(entry.port.name, entry.index, entry.stream) for entry in node(plan, "mux").inputs]
    assert entries == [("input", 0, 1), ("input", 1, 0), ("input", 2, 1), ("select", 0, 2)]


def test_any_ports_are_ordered_untagged_first_then_by_name() -> None:
    plan = planned(
        """
        inputs: [x, y, z]
        outputs: [x2, y2, z2]
        nodes:
          pass:
            calculator: PassThrough
            inputs: {zebra: z, item: x, apple: y}
            outputs: {zebra: z2, apple: y2, out: x2}
        """
    )
    assert [entry.port.name for entry in node(plan, "pass").inputs] == ["item", "apple", "zebra"]
    assert [entry.port.name for entry in node(plan, "pass").outputs] == ["out", "apple", "zebra"]


def test_any_ports_may_repeat_if_the_class_takes_several() -> None:
    plan = planned(
        """
        inputs: [x, y]
        outputs: [x2, y2]
        nodes:
          pass: {calculator: PassThrough, inputs: {item: [x, y]}, outputs: {out: [x2, y2]}}
        """
    )
    assert [(entry.port.name, entry.index) for entry in node(plan, "pass").outputs] == [("out", 0), ("out", 1)]


def test_side_packets_pass_through_any_ports() -> None:
    plan = planned(
        """
        side_packets: [a]
        output_side_packets: [b]
        nodes:
          pass: {calculator: PassThrough, side_packets: {item: a}, output_side_packets: {out: b}}
        """
    )
    assert [entry.name for entry in node(plan, "pass").side_outputs] == ["b"]
    assert plan.side_packets["b"].producer == 0


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("inputs: {item: x}", ["missing-output"]),
        ("outputs: {out: y}", ["missing-input"]),
        ("inputs: {item: x, more: x}, outputs: {out: y}", ["missing-output"]),
        ("inputs: {item: [x, x]}, outputs: {out: y}", ["unequal-counts"]),
        ("inputs: {item: x}, outputs: {item: y}", ["missing-input", "missing-output"]),
    ],
)
def test_any_ports_are_mirrored(ports: str, expected: list[str]) -> None:
    found = codes(f"inputs: [x]\nnodes: {{p: {{calculator: PassThrough, {ports}}}}}")
    assert sorted(found) == sorted(expected)


def test_an_unconnected_optional_port_is_left_out() -> None:
    plan = planned(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          d: {calculator: Detector, inputs: {image: video}, outputs: {out: faces}}
          m: {calculator: FaceMesh, inputs: {image: video}, outputs: {landmarks: marks}}
        """
    )
    assert [entry.port.name for entry in node(plan, "d").inputs] == ["image"]
    assert [entry.port.name for entry in node(plan, "m").outputs] == ["landmarks"]


@pytest.mark.parametrize(
    ("connections", "stream", "side"),
    [
        ("inputs: {item: x, allow: open}", ["item", "allow"], []),
        ("inputs: {item: x}, side_packets: {allow: s}", ["item"], ["allow"]),
        ("inputs: {item: x}", ["item"], []),
    ],
)
def test_a_port_may_be_a_stream_or_a_side_packet(connections: str, stream: list[str], side: list[str]) -> None:
    plan = planned(
        f"""
        inputs: [x, open]
        outputs: [y]
        side_packets: [s]
        nodes:
          gate: {{calculator: Gate, {connections}, outputs: {{out: y}}}}
        """
    )
    assert [entry.port.name for entry in node(plan, "gate").inputs] == stream
    assert [entry.port.name for entry in node(plan, "gate").side_inputs] == side


def test_a_typo_is_one_message_and_the_rest_is_still_checked() -> None:
    found = complaints(
        """
        inputs: [video]
        outputs: [faces]
        nodes:
          count: {calculator: Counter, outputs: {out: numbers}}
          d: {calculator: Detector, inputs: {imag: numbers}, outputs: {out: faces}}
        """
    )
    assert [item.code for item in found] == ["unknown-port", "type-mismatch"]
    assert "did you mean 'image'?" in found[0].help


def test_an_unknown_port_that_resembles_nothing_lists_the_ports() -> None:
    found = complaints("inputs: [x]\nnodes: {a: {calculator: Add, inputs: {a: x, b: x, zzz: x}, outputs: {out: y}}}")
    assert found[0].help == "it has 'a' and 'b'"


def test_a_node_whose_entry_could_not_be_read_is_not_told_what_it_misses() -> None:
    found = codes("nodes: {d: {calculator: Detector, inputs: [image], outputs: {out: faces}}}")
    assert found == ["wrong-type"]


def test_sources_and_sinks_may_be_without_the_other_side() -> None:
    plan = planned("nodes: {a: {calculator: Counter, outputs: {out: x}}, b: {calculator: IntSink, inputs: {item: x}}}")
    assert [len(one.inputs) for one in plan.nodes] == [0, 1]


def test_a_class_whose_inputs_are_all_optional_needs_one() -> None:
    assert only("nodes: {p: {calculator: MaybeDouble, outputs: {out: x}}}").code == "no-inputs"
