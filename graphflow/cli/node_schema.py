"""The ports and options of a node in JSON Schema: of any, of one calculator, or of one graph that is included."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from graphflow.annotations import port_name
from graphflow.config.model import GraphConfig, GraphPort
from graphflow.config.names import NAME as NAME_PATTERN
from graphflow.config.names import OPTION_VALUE
from graphflow.contract import Contract, InputPort, OutputPort, SidePort
from graphflow.options import OptionField
from graphflow.plan.types import names_in, shown
from graphflow.rows.json_form import to_json
from graphflow.values import GRAPH_OPTION_TYPES, schema_of

Schema = dict[str, Any]
Port = InputPort | OutputPort | SidePort

NAME: Schema = {"$ref": "#/definitions/name"}
OPTION: Schema = {"$ref": "#/definitions/option"}
_SECTIONS = {
    "inputs": "What the node reads: port: stream.",
    "outputs": "What it sends: port: stream.",
    "side_packets": "Values it takes: port: side packet, or port: {value: ...}.",
    "output_side_packets": "Values it provides: port: side packet.",
}


def record(properties: dict[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A map with these keys and no others."""
    fixed = {"type": "object", "properties": properties, "additionalProperties": False}
    return fixed | ({"required": needed} if (needed := list(required)) else {})


def described(schema: Schema, text: str) -> Schema:
    """What editors show with it."""
    if not text:
        return schema
    return {"description": text} | ({"allOf": [schema]} if "$ref" in schema else schema)


def shared_definitions() -> dict[str, Schema]:
    """What the schemas of nodes refer to."""
    stream = record({"stream": NAME, "back_edge": {"type": "boolean"}}, ["stream"])
    value = record({"value": described({"not": {"type": "null"}}, "A fixed value.")}, ["value"])
    connected = {
        "inputs": {"anyOf": [NAME, stream]},
        "outputs": NAME,
        "side_packets": {"anyOf": [NAME, value]},
        "output_side_packets": NAME,
    }
    found: dict[str, Schema] = {
        "name": {"type": "string", "pattern": f"^{NAME_PATTERN}$"},
        "option": {
            "type": "string",
            "pattern": f"^{OPTION_VALUE}$",
            "description": "A graph option in the place of a value.",
        },
    }
    for section, one in connected.items():
        several = {"type": "array", "items": one, "minItems": 1}
        found[f"{section}.many"] = {"anyOf": [one, several]}
        found[f"{section}.one"] = {"anyOf": [one, several | {"maxItems": 1}]}
    return found


def _at_port(section: str, several: bool) -> Schema:
    return {"$ref": f"#/definitions/{section}.{'many' if several else 'one'}"}


def free_ports() -> dict[str, Schema]:
    """The ports and options of a node, whatever it is."""
    ports: dict[str, Schema] = {
        section: {
            "type": ["object", "null"],
            "description": text,
            "propertyNames": NAME,
            "additionalProperties": _at_port(section, several=True),
        }
        for section, text in _SECTIONS.items()
    }
    return ports | {"options": {"type": ["object", "null", "string"], "description": "Its options: name: value."}}


def calculator_ports(contract: Contract) -> Schema:
    """What holds for the ports and options of a node of this calculator."""
    names = names_in(contract.calculator.__module__)
    options = {port_name(name): _option(option) for name, option in contract.options.items()}
    needed = [port_name(name) for name, option in contract.options.items() if option.compulsory]
    rests = {
        "inputs": contract.rest_input,
        "outputs": contract.rest_output,
        "side_packets": contract.rest_side_input,
        "output_side_packets": contract.rest_side_output,
    }
    ports: dict[str, Iterable[Port]] = {
        "inputs": contract.inputs,
        "outputs": contract.outputs,
        "side_packets": contract.side_inputs,
        "output_side_packets": contract.side_outputs,
    }
    sections = {}
    for section, declared in ports.items():
        texts = {port.name: _told(shown(port.type, names), port.doc) for port in declared}
        several = {port.name for port in declared if port.many}
        missing = [port.name for port in declared if port.compulsory]
        sections[section] = _section(section, texts, several, missing, any_more=rests[section] is not None)
    return _together(sections, _options(options, needed))


def subgraph_ports(config: GraphConfig) -> Schema:
    """What holds for the ports and options of a node that includes this graph."""
    interface = {
        "inputs": config.inputs,
        "outputs": config.outputs,
        "side_packets": config.side_packets,
        "output_side_packets": config.output_side_packets,
    }
    sections = {
        section: _section(section, {port.name.value: _text_of(port) for port in ports}, (), ())
        for section, ports in interface.items()
    }
    options: dict[str, Schema] = {}
    for option in config.options:
        value = schema_of(GRAPH_OPTION_TYPES[option.type.value]) if option.type else {}
        given = {} if option.default is None else {"default": option.default.value}
        options[option.name.value] = described({"anyOf": [value, OPTION]}, option.help) | given
    return _together(sections, _options(options, ()))


def _section(
    section: str, texts: dict[str, str], several: Container[str], needed: Iterable[str], any_more: bool = False
) -> Schema:
    ports = {name: described(_at_port(section, name in several), text) for name, text in texts.items()}
    rest = {"additionalProperties": _at_port(section, several=True)} if any_more else {}
    return record(ports, needed) | {"type": ["object", "null"], "description": _SECTIONS[section]} | rest


def _options(options: dict[str, Schema], needed: Iterable[str]) -> Schema:
    given = record(options, needed)
    return {"description": "Its options: name: value.", "anyOf": [given, OPTION, {"type": "null"}]}


def _together(sections: dict[str, Schema], options: Schema) -> Schema:
    needed = [section for section, schema in sections.items() if "required" in schema]
    needed += ["options"] if "required" in options["anyOf"][0] else []
    return {"properties": sections | {"options": options}, "required": needed}


def _option(option: OptionField) -> Schema:
    limits = {"minimum": option.ge, "exclusiveMinimum": option.gt, "maximum": option.le, "exclusiveMaximum": option.lt}
    value = schema_of(option.type, {word: limit for word, limit in limits.items() if limit is not None})
    if option.choices:
        value = {
            "anyOf": [{"enum": list(map(to_json, option.choices))}, *([{"type": "null"}] if _nullable(value) else [])]
        }
    given = {} if option.compulsory else {"default": to_json(option.default)}
    return described({"anyOf": [value, OPTION]}, option.doc) | given


def _nullable(value: Schema) -> bool:
    return {"type": "null"} in value.get("anyOf", ())


def _text_of(port: GraphPort) -> str:
    return _told(port.type.value if port.type else "", port.help)


def _told(kind: str, doc: str) -> str:
    return ". ".join(filter(None, [kind, doc]))
