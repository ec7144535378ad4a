"""A small graph over small files, and workers without processes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graphflow import Graph
from graphflow.corpus import CorpusRun, GraphRecipe, map_graph
from graphflow.corpus.carrying import carried_out
from graphflow.corpus.seat import CannotWork, WorkerLost
from tools.corpus_faults.corpus import CALCULATORS, GRAPH


class HereSeat:
    """Carries out orders in this process. A file that would kill a worker only says so."""

    orders: list[str] = []

    def __init__(self, recipe: GraphRecipe, timeout: float = math.inf, memory: int = 0) -> None:
        self._recipe = recipe
        self._graph: Graph | None = None

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        path = order["side_packets"].get("input", "")
        self.orders.append(Path(path).name)
        if path and "://" not in path and Path(path).read_text().startswith("die"):
            raise WorkerLost({"kind": "Crash", "message": "the worker died (SIGKILL)"})
        self._graph = self._graph or self._recipe.load()
        report = carried_out(self._graph, order)
        if "cannot" in report:
            raise CannotWork(report["cannot"])
        return report

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a graph, its calculators and three files below ``in``."""
    (tmp_path / "reader.py").write_text(CALCULATORS)
    (tmp_path / "numbers.yaml").write_text(GRAPH)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name, text in (("a.mp4", "1\n2\n"), ("b.mp4", "3\n"), ("deep/c.mp4", "4\n5\n6\n")):
        (tmp_path / "in" / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that workers were given, in order. There is one worker, in this process."""
    orders: list[str] = []
    monkeypatch.setattr(HereSeat, "orders", orders)
    monkeypatch.setattr("graphflow.corpus.mapping.LocalSeat", HereSeat)
    monkeypatch.setattr("graphflow.corpus.mapping.usable_processors", lambda: 1)
    return orders


def mapped(*inputs: Any, **settings: Any) -> CorpusRun:
    """The graph over inputs, into ``out``."""
    recipe = GraphRecipe("numbers.yaml", settings.pop("options", {}), ("reader.py",))
    return map_graph(recipe, inputs or ["in"], **{"output_dir": "out", "save": ["doubled"]} | settings)


def statuses(run: CorpusRun) -> dict[str, str]:
    """How inputs ended, by name."""
    return {outcome.name: outcome.status for outcome in run}
