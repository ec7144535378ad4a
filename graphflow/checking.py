"""Checking a graph: the one way from a file, or a text, to everything that is wrong with it.

`Graph.load`, ``graphflow run``, ``validate`` and ``viz`` all go through here, so they cannot disagree.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphflow.bundled import bundled_graphs
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.model import GraphConfig
from graphflow.graph_reader import GraphReader
from graphflow.plan.checks import PlanDraft, draft_plan
from graphflow.plan.options import Override
from graphflow.plan.plan import GraphPlan
from graphflow.plan.subgraph_files import MEDIAPIPE_SUFFIXES, GraphPath, SubgraphFiles
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


def check_file(
    path: str | os.PathLike[str],
    registry: Registry,
    overrides: Sequence[Override] = (),
    graph_path: GraphPath = GraphPath(),  # noqa: B008
    prepare: Callable[[GraphConfig], GraphConfig] | None = None,
    *,
    top: bool = True,
) -> CheckedGraph:
    """Check a graph file; its subgraphs lie beside it, below it, in `graph_path`, or come with graphflow.

    `prepare` may put something around what the file says, such as a source for one of its inputs. One of MediaPipe's
    is read as others include it, if it is not the `top`.
    """
    reader = GraphReader(registry, graph_path)
    config = reader.load(path, top=top)
    if config is not None and prepare is not None:
        config = prepare(config)
    return _checked(os.fspath(path), config, path, reader, overrides)


def check_text(
    text: str,
    file: str,
    registry: Registry,
    overrides: Sequence[Override] = (),
    graph_path: GraphPath = GraphPath(),  # noqa: B008
) -> CheckedGraph:
    """Check a graph given as text, which messages call `file`; its subgraphs come with graphflow or `graph_path`."""
    reader = GraphReader(registry, graph_path, beside=False)
    config = reader.read(text, file)
    return _checked(file, config, None, reader, overrides)


def _checked(
    name: str,
    config: GraphConfig | None,
    top: str | os.PathLike[str] | None,
    reader: GraphReader,
    overrides: Sequence[Override],
) -> CheckedGraph:
    diagnostics = reader.diagnostics
    files = SubgraphFiles(top, [bundled_graphs()], reader.load_subgraph, reader.graph_path)
    draft = None
    if config is not None:
        draft = draft_plan(
            config, registry=reader.registry, load_subgraph=files, diagnostics=diagnostics, overrides=overrides
        )
    if any(file.endswith(MEDIAPIPE_SUFFIXES) for file in reader.sources):
        from graphflow.mediapipe.words import in_their_words

        diagnostics = in_their_words(diagnostics)
    return CheckedGraph(name, config, draft, tuple(diagnostics), reader.sources, files, tuple(overrides))
