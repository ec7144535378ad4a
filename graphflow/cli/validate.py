"""``graphflow validate``: everything that is wrong with some graph files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphflow.cli.console import json_text, put
from graphflow.cli.errors import ExitStatus
from graphflow.cli.graphs import NoGraph
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.render import render, to_json

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph
    from graphflow.plan.plan import GraphPlan


@dataclass(frozen=True)
class _Checked:
    """What is known of one graph, also if it does not exist."""

    name: str
    diagnostics: Sequence[Diagnostic]
    sources: Mapping[str, Sequence[str]]
    plan: GraphPlan | None = None

    @property
    def wrong(self) -> bool:
        return any(finding.severity == "error" for finding in self.diagnostics)


def validate_graphs(names: Sequence[str], as_json: bool, check: Callable[[str], CheckedGraph]) -> int:
    """Check graphs and print the findings. The status is 2 if any graph has an error.

    Args:
        names: Files, or names of graphs that come with graphflow.
        as_json: Print JSON.
        check: Checks one of them.
    """
    checked = [_check(name, check) for name in names]
    put(_json(checked) if as_json else "\n\n".join(map(_text, checked)))
    return ExitStatus.USAGE if any(graph.wrong for graph in checked) else ExitStatus.FINE


def _check(name: str, check: Callable[[str], CheckedGraph]) -> _Checked:
    try:
        graph = check(name)
    except NoGraph as error:  # the others are checked all the same
        return _Checked(name, [Diagnostic("missing-file", error.message, None, help=error.help)], {})
    return _Checked(graph.path, graph.diagnostics, graph.sources, graph.plan)


def _text(graph: _Checked) -> str:
    findings = render(graph.diagnostics, graph.sources)
    if graph.wrong:
        return findings
    plan = graph.plan
    size = f" ({len(plan.nodes)} nodes, {len(plan.streams)} streams)" if plan else ""
    return "\n\n".join(filter(None, [findings, f"{graph.name}: fine{size}"]))


def _json(graphs: Sequence[_Checked]) -> str:
    entries = [
        {"file": graph.name, "valid": not graph.wrong, "diagnostics": to_json(graph.diagnostics)} for graph in graphs
    ]
    return json_text({"graphs": entries})
