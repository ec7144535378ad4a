"""The same graph over files and over objects of a real S3 server; here are processes, which fsspec's memory has not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tools.corpus_faults.campaign import disturb
from tools.corpus_faults.corpus import make_corpus
from tools.corpus_faults.local_s3 import LocalS3

pytestmark = [pytest.mark.s3, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[LocalS3]:
    for name in ("s3fs", "moto.server", "boto3"):
        pytest.importorskip(name)
    with LocalS3() as server:
        yield server


def run(folder: Path, server: LocalS3, *words: str, **environment: str) -> tuple[int, str]:
    """Status and standard error of a command."""
    start = [sys.executable, "-c", "from graphflow.cli import main; main()"]
    cache = {"GRAPHFLOW_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [*start, *words],
        env={**os.environ, **server.environment, **cache, **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


def told(out: Path) -> dict[str, Any]:
    """The manifest but for what differs in a storage, times, attempts and workers."""
    found = {}
    for line in (out / "manifest.jsonl").read_text().splitlines():
        record = json.loads(line)
        if "run" not in record:
            for key in ("attempts", "ended", "seconds", "path", "mtime_ns", "etag", "objects"):
                record.pop(key, None)
            found[record.get("input", "")] = record
    return found


@pytest.mark.parametrize("on", [(), pytest.param(("--on", "ray"), marks=pytest.mark.ray)])
def test_results_and_manifest_are_those_of_files(folder: Path, server: LocalS3, on: tuple[str, ...]) -> None:
    if on:
        pytest.importorskip("ray.util")
    expected = make_corpus(Path("corpus"), 5, 4, Random(4))
    place = server.upload(Path("corpus"), f"places{len(on)}/clips")
    common = ["--calculators", "reader.py", "--save", "doubled", "--workers", "2"]
    status, said = run(folder, server, "map", "numbers.yaml", "corpus", *common, "--output-dir", "out")
    assert status == 1, said
    goal = f"places{len(on)}/out"
    command = ["map", "numbers.yaml", f"{place}/", *common, "--output-dir", f"s3://corpus/{goal}", *on]
    status, said = run(folder, server, *command)
    assert status == 1 and "5 of 9 inputs done" in said, said
    server.download(goal, Path("down"))
    results = {path.relative_to("out") for path in Path("out").rglob("*") if path.is_file()}
    assert {path.relative_to("down") for path in Path("down").rglob("*") if path.is_file()} == results
    assert len(results) == 1 + sum(numbers is not None for numbers in expected.values())
    for path in results - {Path("manifest.jsonl")}:
        assert (Path("down") / path).read_bytes() == (Path("out") / path).read_bytes()
    here, there = told(Path("out")), told(Path("down"))
    assert json.loads(json.dumps(here).replace(str(folder / "corpus"), place)) == there
    assert "5 of 9 inputs done (5 before)" in run(folder, server, *command)[1]
    assert not list((folder / "cache" / "inputs").glob("work-*"))  # nobody is at work any more
    status = run(folder, server, "map", "--status", f"s3://corpus/{goal}")
    assert status[0] == 0


def test_nothing_is_lost_done_twice_or_left_half(
    tmp_path: Path, server: LocalS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(tmp_path / "cache"))
    assert disturb(tmp_path, seed=3, good=8, bad=2, kills=3, server=server).findings == []


@pytest.mark.parametrize(
    ("place", "goal", "environment", "message"),
    [
        ("s3://nowhere-at-all/in/", "out", {}, "'s3://nowhere-at-all/in' cannot be listed: there is no such bucket"),
        ("s3://corpus/none/", "out", {}, "there are no clips or pictures below 's3://corpus/none/'"),
        ("in", "s3://nowhere-at-all/out", {}, "cannot be read: there is no such bucket"),
        ("s3://corpus/in/", "out", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "look whether the network is there"),
    ],
)
def test_what_is_wrong_with_a_place_is_told(
    folder: Path, server: LocalS3, place: str, goal: str, environment: dict[str, str], message: str
) -> None:
    common = ["--calculators", "reader.py", "--save", "doubled", "--output-dir", goal]
    status, said = run(folder, server, "map", "numbers.yaml", place, *common, **environment)
    assert message in said
    assert status in (2, 3)
