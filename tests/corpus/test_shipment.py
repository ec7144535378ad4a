"""The files of a graph travel to another machine, and nothing else does."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from graphflow.corpus import GraphRecipe
from graphflow.corpus.ray_worker import RayWorker
from graphflow.corpus.shipment import Shipment
from tools.corpus_faults.corpus import CALCULATORS, GRAPH

OUTER = """\
graphflow: 1
outputs: [doubled]
side_packets:
  input: {help: "a file"}
nodes:
  inner:
    subgraph: parts/numbers.yaml
    side_packets: {input: input}
    outputs: {doubled: doubled}
"""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that travels. What is in the working folder is gone when a graph is loaded."""
    home = tmp_path / "home"
    for name in ("home", "shipped"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(home)
    return tmp_path / "shipped"


def loads_there(recipe: GraphRecipe, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Shipment:
    shipment = Shipment(recipe, shipped)
    home = Path.cwd()
    shutil.rmtree(home)
    places = [place for place in sys.path if place != str(home)]
    monkeypatch.setattr(sys, "path", [*places, str(shipped)])  # as Ray has it
    for name in [name for name in sys.modules if name.startswith("shipped_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.chdir(shipped)
    worker = RayWorker(shipment.recipe, shipment.origins, 1.0, 0)
    assert worker._seat._recipe.load().plan.nodes
    return shipment


def test_a_graph_its_subgraphs_and_a_file_with_what_it_imports(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path.cwd()
    (home / "parts").mkdir()
    (home / "top.yaml").write_text(OUTER)
    (home / "parts" / "numbers.yaml").write_text(GRAPH)
    (home / "shipped_helper.py").write_text("HELP = 1\n")
    (home / "mine.py").write_text("from shipped_helper import HELP\n" + CALCULATORS.partition('"""\n')[2])
    (home / "clip.mp4").write_text("large")
    shipment = loads_there(GraphRecipe(str(home / "top.yaml"), {}, (str(home / "mine.py"),)), shipped, monkeypatch)
    assert shipment.recipe.path == "graph/top.yaml"
    assert shipment.origins == {"graph": str(home), "calculators0": str(home)}
    assert not list(shipped.rglob("clip.mp4"))


def test_a_folder_of_subgraphs_and_a_package(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path.cwd()
    (home / "more" / "parts").mkdir(parents=True)
    (home / "more" / "parts" / "numbers.yaml").write_text(GRAPH)
    (home / "top.yaml").write_text(OUTER)
    (home / "shipped_package" / "inner").mkdir(parents=True)
    for folder in ("shipped_package", "shipped_package/inner"):
        (home / folder / "__init__.py").write_text("")
    (home / "shipped_package" / "inner" / "read_numbers.py").write_text(CALCULATORS)
    recipe = GraphRecipe(str(home / "top.yaml"), {}, (str(home / "shipped_package" / "inner"),), (str(home / "more"),))
    shipment = loads_there(recipe, shipped, monkeypatch)
    assert shipment.recipe.calculators == ("shipped_package/inner",)
    assert shipment.recipe.graph_path == ("graph_path0",)


def test_what_comes_with_graphflow_travels_by_its_name(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphflow.bundled import bundled_graphs

    recipe = GraphRecipe(str(bundled_graphs() / "loop_back.yaml"))
    assert loads_there(recipe, shipped, monkeypatch).recipe.path == "loop_back"
    assert not list(shipped.rglob("*.yaml"))


def test_places_are_told_as_they_are_at_home(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shipped)
    worker = RayWorker(GraphRecipe("graph/a.yaml"), {"graph": "/my graphs"}, 1.0, 0)
    found = {"lost": {"place": f"{shipped}/graph/a.yaml:3"}}
    assert worker._as_at_home(found) == {"lost": {"place": "/my graphs/a.yaml:3"}}
