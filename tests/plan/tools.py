"""What the tests of the plan share: a graph from text, its plan, and its messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.location import Located
from graphflow.config.model import GraphConfig
from graphflow.config.reader import read_graph
from graphflow.plan.checks import PlanDraft, draft_plan
from graphflow.plan.options import Override
from graphflow.plan.plan import GraphPlan, PlanNode
from graphflow.registry import Registry
from tests.plan.parts import ALL

REGISTRY = Registry(ALL, plugins=False)


class Files:
    """Subgraphs from texts instead of files."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def __call__(self, path: Located[str], including: GraphConfig, diagnostics: list[Diagnostic]) -> GraphConfig | None:
        text = self.texts.get(path.value)
        if text is None:
            diagnostics.append(Diagnostic("unknown-subgraph", f"there is no file '{path.value}'", path.span))
            return None
        return read_graph(whole(text), path.value, diagnostics)


def whole(text: str) -> str:
    """A graph file from the part of it that matters to a test."""
    text = dedent(text)
    return text if text.startswith("graphflow") else f"graphflow: 1\n{text}"


def drafted(
    text: str, files: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> tuple[PlanDraft, list[Diagnostic]]:
    """What becomes of a graph, right or wrong."""
    found: list[Diagnostic] = []
    config = read_graph(whole(text), "graph.yaml", found)
    assert config is not None, found
    items = [Override.of(path, value) for path, value in (overrides or {}).items()]
    draft = draft_plan(config, registry=REGISTRY, load_subgraph=Files(files or {}), diagnostics=found, overrides=items)
    return draft, found


def planned(
    text: str, files: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> GraphPlan:
    """The plan of a graph that must be right."""
    draft, found = drafted(text, files, overrides)
    assert draft.plan is not None, "\n".join(map(str, found))
    return draft.plan


def complaints(
    text: str, files: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> list[Diagnostic]:
    """What is said about a graph, notes left out."""
    draft, found = drafted(text, files, overrides)
    assert (draft.plan is None) == any(item.severity == "error" for item in found)
    return [item for item in found if item.severity != "note"]


def codes(*arguments: object, **keywords: object) -> list[str]:
    """The codes of `complaints`."""
    return [item.code for item in complaints(*arguments, **keywords)]  # type: ignore[arg-type]


def only(*arguments: object, **keywords: object) -> Diagnostic:
    """The one complaint about a graph."""
    found = complaints(*arguments, **keywords)  # type: ignore[arg-type]
    assert len(found) == 1, "\n".join(map(str, found)) or "nothing was reported"
    return found[0]


def node(plan: GraphPlan, name: str) -> PlanNode:
    """A node by name."""
    return next(node for node in plan.nodes if node.name == name)


def names(plan: GraphPlan) -> list[str]:
    """The nodes in order."""
    return [node.name for node in plan.nodes]


def type_of(plan: GraphPlan, stream: str) -> object:
    """A stream's type."""
    return next(item.type for item in plan.streams if item.name == stream)


FOLDER = Path(__file__).parent
