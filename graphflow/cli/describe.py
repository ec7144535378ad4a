"""A calculator in words: what ``graphflow inspect`` says, as data first and as text second."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import Any

from graphflow.annotations import type_name
from graphflow.cli.payload import to_json
from graphflow.contract import MISSING, Contract, Form, InputPort, OutputPort, Result, SidePort
from graphflow.option_types import in_words
from graphflow.options import OptionField

_RECEIVES = {
    Form.VALUE: "the payload",
    Form.PACKET: "the packet",
    Form.BOUND: "the bound",
    Form.PACKET_OR_BOUND: "the packet, or the bound",
}


def describe(contract: Contract) -> dict[str, Any]:
    """Everything worth knowing about a calculator, in terms of JSON."""
    return {
        "name": contract.name,
        "package": contract.calculator.__module__.partition(".")[0],
        "source": contract.location,
        "doc": contract.doc,
        "inputs": [_input(port) for port in contract.inputs] + _any_inputs(contract),
        "outputs": [_output(port) for port in contract.outputs] + _any_outputs(contract),
        "side_packets": [_side_input(port) for port in contract.side_inputs],
        "output_side_packets": [_side_output(port) for port in contract.side_outputs],
        "options": [_option(name, option) for name, option in contract.options.items()],
        "input_policy": _policy(contract),
        "timestamp_offset": contract.timestamp_offset,
        "parallel": contract.parallel,
        "source_node": contract.source,
        "live": contract.live,
        "example": example(contract),
    }


def as_text(description: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{description['name']}   ({description['source']})"]
    if description["doc"]:
        lines.append(description["doc"])
    for title, key in (
        ("Inputs", "inputs"),
        ("Outputs", "outputs"),
        ("Side packets", "side_packets"),
        ("Output side packets", "output_side_packets"),
    ):
        rows = [(port["name"], port["type"], _sentence([*port["notes"], port["doc"]])) for port in description[key]]
        lines += _section(title, rows)
    options = [
        (option["name"], option["type"], _sentence([*option["notes"], option["doc"]]))
        for option in description["options"]
    ]
    lines += _section("Options", options)
    lines += ["", "Behaviour", *(f"  {line}" for line in _behaviour(description))]
    return "\n".join([*lines, "", "Example", *(f"  {line}" for line in description["example"].splitlines())])


def example(contract: Contract) -> str:
    """A node of this calculator, with its compulsory ports and options, as it may stand in a graph file."""
    node = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", contract.name).lower()
    lines = [f"{node}:", f"  calculator: {contract.name}"]
    inputs = [port.name for port in contract.inputs if port.default is MISSING]
    outputs = [port.name for port in contract.outputs if not port.optional]
    if contract.any_ports:
        inputs.append("item")
        outputs += ["out"] if contract.result is Result.MAPPING else []
    side_inputs = [port.name for port in contract.side_inputs if port.default is MISSING]
    side_outputs = [port.name for port in contract.side_outputs if not port.optional]
    for key, names, prefix in (
        ("inputs", inputs, ""),
        ("outputs", outputs, f"{node}_"),
        ("side_packets", side_inputs, ""),
        ("output_side_packets", side_outputs, f"{node}_"),
    ):
        if names:
            lines.append(f"  {key}: {{{', '.join(f'{name}: {prefix}{name}' for name in names)}}}")
    options = [f"{name}: {_sample(option)}" for name, option in contract.options.items() if option.default is MISSING]
    if options:
        lines.append(f"  options: {{{', '.join(options)}}}")
    return "\n".join(lines)


def _input(port: InputPort) -> dict[str, Any]:
    required = port.default is MISSING
    notes = ["required" if required else "optional"]
    notes += _notes(repeats=port.many)
    if not required and port.default is not None and not isinstance(port.default, tuple):
        notes.append(f"{port.default!r} if it is not connected")
    if port.nullable and port.form is not Form.BOUND:
        notes.append("runs without a packet here too")
    if port.form is not Form.VALUE:
        notes.append(f"receives {_RECEIVES[port.form]}")
    notes += ["may write into it"] if port.owned else []
    return {
        "name": port.name,
        "type": type_name(port.type),
        "required": required,
        "repeats": port.many,
        "nullable": port.nullable,
        "receives": port.form.value,
        "owned": port.owned,
        "notes": notes,
        "doc": port.doc,
    }


def _output(port: OutputPort) -> dict[str, Any]:
    notes = ["optional"] if port.optional else []
    notes += _notes(repeats=port.many)
    notes += ["at timestamps of its own"] if port.packet else []
    return {
        "name": port.name,
        "type": type_name(port.type),
        "required": not port.optional,
        "repeats": port.many,
        "own_timestamps": port.packet,
        "notes": notes,
        "doc": port.doc,
    }


def _any_inputs(contract: Contract) -> list[dict[str, Any]]:
    if not contract.any_ports:
        return []
    notes = ["any names", *_notes(repeats=contract.rest_many)]
    if contract.rest_form is not Form.VALUE:
        notes.append(f"receives {_RECEIVES[contract.rest_form]}")
    return [
        {
            "name": "*",
            "type": type_name(contract.rest_type),
            "required": False,
            "repeats": contract.rest_many,
            "nullable": contract.rest_nullable,
            "receives": contract.rest_form.value,
            "owned": False,
            "notes": notes,
            "doc": "",
        }
    ]


def _any_outputs(contract: Contract) -> list[dict[str, Any]]:
    if not (contract.any_ports and contract.result is Result.MAPPING):
        return []
    notes = ["the names of the inputs; 'out' for 'item'"]
    return [
        {
            "name": "*",
            "type": type_name(contract.rest_type),
            "required": False,
            "repeats": contract.rest_many,
            "own_timestamps": contract.rest_packet,
            "notes": notes,
            "doc": "",
        }
    ]


def _side_input(port: SidePort) -> dict[str, Any]:
    required = port.default is MISSING
    notes = ["required" if required else f"{port.default!r} if nobody provides it"]
    return _side(port, required, [*notes, *_notes(repeats=port.many)])


def _side_output(port: SidePort) -> dict[str, Any]:
    return _side(port, not port.optional, [*(["optional"] if port.optional else []), *_notes(repeats=port.many)])


def _side(port: SidePort, required: bool, notes: list[str]) -> dict[str, Any]:
    return {
        "name": port.name,
        "type": type_name(port.type),
        "required": required,
        "repeats": port.many,
        "notes": notes,
        "doc": port.doc,
    }


def _option(name: str, option: OptionField) -> dict[str, Any]:
    required = option.default is MISSING
    notes = ["required" if required else f"default {_yaml(option.default)}"]
    if option.choices:
        notes.append(f"one of {', '.join(map(_yaml, option.choices))}")
    elif option.range_text():
        notes.append(option.range_text())
    return {
        "name": name,
        "type": type_name(option.type),
        "required": required,
        "default": None if required else to_json(option.default),
        "choices": [to_json(choice) for choice in option.choices],
        "range": option.range_text(),
        "expects": in_words(option.type),
        "notes": notes,
        "doc": option.doc,
    }


def _policy(contract: Contract) -> dict[str, Any]:
    policy = contract.input_policy
    return {"name": type(policy).__name__, "options": to_json(dataclasses.asdict(policy))}


def _behaviour(description: dict[str, Any]) -> Iterable[str]:
    policy = description["input_policy"]
    settings = ", ".join(f"{key} {_yaml(value)}" for key, value in policy["options"].items())
    if description["source_node"]:
        yield "a live source: it has a thread of its own" if description["live"] else "a source"
    else:
        yield f"input policy {policy['name']}" + (f" ({settings})" if settings else "")
    offset = description["timestamp_offset"]
    if offset is None:
        yield "promises nothing about the timestamps of its outputs"
    elif offset:
        yield f"timestamp offset {offset} us"
    if description["parallel"]:
        yield "may process several timestamps at once"


def _notes(*, repeats: bool) -> list[str]:
    return ["takes a list"] if repeats else []


def _sentence(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)


def _section(title: str, rows: list[tuple[str, str, str]]) -> list[str]:
    if not rows:
        return []
    widths = [min(max(len(row[column]) for row in rows), 30) for column in (0, 1)]
    return ["", title, *(f"  {name:<{widths[0]}}  {kind:<{widths[1]}}  {text}".rstrip() for name, kind, text in rows)]


def _yaml(value: Any) -> str:
    """A default as a graph file would spell it."""
    import json

    return value if isinstance(value, str) and value else json.dumps(to_json(value), ensure_ascii=False)


def _sample(option: OptionField) -> str:
    """Some value that a compulsory option accepts, to be replaced by the reader."""
    if option.choices:
        return _yaml(option.choices[0])
    lowest = option.ge if option.ge is not None else option.gt + 1 if option.gt is not None else 1
    samples = {int: str(int(lowest)), float: str(float(lowest)), bool: "true", str: "text"}
    if option.type in samples:
        return samples[option.type]
    return "[]" if "list" in str(option.type) else "..."
