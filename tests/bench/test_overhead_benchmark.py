"""The overhead benchmark runs and prints its tables. Nothing here depends on a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "tools" / "bench_overhead"

pytestmark = pytest.mark.slow


def run(*arguments: str) -> list[str]:
    command = [sys.executable, str(BENCHMARK), "--repeats", "1", "--scale", "0.002", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return result.stdout.splitlines()


def rows_of(lines: list[str], name: str) -> list[list[str]]:
    return [line.removeprefix(name).split() for line in lines if line.startswith(name)]


def test_every_graph_is_measured_in_batch_and_one_packet_at_a_time() -> None:
    lines = run("--only", "peer")
    for name in ("chain of 1, PassThrough ", "chain of 10, ordinary ", "chain of 100, PassThrough ", "fan-out of 10 "):
        batch, each = rows_of(lines, name)
        assert (batch[0], each[0]) == ("batch", "each")
        assert float(batch[1]) > 0 < float(each[1])


def test_with_a_peer_each_row_has_its_ratio(tmp_path: Path) -> None:
    # Somebody who takes a millisecond for everything stands in for MediaPipe.
    peer = tmp_path / "python"
    answer = '{"wall": 0.001, "cpu": 0.001}'
    peer.write_text(f"#!/bin/sh\nwhile read line; do echo '{answer}'; done\n")
    peer.chmod(0o755)
    lines = run("--only", "peer", "--peer", str(peer))
    batch, _ = rows_of(lines, "chain of 10, PassThrough ")
    ours, _, theirs, _, ratio = (float(field) for field in batch[1:6])
    # 6 packets through 10 nodes in 1000 microseconds.
    assert theirs == pytest.approx(1000 / 60, abs=0.01)
    assert ratio == pytest.approx(ours / theirs, abs=0.01)
    assert "at most 1.0" in " ".join(batch)


def test_features_are_compared_with_the_ordinary_chain() -> None:
    lines = run("--only", "features")
    assert any("an instrument (Timings)" in line for line in lines)
    assert any("two outputs" in line and line.split()[-1][0] in "+-" for line in lines)


def test_threads_are_measured() -> None:
    assert any("a hand-over per node" in line for line in run("--only", "threads"))


def test_two_checkouts_are_compared_row_by_row() -> None:
    lines = run("--against", str(BENCHMARK.parents[1]), "--pairs", "1", "--row", "chain of 10, ordinary")
    (row,) = rows_of(lines, "chain of 10, ordinary, batch ")
    ratio, low, _, high = row[:4]
    assert float(low) <= float(ratio) <= float(high) and row[4:] in (["1", "of", "1"], ["all", "disturbed"])
