"""``graphflow schema``: the JSON Schema of graph files, with which editors complete and check them.

It is draft-07, which the YAML language server reads. It knows the calculators, graphs and modules that there are. What
takes a look at the whole graph (streams that nobody sends, types that do not fit) is for ``graphflow validate``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from graphflow.bundled import graphs_by_name, modules_by_name
from graphflow.cli.console import json_text, put, say
from graphflow.cli.errors import refused
from graphflow.cli.graphs import registry_with
from graphflow.cli.node_schema import (
    NAME,
    OPTION,
    calculator_ports,
    described,
    free_ports,
    record,
    shared_definitions,
    subgraph_ports,
)
from graphflow.config.interface import INPUTS, OUTPUT_SIDE_PACKETS, OUTPUTS, SIDE_PACKETS, Section
from graphflow.config.names import MIXED_CASE_NAME
from graphflow.config.node_keys import KINDS
from graphflow.config.nodes import MISPLACED
from graphflow.config.reader import MAX_THREADS, VERSION, load_graph
from graphflow.errors import ContractError
from graphflow.policies import POLICIES
from graphflow.registry import MEDIAPIPE_ENDING, CalculatorLookupError, Registry
from graphflow.result_file import ResultFile
from graphflow.signature import contract_of
from graphflow.values import GRAPH_OPTION_TYPES, schema_of

Schema = dict[str, Any]
Calculators = dict[str, tuple[str, Schema]]
"""By name: what each does, and the part of a node that depends on it."""

_HELP: Schema = {"type": ["string", "null"], "description": "A text for people."}


def write_schema(output: Path | None, files: Sequence[Path] | None) -> None:
    """Print the schema, or write it to a file.

    Args:
        output: The file; None to print.
        files: Files with calculators.

    Raises:
        UsageError: The file of the schema would replace one with calculators.
        UnusableFile: It cannot be written.
    """
    from graphflow.plan.file_use import FileUse, refuse_replacing

    schema = graph_schema(registry_with(files))
    if output is None:
        put(json_text(schema))
        return
    with refused("give the schema another name"):
        refuse_replacing([FileUse("the command", path) for path in files or ()], [FileUse("-o", output)])
    with ResultFile(output) as file:
        file.write(json.dumps(schema, separators=(",", ":")).encode() + b"\n")


def graph_schema(registry: Registry) -> Schema:
    """The schema of graph files that may use the calculators of a registry."""
    calculators, subgraphs = _calculators(registry), _subgraphs()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A graph of graphflow",
        "type": "object",
        "required": ["graphflow", "nodes"],
        "additionalProperties": False,
        "properties": {
            "graphflow": {"const": VERSION, "description": "The version of the format; the first key of the file."},
            "help": _HELP,
            "inputs": _interface(INPUTS, "Streams that come from outside."),
            "outputs": _interface(OUTPUTS, "Streams that go outside."),
            "side_packets": _interface(SIDE_PACKETS, "Values that come from outside, one for each run."),
            "output_side_packets": _interface(OUTPUT_SIDE_PACKETS, "Values that go outside."),
            "options": {
                "type": ["object", "null"],
                "description": "Graph options: nodes take their values with ${name}.",
                "propertyNames": NAME,
                "additionalProperties": {"anyOf": [{"not": {"type": "object"}}, _graph_option()]},
            },
            "executors": {
                "type": ["object", "null"],
                "description": "Named pools of threads.",
                "propertyNames": NAME,
                "additionalProperties": record({"threads": _whole(1, MAX_THREADS)}, ["threads"]),
            },
            "threads": _whole(1, MAX_THREADS)
            | {"description": "Threads of the nodes that name no executor, unless the run says otherwise."},
            "max_queue_size": {
                "anyOf": [_whole(1), {"const": -1}],
                "description": "Packets that may wait at an input: 100 unless given, -1 for no limit.",
            },
            "report_deadlock": {"type": "boolean", "description": "Fail if full queues stop everything."},
            "input_policy": {"$ref": "#/definitions/policy"},
            "nodes": {
                "type": ["object", "null"],
                "description": "The nodes, by name.",
                "propertyNames": {"pattern": f"^{MIXED_CASE_NAME}$"},
                "additionalProperties": {"$ref": "#/definitions/node"},
            },
        },
        "definitions": {
            "policy": _policy(),
            "node": _node(calculators, subgraphs),
            "branch": _branch(calculators, subgraphs),
        }
        | shared_definitions()
        | {f"calculator.{name}": ports for name, (_, ports) in calculators.items()}
        | {f"graph.{Path(name).stem}": ports for name, ports in subgraphs.items()},
    }


def _calculators(registry: Registry) -> Calculators:
    """Those of a registry. One that is broken is told, and may have any ports."""
    found: Calculators = {}
    for listing in registry.names():
        if listing.name in found or listing.shadowed:
            continue
        try:
            ports = calculator_ports(contract_of(registry.resolve(listing.name)))
        except (CalculatorLookupError, ContractError) as error:
            say(f"warning: the schema leaves out the ports of '{listing.name}': {error}")
            ports = {}
        found[listing.name] = (listing.summary, ports)
    return found


def _subgraphs() -> dict[str, Schema]:
    """The same of the graphs and modules that come with graphflow, by what graph files call them."""
    found = {}
    for name, file in (modules_by_name() | {f"{name}.yaml": file for name, file in graphs_by_name().items()}).items():
        config = load_graph(file, [])
        found[name] = subgraph_ports(config) if config else {}
    return found


def _node(calculators: Calculators, subgraphs: dict[str, Schema]) -> Schema:
    return {
        "allOf": [
            {"if": {"required": ["calculator"]}, "then": {"allOf": _rules(_calculator_uses(calculators))}},
            {"if": {"required": ["subgraph"]}, "then": {"allOf": _rules(_graph_uses(subgraphs))}},
        ],
        "type": "object",
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in KINDS],
        "dependencies": {kind: {"not": _any_of(*keys)} for kind, keys in MISPLACED.items()},
        "properties": {
            **_naming(calculators, subgraphs),
            "switch": {
                "type": "array",
                "minItems": 1,
                "description": "Branches, one of which runs.",
                "items": {"$ref": "#/definitions/branch"},
            },
            **free_ports(),
            "executor": described(NAME, "The pool of threads that runs it; main is the thread of the run."),
            "input_policy": {"$ref": "#/definitions/policy"},
            "max_in_flight": _whole(1) | {"description": "Input sets that may be processed at once."},
            "source_layer": _whole(0) | {"description": "Sources of a higher layer begin when those below are done."},
            "select": described({"anyOf": [_whole(0), OPTION]}, "The number of the branch."),
            "enable": described({"anyOf": [{"type": "boolean"}, OPTION]}, "Which branch: true is 1, false is 0."),
        },
    }


def _branch(calculators: Calculators, subgraphs: dict[str, Schema]) -> Schema:
    properties = {**_naming(calculators, subgraphs), "options": free_ports()["options"]}
    return {
        "type": "object",
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in ("calculator", "subgraph")],
        "properties": properties,
        "allOf": [
            *_rules(_calculator_uses(calculators), "/properties/options"),
            *_rules(_graph_uses(subgraphs), "/properties/options"),
        ],
    }


def _naming(calculators: Calculators, subgraphs: dict[str, Schema]) -> dict[str, Schema]:
    return {
        "calculator": {
            "description": "The class that does the work.",
            "anyOf": [
                *({"const": name, "description": summary} for name, (summary, _) in calculators.items()),
                {"type": "string", "pattern": f"{MEDIAPIPE_ENDING}$"},
            ],
        },
        "subgraph": {
            "description": "A graph file: beside this one, below, or one that comes with graphflow.",
            "anyOf": [
                {"enum": [*subgraphs, *(Path(name).stem for name in subgraphs)]},
                {"type": "string", "pattern": r"^[^/\\~].*\.ya?ml$"},
            ],
        },
    }


def _rules(uses: Iterable[tuple[Schema, str]], part: str = "") -> list[Schema]:
    """What holds for a node, or for a part of it, if it uses this or that."""
    refs = ((condition, {"$ref": f"{definition}{part}"}) for condition, definition in uses)
    key = part.rpartition("/")[2]
    return [{"if": condition, "then": {"properties": {key: ref}} if part else ref} for condition, ref in refs]


def _calculator_uses(calculators: Calculators) -> Iterator[tuple[Schema, str]]:
    """Whether a node uses a calculator, and the definition of what holds for it then."""
    for name, (_, ports) in calculators.items():
        if ports:
            yield _is("calculator", name, f"{name}Calculator"), f"#/definitions/calculator.{name}"


def _graph_uses(subgraphs: dict[str, Schema]) -> Iterator[tuple[Schema, str]]:
    """The same of the graphs that it may include."""
    for name, ports in subgraphs.items():
        if ports:
            stem = Path(name).stem
            yield _is("subgraph", name, stem), f"#/definitions/graph.{stem}"


def _is(key: str, *names: str) -> Schema:
    return {"properties": {key: {"enum": list(names)}}, "required": [key]}


def _policy() -> Schema:
    names = [described({"const": name}, (policy.__doc__ or "").partition("\n")[0]) for name, policy in POLICIES.items()]
    with_options = [
        record({name: schema_of(policy) | {"type": ["object", "null"]}}, [name]) for name, policy in POLICIES.items()
    ]
    return described({"anyOf": names + with_options}, "How queued packets become the inputs of one call.")


def _interface(section: Section, description: str) -> Schema:
    fields: dict[str, Schema] = {
        section.inner_key: described(NAME, "The name inside, if it is another one."),
        "type": {"type": "string", "description": "A payload type."},
        "optional": {"type": "boolean", "description": "A file that includes this one need not connect it."},
        "default": {"not": {"type": "null"}, "description": "The value if none is given."},
        "help": _HELP,
    }
    entry = record({key: fields[key] for key in section.keys})
    return {
        "description": description,
        "anyOf": [
            {"type": "array", "items": NAME, "uniqueItems": True},
            {
                "type": "object",
                "propertyNames": NAME,
                "additionalProperties": {"anyOf": [{"type": "null"}, NAME, entry]},
            },
            {"type": "null"},
        ],
    }


def _graph_option() -> Schema:
    return record(
        {
            "default": {"not": {"type": "object"}, "description": "The value unless one is given."},
            "type": {"enum": list(GRAPH_OPTION_TYPES)},
            "help": _HELP,
        }
    )


def _any_of(*keys: str) -> Schema:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _whole(least: int, most: int | None = None) -> Schema:
    return {"type": "integer", "minimum": least} | ({} if most is None else {"maximum": most})
