"""``graphflow list`` and ``inspect``: what there is to use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.bundled import bundled_graph, graphs_by_name, is_bundled, modules_by_name
from graphflow.calculator_files import is_of_file
from graphflow.cli.console import aligned, json_text, put, say
from graphflow.cli.errors import CommandError, UsageError
from graphflow.cli.graphs import registry_with
from graphflow.config.diagnostics import did_you_mean
from graphflow.plan.subgraph_files import SUFFIXES

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.registry import Listing


def list_all(files: Sequence[Path] | None, as_json: bool) -> None:
    """Print the calculators, by folder, the payload types, and the graphs and modules that come with graphflow."""
    from graphflow.cli.describe_type import payload_types

    registry = registry_with(files)
    calculators = [
        {
            "name": listing.name,
            "package": listing.package,
            "folder": _folder(listing.package, listing.place),
            "source": listing.place,
            "summary": listing.summary,
            "remark": _remark(listing),
        }
        for listing in registry.names()
    ]
    graphs, modules = (
        [{"name": name, "file": str(path), "summary": _help_of(path)} for name, path in files.items()]
        for files in (graphs_by_name(), modules_by_name())
    )
    types = [
        {"name": one.name, "source": one.place, "summary": one.doc.partition("\n")[0]}
        for one in payload_types().values()
    ]
    for package, reason in registry.broken_packages().items():
        say(f"warning: package '{package}' registers calculators and cannot be looked into: {reason}")
    if as_json:
        put(json_text({"calculators": calculators, "types": types, "graphs": graphs, "modules": modules}))
        return
    lines: list[str] = []
    for folder in dict.fromkeys(entry["folder"] for entry in calculators):
        lines += _table(folder, [entry for entry in calculators if entry["folder"] == folder])
    lines += _table("payload types", types)
    lines += [*_table("graphs", graphs), *_table("modules, for graphs of your own to include", modules)]
    put("\n".join(lines).strip())


def inspect_name(name: str, files: Sequence[Path] | None, as_json: bool, check: Callable[[], CheckedGraph]) -> None:
    """Print what a calculator, a graph or a module takes and gives, or what a payload type holds.

    `check` checks it if it is a graph.

    Raises:
        UsageError: There is none of that name.
        CommandError: It cannot be understood.
    """
    from graphflow.cli import describe, describe_type

    is_graph = bundled_graph(name) is not None or name.endswith(SUFFIXES)
    kind = None if is_graph else describe_type.payload_types().get(name)
    registry = registry_with(files) if kind else None
    if kind and registry and all(listing.name != name for listing in registry.names()):
        description, as_text = describe_type.describe_type(kind, registry), describe_type.as_text
    else:
        description, as_text = _graph(check()) if is_graph else _calculator(name, files), describe.as_text
    put(json_text(description) if as_json else as_text(description))


def _graph(checked: CheckedGraph) -> dict[str, Any]:
    from graphflow.cli.describe_graph import describe_graph, used_by
    from graphflow.config.render import render

    if checked.config is None:
        raise UsageError(render(checked.diagnostics, checked.sources).removeprefix("error: "))
    description = describe_graph(checked.config, checked.draft.types if checked.draft else {})
    own = is_bundled(checked.config.file)
    return description | {"used_by": used_by(description["name"]) if own else []}


def _calculator(name: str, files: Sequence[Path] | None) -> dict[str, Any]:
    from graphflow.cli.describe import describe
    from graphflow.cli.describe_graph import used_by
    from graphflow.cli.describe_type import payload_types
    from graphflow.errors import ContractError
    from graphflow.registry import BUILT_IN, CalculatorLookupError
    from graphflow.signature import contract_of

    registry = registry_with(files)
    try:
        description = describe(contract_of(registry.resolve(name)))
    except CalculatorLookupError as error:
        match = did_you_mean(name, [*payload_types(), *graphs_by_name(), *modules_by_name()])
        raise UsageError(error.message, f"did you mean '{match}'?" if match else error.help) from error
    except ContractError as error:
        raise CommandError(str(error)) from error
    namesakes = [listing for listing in registry.names() if listing.name == description["name"]]
    description["remarks"] = [f"{one.place} {remark}" for one in namesakes if (remark := _remark(one))]
    built_in = any(listing.package == BUILT_IN for listing in namesakes)
    return description | {"used_by": used_by(description["name"]) if built_in else []}


def _remark(listing: Listing) -> str:
    """How a class and another one of its name get on."""
    if listing.built_in and listing.shadowed:
        return (
            f"refused: it has the name of the built-in one ({listing.built_in}), and no 'override = True' in its body"
        )
    if listing.built_in:
        return f"stands for the built-in one ({listing.built_in}) in graph files of your own"
    return "hidden: another one has this name" if listing.shadowed else ""


def _folder(package: str, place: str) -> str:
    """What calculators are grouped by: ``calculators/flow``, another package, or the file of a user's own."""
    file = Path(place.rpartition(":")[0])
    top = package.rpartition(".")[2]
    if top in file.parts:
        parts = file.parts[len(file.parts) - 1 - file.parts[::-1].index(top) : -1]
        return "/".join(parts)
    return file.name if is_of_file(package) else package


def _help_of(path: Path) -> str:
    """The first line of what a graph says of itself."""
    from graphflow.config.reader import load_graph

    config = load_graph(path, [])
    return config.help.strip().partition("\n")[0] if config else ""


def _table(title: str, entries: list[dict[str, Any]]) -> list[str]:
    rows = []
    for entry in entries:
        rows.append((f"  {entry['name']}", entry["summary"]))
        if remark := entry.get("remark"):
            rows.append(("", f"! {remark}"))
    return ["", title, *aligned(rows)] if rows else []
