"""Checking a graph: the one way from a file, or a text, to everything that is wrong with it.

`Graph.load`, ``graphflow run``, ``validate`` and ``viz`` all go through here, so they cannot disagree.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from graphflow.bundled import bundled_graphs
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.limits import Budget
from graphflow.config.model import GraphConfig
from graphflow.config.reader import load_graph, read_graph
from graphflow.config.source import split_lines
from graphflow.plan.checks import PlanDraft, draft_plan
from graphflow.plan.options import Override
from graphflow.plan.plan import GraphPlan
from graphflow.plan.subgraph_files import SubgraphFiles
from graphflow.plan.subgraphs import LoadSubgraph
from graphflow.registry import Registry


@dataclass(frozen=True)
class CheckedGraph:
    """A graph and what was found in it.

    Attributes:
        path: The file, or what messages call the text.
        config: What it says; None if it could not be read at all.
        draft: What it means, as far as that could be found out; None without `config`.
        diagnostics: Everything found.
        sources: Lines of all files that were read, for showing the findings.
        load_subgraph: How its subgraph files are found.
        overrides: Options from outside the file.
    """

    path: str
    config: GraphConfig | None
    draft: PlanDraft | None
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, Sequence[str]]
    load_subgraph: LoadSubgraph
    overrides: tuple[Override, ...]

    @property
    def wrong(self) -> bool:
        """Whether it cannot be run."""
        return any(item.severity == "error" for item in self.diagnostics)

    @property
    def plan(self) -> GraphPlan | None:
        """The plan; None if anything is wrong."""
        return self.draft.plan if self.draft and not self.wrong else None


def check_file(path: str | os.PathLike[str], registry: Registry, overrides: Sequence[Override] = ()) -> CheckedGraph:
    """Check a graph file; its subgraphs lie beside it, below it, or come with graphflow."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    budget = Budget()
    config = load_graph(path, diagnostics, sources, budget)
    return _checked(os.fspath(path), config, path, diagnostics, sources, registry, overrides, budget)


def check_text(text: str, file: str, registry: Registry, overrides: Sequence[Override] = ()) -> CheckedGraph:
    """Check a graph given as text, which messages call `file`; its subgraphs come with graphflow only."""
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {file: split_lines(text)}
    budget = Budget()
    config = read_graph(text, file, diagnostics, budget)
    return _checked(file, config, None, diagnostics, sources, registry, overrides, budget)


def _checked(
    name: str,
    config: GraphConfig | None,
    top: str | os.PathLike[str] | None,
    diagnostics: list[Diagnostic],
    sources: dict[str, Sequence[str]],
    registry: Registry,
    overrides: Sequence[Override],
    budget: Budget,
) -> CheckedGraph:
    files = SubgraphFiles(top, [bundled_graphs()], lambda path, found: load_graph(path, found, sources, budget))
    draft = None
    if config is not None:
        draft = draft_plan(config, registry=registry, load_subgraph=files, diagnostics=diagnostics, overrides=overrides)
    return CheckedGraph(name, config, draft, tuple(diagnostics), sources, files, tuple(overrides))
