"""What decides the results of a corpus besides its inputs, so that one folder never holds results of two graphs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from graphflow import __version__, introspect
from graphflow.models import whole_file
from graphflow.models.needed import needed
from graphflow.plan.file_use import known_side_packets
from graphflow.plan.plan import GraphPlan, PlanNode
from graphflow.rows import to_json

_PACKAGES = ("ai-edge-litert", "av", "numpy", "onnxruntime", "opencv-python")
_OURS = "graphflow."


def fingerprint(
    plan: GraphPlan, common: Mapping[str, Any], first: Mapping[str, Any], results: Mapping[str, str]
) -> dict[str, Any]:
    """In plain values: the plan with its options, side packets, results, models and files by digest, and versions.

    Args:
        plan: The graph.
        common: Side packets that all inputs have.
        first: All of the first input, by which branches and models are chosen.
        results: What is kept of each input: file names by stream.

    Raises:
        MissingResource: A model is not there.
    """
    models = sorted(needed(plan, {**common, **first}))
    own = {node.contract.calculator for node in plan.nodes if not node.contract.calculator.__module__.startswith(_OURS)}
    sources = {Path(introspect.class_place(calculator)[0]) for calculator in own}
    read = {
        Path(path)
        for node in plan.nodes
        for path in node.contract.calculator.reads(node.options, known_side_packets(node, plan, common))
    }
    return {
        "results": dict(results),
        "side_packets": to_json(dict(common)),
        "versions": {"graphflow": __version__} | _versions(),
        "files": {str(path): _digest(path) for path in sorted(sources | read) if path.is_file()},
        "models": {name: hashlib.sha256(whole_file(name).content).hexdigest() for name in models},
        "nodes": {node.name: _node(node, plan) for node in plan.nodes},
    }


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Where two fingerprints differ: ``nodes.landmarks.options.threads: 1, was 2``."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            inner = f"{place}.{key}" if place else key
            if key not in old:
                yield f"{inner}: {_short(new[key])}, was not there"
            elif key not in new:
                yield f"{inner}: is not there any more"
            else:
                yield from differences(old[key], new[key], inner)
    elif old != new:
        yield f"{place}: {_short(new)}, was {_short(old)}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _node(node: PlanNode, plan: GraphPlan) -> dict[str, Any]:
    streams = plan.streams
    return {
        "calculator": node.contract.calculator.__qualname__,
        "options": to_json(node.options),
        "inputs": [f"{one.port.name}: {streams[one.stream].name}" for one in node.inputs],
        "outputs": [f"{one.port.name}: {streams[one.stream].name}" for one in node.outputs],
        "side_packets": [
            f"{one.port.name}: {one.name if one.name is not None else to_json(one.literal)}" for one in node.side_inputs
        ],
        "policy": repr(node.policy),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
