"""Graph files that are wrong in any way give messages, never exceptions."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph, read_graph
from graphflow.plan.checks import draft_plan
from graphflow.plan.subgraph_files import SubgraphFiles
from tests.plan.tools import REGISTRY
from tools.fuzzing.mutants import WordMutants

FOLDER = Path(__file__).parents[1] / "golden" / "plan"
MUTANTS = WordMutants([path.read_text() for path in sorted(FOLDER.glob("**/*.yaml"))])


@pytest.mark.parametrize("seed", range(10))
def test_mutated_files_are_refused_or_planned(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    chance = random.Random(seed)
    for _ in range(40):
        found: list[Diagnostic] = []
        config = read_graph(MUTANTS.mutant(chance), "top.yaml", found)
        plan = None
        if config is not None:
            files = SubgraphFiles("top.yaml", [], load_graph)
            plan = draft_plan(config, registry=REGISTRY, load_subgraph=files, diagnostics=found).plan
        assert (plan is None) == any(item.severity == "error" for item in found)
