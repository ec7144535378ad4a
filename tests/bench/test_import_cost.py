"""`import graphflow` brings in only what every graph needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("ai_edge_litert", "cv2", "networkx", "numpy", "pydantic", "rich", "tensorflow", "tflite_runtime", "typer")


def modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.slow
def test_importing_graphflow_loads_nothing_heavy() -> None:
    assert modules_after("from graphflow import Graph, Calculator").isdisjoint(HEAVY)


@pytest.mark.slow
def test_neither_does_running_a_graph_without_options() -> None:
    text = "{graphflow: 1, inputs: [a], nodes: {n: {calculator: PassThrough, inputs: {item: a}, outputs: {out: b}}}}"
    program = f"import graphflow\nprint(graphflow.Graph.parse({text!r}).run({{'a': []}}, outputs=['b']))"
    assert modules_after(program).isdisjoint(HEAVY)


@pytest.mark.slow
def test_a_face_graph_is_checked_without_pydantic_and_without_what_a_gpu_or_a_download_needs() -> None:
    loaded = modules_after("from graphflow import Graph\nGraph.load('face_mesh_desktop_live')")
    gpu = {f"graphflow.calculators.inference.{name}" for name in ("gpu_if_possible", "gpu_process")}
    assert loaded.isdisjoint({"pydantic", *gpu})
    assert loaded.isdisjoint({"urllib.request", "http.client", "ssl", "subprocess", "tempfile"})
    rooms = {name.split(".")[1] for name in loaded if name.startswith("graphflow.")}
    assert rooms.isdisjoint({"cli", "corpus", "evaluation", "mediapipe", "solutions", "testing", "viz", "workers"})


@pytest.mark.slow
def test_a_model_is_run_without_what_fetches_and_unpacks_files_of_models() -> None:
    program = "from graphflow.models import load_model\nfrom graphflow.calculators.inference.inference import Inference"
    fetching = {f"graphflow.models.{name}" for name in ("pull", "download", "bundle")}
    assert modules_after(program).isdisjoint({*fetching, "statistics", "subprocess", "zipfile"})


@pytest.mark.slow
@pytest.mark.parametrize("worker", ["model_trial_worker", "gpu_worker"])
def test_a_process_that_only_runs_models_needs_nothing_of_graphs(worker: str) -> None:
    loaded = modules_after(f"import graphflow.calculators.inference.{worker}")
    assert loaded.isdisjoint({"graphflow.api", "graphflow.contract", "graphflow.models", "cv2", "yaml"})
