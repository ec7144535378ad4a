"""A calculator in words: what ``graphflow inspect`` says, as data first and as text second."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from graphflow.annotations import type_name
from graphflow.cli.console import aligned
from graphflow.config.names import node_name
from graphflow.contract import ANY_NAME, Contract, Form, InputPort, OutputPort, SidePort
from graphflow.options import OptionField
from graphflow.plan.types import names_in, shown
from graphflow.rows.json_form import to_json
from graphflow.values import in_words

Names = Mapping[Any, str]

WIDTH = 100
"""Columns of the text."""


def describe(contract: Contract) -> dict[str, Any]:
    """Everything worth knowing about a calculator, in terms of JSON."""
    names = names_in(contract.calculator.__module__)
    return {
        "name": contract.name,
        "package": contract.calculator.__module__.partition(".")[0],
        "source": contract.location,
        "doc": contract.doc,
        "inputs": [_input(port, names) for port in (*contract.inputs, contract.rest_input) if port],
        "outputs": [_output(port, names) for port in (*contract.outputs, contract.rest_output) if port],
        "side_packets": [_side_input(port, names) for port in contract.side_inputs],
        "output_side_packets": [_side_output(port, names) for port in contract.side_outputs],
        "options": [_option(name, option) for name, option in contract.options.items()],
        "input_policy": _policy(contract),
        "timestamp_offset": contract.timestamp_offset,
        "parallel": contract.parallel,
        "source_node": contract.source,
        "live": contract.live,
        "remarks": [],
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
        ("Options", "options"),
        ("Streams", "streams"),
    ):
        lines += section(title, description.get(key, []))
    if "input_policy" in description:
        lines += ["", "Behaviour", *(f"  {line}" for line in behaviour(description))]
    if users := description.get("used_by"):
        lines += ["", "Used by", *textwrap.wrap(", ".join(users), WIDTH, initial_indent="  ", subsequent_indent="  ")]
    if description["remarks"]:
        lines += ["", "Remarks", *(f"  {remark}" for remark in description["remarks"])]
    return "\n".join([*lines, "", "Example", *(f"  {line}" for line in description["example"].splitlines())])


def example(contract: Contract) -> str:
    """A node of this calculator, with its compulsory ports and options, as it may stand in a graph file."""
    node = node_name(contract.name)
    lines = [f"{node}:", f"  calculator: {contract.name}"]
    inputs = [port.name for port in contract.inputs if port.compulsory]
    outputs = [port.name for port in contract.outputs if port.compulsory]
    inputs += ["item"] if contract.rest_input else []
    outputs += ["out"] if contract.rest_output else []
    side_inputs = [port.name for port in contract.side_inputs if port.compulsory]
    side_outputs = [port.name for port in contract.side_outputs if port.compulsory]
    for key, names, prefix in (
        ("inputs", inputs, ""),
        ("outputs", outputs, f"{node}_"),
        ("side_packets", side_inputs, ""),
        ("output_side_packets", side_outputs, f"{node}_"),
    ):
        if names:
            lines.append(f"  {key}: {{{', '.join(f'{name}: {prefix}{name}' for name in names)}}}")
    options = [f"{name}: {_sample(option)}" for name, option in contract.options.items() if option.compulsory]
    if options:
        lines.append(f"  options: {{{', '.join(options)}}}")
    return "\n".join(lines)


def _input(port: InputPort, names: Names) -> dict[str, Any]:
    required = port.compulsory
    notes = ["any names" if port.name == ANY_NAME else "required" if required else "optional"]
    notes += _notes(repeats=port.many)
    if isinstance(port.default, bool | int | float | str):
        notes.append(f"{yaml_text(port.default)} if it is not connected")
    notes += _receives(port.form, port.nullable) + (["may be written to"] if port.owned else [])
    return {
        "name": port.name,
        "type": shown(port.type, names),
        "required": required,
        "repeats": port.many,
        "nullable": port.nullable,
        "receives": port.form.value,
        "owned": port.owned,
        "notes": notes,
        "doc": port.doc,
    }


def _output(port: OutputPort, names: Names) -> dict[str, Any]:
    notes = ["optional"] if port.optional else []
    notes += _notes(repeats=port.many)
    notes += ["at timestamps of its own"] if port.packet else []
    notes = ["the names of the inputs; 'out' for 'item'"] if port.name == ANY_NAME else notes
    return {
        "name": port.name,
        "type": shown(port.type, names),
        "required": port.compulsory,
        "repeats": port.many,
        "own_timestamps": port.packet,
        "notes": notes,
        "doc": port.doc,
    }


def _side_input(port: SidePort, names: Names) -> dict[str, Any]:
    required = port.compulsory
    notes = ["required" if required else "optional", *_notes(repeats=port.many)]
    if isinstance(port.default, bool | int | float | str):
        notes.append(f"{yaml_text(port.default)} if nobody provides it")
    return _side(port, names, required, notes)


def _side_output(port: SidePort, names: Names) -> dict[str, Any]:
    notes = ["optional"] if port.optional else []
    return _side(port, names, port.compulsory, [*notes, *_notes(repeats=port.many)])


def _side(port: SidePort, names: Names, required: bool, notes: list[str]) -> dict[str, Any]:
    return {
        "name": port.name,
        "type": shown(port.type, names),
        "required": required,
        "repeats": port.many,
        "notes": notes,
        "doc": port.doc,
    }


def _option(name: str, option: OptionField) -> dict[str, Any]:
    required = option.compulsory
    notes = ["required" if required else f"default {yaml_text(option.default)}"]
    choices = option.choices or (get_args(option.type) if get_origin(option.type) is Literal else ())
    if choices:
        notes.append(f"one of {', '.join(map(yaml_text, choices))}")
    elif option.range_text():
        notes.append(option.range_text())
    return {
        "name": name,
        "type": type_name(type(choices[0]) if choices else option.type),
        "required": required,
        "default": None if required else to_json(option.default),
        "choices": [to_json(choice) for choice in choices],
        "range": option.range_text(),
        "expects": in_words(option.type),
        "notes": notes,
        "doc": option.doc,
    }


def _policy(contract: Contract) -> dict[str, Any]:
    """The policy by name, with the options that are not the usual ones."""
    policy, usual = contract.input_policy, type(contract.input_policy)()
    names = [field.name for field in dataclasses.fields(policy)]
    options = {name: getattr(policy, name) for name in names if getattr(policy, name) != getattr(usual, name)}
    return {"name": type(policy).__name__, "options": to_json(options)}


def behaviour(description: Mapping[str, Any]) -> Iterable[str]:
    """How a calculator behaves that `describe` has described, in words."""
    policy = description["input_policy"]
    settings = ", ".join(f"{key} {yaml_text(value)}" for key, value in policy["options"].items())
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


def _receives(form: Form, nullable: bool) -> list[str]:
    """What the node sees of a stream, where that is more than the payloads at the times when all inputs have one."""
    if form in (Form.BOUND, Form.PACKET_OR_BOUND):
        return [form.value]
    return ["also runs without a packet"] if nullable else []


def section(title: str, entries: list[dict[str, Any]]) -> list[str]:
    """Name, type and notes in columns; what the author says of it below, where it does not fit behind them."""
    if not entries:
        return []
    lines = ["", title]
    rows = [("", entry["name"], _kind(entry), ", ".join(entry["notes"])) for entry in entries]
    for entry, line in zip(entries, aligned(rows, most=28), strict=True):
        doc = entry["doc"]
        if doc and len(line) + 2 + len(doc) <= WIDTH:
            lines.append(f"{line}. {doc}" if entry["notes"] else f"{line}  {doc}")
        else:
            lines.append(line)
            lines += textwrap.wrap(doc, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return lines


def _kind(entry: Mapping[str, Any]) -> str:
    """The type, in words where it names values: how Python writes these helps nobody who writes YAML."""
    return str(entry["expects" if "Literal[" in entry["type"] else "type"])


def yaml_text(value: Any) -> str:
    """A default as a graph file would spell it."""
    import json

    return value if isinstance(value, str) and value else json.dumps(to_json(value), ensure_ascii=False)


def _sample(option: OptionField) -> str:
    """Some value that a compulsory option accepts, to be replaced by the reader."""
    if option.choices:
        return yaml_text(option.choices[0])
    lowest = option.ge if option.ge is not None else option.gt + 1 if option.gt is not None else 1
    samples = {int: str(int(lowest)), float: str(float(lowest)), bool: "true", str: "text"}
    if option.type in samples:
        return samples[option.type]
    return "[]" if "list" in str(option.type) else "..."
