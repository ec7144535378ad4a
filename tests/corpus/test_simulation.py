"""The short form of `tools/simulate_corpus` finds nothing, and what is wrong would be found."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tools.corpus_faults.campaign import wrong
from tools.corpus_simulation import simulation
from tools.corpus_simulation.pretended import expected
from tools.corpus_simulation.simulation import simulate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc"),
]


def test_nothing_is_lost_or_done_twice_though_drivers_die(tmp_path: Path) -> None:
    found = simulate(tmp_path, inputs=300, seed=5, workers=4, kills=2)
    assert found.findings == []
    # Each driver went on where the one before it was killed; the last one had nothing to do.
    assert 0 < found.drivers[2][-1]["kept"] < 300
    assert found.drivers[3][-1]["kept"] == 300
    # Of other fates other results are expected.
    assert wrong(tmp_path / "out", expected(300, seed=6), "count")


def test_a_driver_that_somebody_else_kills_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = CompletedProcess([], -9, b'{"kept": 3, "ended": 3}\n{"kep')
    monkeypatch.setattr(simulation.subprocess, "run", lambda *_, **__: killed)
    assert simulation._driver(tmp_path, 1) == (-9, [{"kept": 3, "ended": 3}])
    killed.stdout = b""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.jsonl").write_text("")
    found = simulate(tmp_path, inputs=2, seed=5, workers=1, kills=0)
    assert "a driver that was not to die ended with status -9" in found.findings
    assert "the last driver found 0 of 2 inputs done" in found.findings
