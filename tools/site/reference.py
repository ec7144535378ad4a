"""The pages of reference: what the contracts of calculators, the interfaces of graphs and the types say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from graphflow.bundled import graphs_by_name, modules_by_name
from graphflow.checking import check_file, check_text
from graphflow.cli.describe import behaviour, describe
from graphflow.cli.describe_graph import describe_graph, used_by
from graphflow.cli.describe_type import describe_type, payload_types
from graphflow.registry import Registry
from graphflow.signature import contract_of
from tools.site.commands import commands
from tools.site.drawings import Drawings
from tools.site.markdown import facts, table, text

_SECTIONS = {
    "Inputs": "inputs",
    "Outputs": "outputs",
    "Side packets": "side_packets",
    "Output side packets": "output_side_packets",
    "Options": "options",
}
_FEW = 5
"""Modules whose first word fewer than so many have go onto one page."""


def generated(drawings: Drawings) -> dict[str, str]:
    """All of these pages, by file name, in the order of the site."""
    registry = Registry()
    return {
        **_calculators(registry, drawings),
        "graphs.md": _graphs("Graphs", "Graphs that come with graphflow.", graphs_by_name(), registry, drawings),
        **_modules(registry, drawings),
        "types.md": _types(registry),
        "commands.md": commands(),
    }


def _calculators(registry: Registry, drawings: Drawings) -> dict[str, str]:
    """A page for each folder of calculators, after one that lists them all."""
    described = [describe(contract_of(registry.resolve(listing.name))) for listing in registry.names()]
    described.sort(key=lambda one: (_folder(one), one["name"]))
    pages: dict[str, str] = {}
    index = ["# All calculators", "Each folder of calculators has a page. `graphflow inspect NAME` says the same."]
    for folder, ones in groupby(described, _folder):
        members = list(ones)
        page = f"calculators-{folder}.md"
        index += [f"## [{folder.capitalize()}]({page})", _contents(page, members)]
        parts = [f"# Calculators: {folder}", _contents("", members)]
        for one in members:
            graph = check_text(_around(one), one["name"], registry)
            parts += _described(one, drawings.add(one["name"], graph))
        pages[page] = "\n\n".join(parts) + "\n"
    return {"calculators.md": "\n\n".join(index) + "\n", **pages}


def _folder(description: Mapping[str, Any]) -> str:
    return Path(str(description["source"])).parent.name


def _around(one: Mapping[str, Any]) -> str:
    """A graph of one node with all of its ports; a port that repeats has two streams."""
    lines = ["graphflow: 1"]
    node = [f"  {_words(one['name'])}:", f"    calculator: {one['name']}"]
    for key in ("inputs", "outputs", "side_packets", "output_side_packets"):
        sent = "_out" if "output" in key else ""
        ports = {port["name"].replace("*", "item"): port["repeats"] for port in one[key]}
        names = {
            port: [f"{port}_1{sent}", f"{port}_2{sent}"] if many else [f"{port}{sent}"] for port, many in ports.items()
        }
        if names:
            lines.append(f"{key}: [{', '.join(name for of in names.values() for name in of)}]")
            connections = (f"{port}: [{', '.join(streams)}]" for port, streams in names.items())
            node.append(f"    {key}: {{{', '.join(connections)}}}")
    return "\n".join([*lines, "nodes:", *node, ""])


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _modules(registry: Registry, drawings: Drawings) -> dict[str, str]:
    """Pages of modules that begin with the same word."""
    files = {Path(name).stem: file for name, file in modules_by_name().items()}
    words = [name.partition("_")[0] for name in files]
    pages = {}
    for word in sorted({word if words.count(word) >= _FEW else "" for word in words}, key=lambda word: word or "~"):
        some = {
            n: f for n, f in files.items() if (w := n.partition("_")[0]) == word or (not word and words.count(w) < _FEW)
        }
        title = f"Modules: {word or 'others'}"
        about = "Modules are graphs that graphs of your own include: `subgraph: NAME`."
        pages[f"modules-{word or 'others'}.md"] = _graphs(title, about, some, registry, drawings)
    return pages


def _graphs(title: str, about: str, files: Mapping[str, Path], registry: Registry, drawings: Drawings) -> str:
    described: list[dict[str, Any]] = []
    parts: list[str] = []
    for name, file in files.items():
        graph = check_file(file, registry)
        assert graph.config is not None and graph.draft is not None
        described.append(describe_graph(graph.config, graph.draft.types) | {"used_by": used_by(name)})
        parts += _described(described[-1], drawings.add(name, graph))
    return "\n\n".join([f"# {title}", about, _contents("", described), *parts]) + "\n"


def _types(registry: Registry) -> str:
    parts = [
        "# All payload types",
        "What calculators send each other. [Payload types](payload-types.md) has the conventions that they share.",
    ]
    for kind in payload_types().values():
        one = describe_type(kind, registry)
        parts += [f"## {one['name']}", *([f"`{one['type']}`"] if one["type"] else []), text(one["doc"])]
        parts.append(f"```python\n{one['import']}\n```")
        parts += _sections(one, {"Fields": "fields", "Methods": "methods"})
        parts += facts({"Sent by": _ports(one["sent_by"]), "Taken by": _ports(one["taken_by"])})
    return "\n\n".join(parts) + "\n"


def _ports(ports: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(port.partition(".")[0] for port in ports))


def _described(one: Mapping[str, Any], drawing: str) -> Iterable[str]:
    """A calculator or a graph."""
    yield f"## {one['name']}"
    yield text(one["doc"])
    yield drawing
    yield from _sections(one, _SECTIONS)
    if "input_policy" in one:
        yield from facts({"Behaviour": list(behaviour(one))})
    yield from facts({"Used by": one.get("used_by") or used_by(one["name"])})
    yield f"```yaml\n{one['example']}\n```"


def _sections(one: Mapping[str, Any], sections: Mapping[str, str]) -> Iterable[str]:
    for title, key in sections.items():
        if one.get(key):
            rows = [(f"`{row['name']}`", f"`{row['type']}`" if row["type"] else "", _notes(row)) for row in one[key]]
            yield table((title, "", ""), rows)


def _notes(row: Mapping[str, Any]) -> str:
    notes = ", ".join(row["notes"])
    return ". ".join(part for part in (notes, text(row["doc"])) if part)


def _contents(page: str, described: Sequence[Mapping[str, Any]]) -> str:
    rows = [(f"[{one['name']}]({page}#{one['name'].lower()})", text(_sentence(one["doc"]))) for one in described]
    return table(("", ""), rows)


def _sentence(doc: str) -> str:
    """The first one of a text."""
    paragraph = " ".join(doc.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph)[0]
