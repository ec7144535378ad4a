"""``graphflow validate``: everything that is wrong with some graph files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.cli.console import put
from graphflow.cli.graphs import check_graph
from graphflow.cli.problem import ExitStatus
from graphflow.config.render import render, to_json

if TYPE_CHECKING:
    from graphflow.checking import CheckedGraph


def validate_graphs(names: Sequence[str], settings: Sequence[str], calculators: Sequence[Path], as_json: bool) -> int:
    """Check graphs and print the findings. The status is 2 if any graph has an error."""
    checked = [check_graph(name, settings, calculators) for name in names]
    put(_json(checked) if as_json else "\n\n".join(map(_text, checked)))
    return ExitStatus.USAGE if any(graph.wrong for graph in checked) else ExitStatus.FINE


def _text(graph: CheckedGraph) -> str:
    findings = render(graph.diagnostics, graph.sources)
    if graph.wrong:
        return findings
    plan = graph.plan
    size = f"{len(plan.nodes)} nodes, {len(plan.streams)} streams" if plan else ""
    return "\n\n".join(filter(None, [findings, f"{graph.path}: fine ({size})"]))


def _json(graphs: Sequence[CheckedGraph]) -> str:
    entries = [
        {"file": graph.path, "valid": not graph.wrong, "diagnostics": to_json(graph.diagnostics)} for graph in graphs
    ]
    return json.dumps({"graphs": entries}, indent=2, ensure_ascii=False)
