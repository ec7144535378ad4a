"""Reading the files of one graph, whatever format each has: YAML, or MediaPipe's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from graphflow.bundled import bundled_graphs
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.limits import Budget
from graphflow.config.model import GraphConfig
from graphflow.config.reader import graph_of, read_graph
from graphflow.config.report import Abandoned, Report
from graphflow.config.source import check_text, read_text, split_lines
from graphflow.plan.node_checks import Lookup
from graphflow.plan.subgraph_files import BINARY_SUFFIX, MEDIAPIPE_SUFFIXES, GraphPath

if TYPE_CHECKING:
    from graphflow.mediapipe.node_types import NodeTypes
    from graphflow.mediapipe.translate import Translation


@dataclass
class GraphReader:
    """Reads files, and keeps what was found. What reads MediaPipe's is imported when there is one.

    Attributes:
        registry: The calculators.
        graph_path: The user's folders.
        beside: Whether nodes of MediaPipe's graphs may be files beside the graph: not if that is a text.
        diagnostics: What is wrong with the files.
        sources: The lines of all files, for showing it.
        budget: What the files may still hold together.
        translation: Of the first file, if it is one of MediaPipe's.
    """

    registry: Lookup
    graph_path: GraphPath = field(default_factory=GraphPath)
    beside: bool = True
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, Sequence[str]] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    translation: Translation | None = None

    @cached_property
    def _types(self) -> NodeTypes:
        """Finds what nodes of MediaPipe's graphs are."""
        from graphflow.mediapipe.node_types import NodeTypes

        return NodeTypes(self.registry, self.graph_path, self.beside)

    def load(self, path: str | os.PathLike[str], *, top: bool) -> GraphConfig | None:
        """The graph in a file; None if it cannot be read at all."""
        text = read_text(path, self.diagnostics, self.sources, self.budget, _decoder(path))
        return None if text is None else self.read(text, os.fspath(path), top=top)

    def load_subgraph(self, path: str, diagnostics: list[Diagnostic]) -> GraphConfig | None:
        """A graph that another one includes."""
        text = read_text(path, diagnostics, self.sources, self.budget, _decoder(path))
        return None if text is None else self._read(text, path, diagnostics, top=False)

    def read(self, text: str, file: str, *, top: bool = True) -> GraphConfig | None:
        """The graph in a text, which messages call `file`; its suffix says the format."""
        self.sources[file] = split_lines(text)
        return self._read(text, file, self.diagnostics, top=top)

    def _read(self, text: str, file: str, diagnostics: list[Diagnostic], *, top: bool) -> GraphConfig | None:
        if not file.endswith(MEDIAPIPE_SUFFIXES):
            if file.startswith(os.fspath(bundled_graphs())):
                config, findings, values = _read_bundled(text, file)
                if values <= self.budget.values:
                    self.budget.values -= values
                    diagnostics += findings
                    return config
            return read_graph(text, file, diagnostics, self.budget)
        from graphflow.mediapipe.text_format import parse_text_format
        from graphflow.mediapipe.translate import translate

        found: list[Diagnostic] = []
        report = Report(found)
        lines = split_lines(text)
        try:
            check_text(text, lines, file, report)
            message = parse_text_format(lines, file, report, self.budget)
            translation = translate(message, file, self._types, report, top=top)
            self.translation = self.translation or translation
            found += translation.notes
            return graph_of(translation.tree, lines, file, report)
        except Abandoned:
            return None
        finally:
            diagnostics += found


@lru_cache(256)
def _read_bundled(text: str, file: str) -> tuple[GraphConfig | None, tuple[Diagnostic, ...], int]:
    """A graph that comes with graphflow, as many include it; what is wrong with it, and how many values it holds."""
    found: list[Diagnostic] = []
    budget = Budget()
    config = read_graph(text, file, found, budget)
    return config, tuple(found), Budget().values - budget.values


def _decoder(path: str | os.PathLike[str]) -> Callable[[bytes], str] | None:
    """What makes text of a file's bytes, if it is not UTF-8."""
    if not os.fspath(path).endswith(BINARY_SUFFIX):
        return None
    from graphflow.mediapipe.binary import text_of

    return text_of
