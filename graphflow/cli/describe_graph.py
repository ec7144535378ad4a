"""A graph or module in words: what it takes and gives, and its streams, in the form of `graphflow.cli.describe`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from graphflow.bundled import bundled_graphs, graphs_by_name, is_bundled, modules_by_name
from graphflow.cli.describe import yaml_text
from graphflow.config.model import GraphConfig, GraphOption, GraphPort


def describe_graph(config: GraphConfig, types: Mapping[str, str]) -> dict[str, Any]:
    """Everything that a user of the graph has to know, as JSON: its ports, side packets and options.

    Args:
        config: The file.
        types: Payload types as text, by full name (`PlanDraft.types`).
    """
    return {
        "name": Path(config.file).stem,
        "source": config.file,
        "doc": config.help.strip(),
        "inputs": [_port(port, types, taken=True) for port in config.inputs],
        "outputs": [_port(port, types) for port in config.outputs],
        "side_packets": [_port(port, types, taken=True) for port in config.side_packets],
        "output_side_packets": [_port(port, types) for port in config.output_side_packets],
        "options": [_option(option) for option in config.options],
        "streams": _streams(config, types),
        "remarks": [],
        "example": _example(config),
    }


def used_by(name: str) -> list[str]:
    """The graphs and modules of graphflow that use a calculator or a module, by name."""
    node = re.compile(rf"\b(calculator: |subgraph: (modules/)?){re.escape(name)}(\.yaml)?(?![\w.])")
    return [user for user, text in _bundled_texts().items() if name in text and node.search(text)]


@cache
def _bundled_texts() -> dict[str, str]:
    files = graphs_by_name() | {Path(module).stem: file for module, file in modules_by_name().items()}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items()}


def _streams(config: GraphConfig, types: Mapping[str, str]) -> list[dict[str, Any]]:
    """The streams of the file, in the order of their senders, each with who sends and reads it."""
    senders = {port.inner.value: f"graph input {port.name.value}" for port in config.inputs}
    readers: dict[str, list[str]] = {}
    for node in config.nodes:
        for port in node.outputs:
            senders |= {ref.name: f"{node.name.value}.{port.port.value}" for ref in port.refs if ref.name}
        for port in node.inputs:
            for ref in port.refs:
                back = " (back edge)" if ref.back_edge else ""
                readers.setdefault(ref.name or "", []).append(f"{node.name.value}.{port.port.value}{back}")
    for output in config.outputs:
        readers.setdefault(output.inner.value, []).append(f"graph output {output.name.value}")
    return [
        {
            "name": name,
            "type": types.get(name, "Any"),
            "sender": sender,
            "readers": readers.get(name, []),
            "notes": [f"from {sender}", f"to {', '.join(readers[name])}" if name in readers else "nobody reads it"],
            "doc": "",
        }
        for name, sender in senders.items()
    ]


def _port(port: GraphPort, types: Mapping[str, str], taken: bool = False) -> dict[str, Any]:
    required = taken and not port.optional and port.default is None
    notes = ["required" if required else "optional"] if taken else []
    if port.default is not None:
        notes.append(f"default {yaml_text(port.default.value)}")
    known = types.get(port.inner.value) or types.get(port.name.value) or "Any"
    return {
        "name": port.name.value,
        "type": port.type.value if port.type else known,
        "required": required,
        "notes": notes,
        "doc": port.help,
    }


def _option(option: GraphOption) -> dict[str, Any]:
    default = option.default.value if option.default else None
    given = type(default).__name__ if default is not None else "Any"
    return {
        "name": option.name.value,
        "type": option.type.value if option.type else given,
        "default": default,
        "notes": ["no default"] if option.default is None else [f"default {yaml_text(default)}"],
        "doc": option.help,
    }


def _example(config: GraphConfig) -> str:
    """A node that includes the graph, with what it has to connect."""
    file = Path(config.file)
    path = file.resolve().relative_to(bundled_graphs().resolve()).as_posix() if is_bundled(config.file) else file.name
    lines = [f"{file.stem}:", f"  subgraph: {path}"]
    outputs = [port for port in config.outputs if not port.optional] or list(config.outputs[:1])
    inputs = [port for port in config.inputs if not port.optional]
    sides = [port for port in config.side_packets if not port.optional and port.default is None]
    for key, ports in (("inputs", inputs), ("outputs", outputs), ("side_packets", sides)):
        lines += _entry(key, [port.name.value for port in ports])
    return "\n".join(lines)


def _entry(key: str, names: Sequence[str]) -> list[str]:
    return [f"  {key}: {{{', '.join(f'{name}: {name}' for name in names)}}}"] if names else []
