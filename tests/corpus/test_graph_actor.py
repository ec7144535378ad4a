"""A graph as a class for Ray Data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import graphflow.ray
from graphflow import UnusableFile
from graphflow.models import keep_between_runs

PROGRAM = """
import os
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
import ray
ray.init(num_cpus=2, include_dashboard=False, object_store_memory=200_000_000, log_to_driver=False)
import graphflow
clips = ray.data.from_items([{"input": f"{folder}/in/a.mp4"}, {"input": f"{folder}/in/b.mp4"}])
numbers = clips.map_batches(
    graphflow.ray.GraphActor, fn_constructor_args=(f"{folder}/numbers.yaml", ["doubled"]),
    fn_constructor_kwargs={"calculators": [f"{folder}/reader.py"]}, concurrency=1,
)
print(sorted(row["doubled"].count("value") for row in numbers.take_all()))
"""


def test_columns_are_side_packets_and_streams_become_columns(folder: Path) -> None:
    (folder / "in" / "b.mp4").write_text("three\n")
    try:
        actor = graphflow.ray.GraphActor("numbers.yaml", ["doubled"], calculators=["reader.py"])
        batch = {"input": numpy.array([str(folder / "in" / name) for name in ("a.mp4", "b.mp4")]), "mine": [1, 2]}
        found = actor(batch)
    finally:
        keep_between_runs(False)
    assert list(found["mine"]) == [1, 2]
    assert found["doubled"] == ['{"timestamp": 0, "value": 2}\n{"timestamp": 1, "value": 4}\n', ""]
    assert list(found["frames"]) == [2, 0]
    assert found["error"][0] == "" and found["error"][1].startswith("ValueError: ")


def test_a_stream_is_a_column_in_one_form_only(folder: Path) -> None:
    with pytest.raises(UnusableFile, match="name the stream alone"):
        graphflow.ray.GraphActor("numbers.yaml", ["doubled.npz"], calculators=["reader.py"])


@pytest.mark.ray
@pytest.mark.slow
def test_with_ray_data(folder: Path) -> None:
    pytest.importorskip("ray.data")
    program = f"folder = {str(folder)!r}\n{PROGRAM}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[1, 2]", done.stderr
