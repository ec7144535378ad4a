"""A small helping of `tools/simulate`: random graphs agree with the reference, and a seed replays exactly."""

from __future__ import annotations

import re

import pytest

from tests.simulation.planted_bugs import BUGS
from tests.simulation.test_planted_bugs import FIRST
from tools.simulation.check import check, schedules
from tools.simulation.generate import engine_graph
from tools.simulation.graphfile import graph_file
from tools.simulation.main import main
from tools.simulation.runner import Schedule, run_engine


# A few, and those that show what few do: together they show every bug that is planted.
@pytest.mark.parametrize("seed", sorted({*range(30), *FIRST.values()}))
def test_random_graph_agrees_with_the_reference(seed: int) -> None:
    graph = engine_graph(seed)
    for schedule in schedules(seed, 4):
        assert check(graph, schedule) == [], f"tools/simulate --graph-seed {seed} --schedule {schedule}"


def test_a_seed_gives_the_same_graph_and_the_same_history() -> None:
    for seed in range(20):
        graph = engine_graph(seed)
        assert graph_file(graph) == graph_file(engine_graph(seed))
        schedule = Schedule("seeded", seed)
        if not graph.executors:
            assert run_engine(graph, schedule).recorder.events == run_engine(graph, schedule).recorder.events


def test_different_schedules_run_in_different_orders() -> None:
    for graph in map(engine_graph, range(20)):
        orders = {tuple(run_engine(graph, Schedule("seeded", seed)).recorder.events) for seed in range(5)}
        if len(orders) > 1:
            return
    pytest.fail("no order differs")


def test_a_divergence_is_printed_small_with_the_command_that_shows_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    with BUGS["batch lost at the end"]():
        status = main(["--graphs", "25", "--schedules", "1", "--seed", "3"])
        printed = capsys.readouterr().out
        assert status == 1
        assert "batch_size" in printed
        assert printed.count("calculator:") <= 4
        again = re.search(r"again: tools/simulate (--graph-seed \d+ --schedule \S+) --whole", printed)
        assert again is not None
        assert main(again[1].split()) == 1
    assert main(again[1].split()) == 0


def test_a_clean_run_prints_its_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--graphs", "10", "--schedules", "1", "--seed", "3"]) == 0
    printed = capsys.readouterr().out
    assert "seed 3: 10 graphs x 1 schedules" in printed
    assert "0 divergences" in printed
    assert "pairs met" in printed
