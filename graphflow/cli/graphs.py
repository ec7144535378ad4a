"""Finding and checking the graph that a command is about: one way for ``run``, ``validate`` and ``viz``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.cli.catalogue import bundled_graphs, load_calculators
from graphflow.cli.problem import UsageError
from graphflow.cli.values import parse_value, split_pair
from graphflow.config.diagnostics import Diagnostic, did_you_mean

if TYPE_CHECKING:
    from graphflow.config.model import GraphConfig
    from graphflow.plan.checks import PlanDraft
    from graphflow.plan.options import Override
    from graphflow.plan.subgraphs import LoadSubgraph


@dataclass(frozen=True)
class CheckedGraph:
    """A graph file and what was found in it.

    Attributes:
        path: The file.
        config: What it says; None if it could not be read at all.
        draft: What it means, as far as that could be found out; None without `config`.
        diagnostics: Everything found.
        sources: Lines of all files that were read, for showing the findings.
        load_subgraph: How its subgraph files are found.
        overrides: What ``--set`` gave.
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


def graph_path(name: str) -> str:
    """The file that a user means: a path, or the name of a bundled graph.

    Raises:
        UsageError: There is neither.
    """
    if Path(name).exists():
        return name
    bundled = bundled_graphs()
    if name in bundled:
        return str(bundled[name])
    here = sorted(str(path) for path in Path(name).parent.glob("*.yaml")) if Path(name).parent.is_dir() else []
    match = did_you_mean(name, [*here, *bundled]) or did_you_mean(Path(name).stem, bundled)
    help = f"did you mean '{match}'?" if match else "'graphflow list' shows the graphs that come with graphflow"
    raise UsageError(f"there is no graph file or bundled graph '{name}'", help)


def check_graph(name: str, settings: Sequence[str], calculators: Sequence[Path]) -> CheckedGraph:
    """Read a graph and find out everything that is wrong with it.

    Args:
        name: A path, or the name of a bundled graph.
        settings: What ``--set`` gave: ``node.option=value``.
        calculators: Files with calculators.

    Raises:
        UsageError: The command line itself is wrong.
    """
    from graphflow.bundled import bundled_graphs as bundled_folder
    from graphflow.config.reader import load_graph
    from graphflow.plan.checks import draft_plan
    from graphflow.plan.options import Override
    from graphflow.plan.subgraph_files import SubgraphFiles
    from graphflow.registry import CalculatorLookupError, Registry

    path = graph_path(name)
    overrides = []
    for setting in settings:
        key, value = split_pair(setting, "--set", "NODE.OPTION=VALUE")
        overrides.append(Override.of(key, parse_value(value, f"--set {key}")))
    try:
        registry = Registry(load_calculators(calculators))
    except CalculatorLookupError as error:
        raise UsageError(error.message, error.help) from error
    diagnostics: list[Diagnostic] = []
    sources: dict[str, Sequence[str]] = {}
    files = SubgraphFiles(path, [bundled_folder()], lambda file, found: load_graph(file, found, sources))
    config = load_graph(path, diagnostics, sources)
    draft = None
    if config is not None:
        draft = draft_plan(config, registry=registry, load_subgraph=files, diagnostics=diagnostics, overrides=overrides)
    return CheckedGraph(path, config, draft, tuple(diagnostics), sources, files, tuple(overrides))
