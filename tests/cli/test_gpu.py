"""``graphflow run`` on graphs that ask for a GPU, which the CPU plays: what is said, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphflow.calculators.inference.inference import Inference
from graphflow.models import load_model
from tests.cli.conftest import Command
from tests.cli.processes import PATIENT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="the fake is made for Unix")]

WORKER = "tests.calculators.inference.fake_gpu"
DETECTOR, LANDMARKS = "face_detection_short_range.tflite", "face_landmark.tflite"
RUN = ("run", "face_mesh_desktop_live_gpu", "--input", "portrait.png", "--output", "out.mp4")
FAKE = "Fake 9000 (Vulkan)"


@pytest.fixture
def portrait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a picture of one face."""
    (folder / "portrait.png").write_bytes(load_model("portrait.png").content)
    monkeypatch.setattr(Inference, "_gpu_process", {"worker": WORKER})
    return folder


def rows(path: Path) -> list[Any]:
    return [json.loads(line)["value"] for line in path.read_text().splitlines()]


def test_it_says_what_the_models_run_on_and_at_the_end_what_they_have_run_on(
    portrait: Path, graphflow: Command
) -> None:
    ended = graphflow(*RUN, "--require-gpu")
    assert ended.status == 0
    assert ended.err.splitlines()[:-1] == [
        f"{DETECTOR} runs on {FAKE}; it differs from the CPU by 0",
        f"{LANDMARKS} runs on {FAKE}; it differs from the CPU by 0",
        f"{DETECTOR}: 1 call on {FAKE}",
        f"{LANDMARKS}: 1 call on {FAKE}",
    ]
    assert "1 frame, 1 processed" in ended.err


def test_without_a_gpu_it_says_why_and_runs_on_the_cpu(
    portrait: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "none")
    ended = graphflow(*RUN, "--save", "multi_face_landmarks=gpu.jsonl")
    assert ended.status == 0
    why = "no adapter was found (vkCreateInstance: Found no drivers!); it runs on the CPU"
    assert ended.err.splitlines()[:-1] == [
        f"warning: no GPU for {DETECTOR}: {why}",
        f"warning: no GPU for {LANDMARKS}: {why}",
        f"{DETECTOR}: 1 call on the CPU",
        f"{LANDMARKS}: 1 call on the CPU",
    ]
    graphflow("run", "face_mesh_desktop_live", *RUN[2:], "--save", "multi_face_landmarks=cpu.jsonl")
    assert rows(portrait / "gpu.jsonl") == rows(portrait / "cpu.jsonl") and len(rows(portrait / "cpu.jsonl")[0]) == 1


def test_without_a_gpu_that_is_required_it_is_status_3(
    portrait: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "none")
    ended = graphflow(*RUN, "--require-gpu", "--quiet")
    assert ended.status == 3
    message, node = ended.err.splitlines()
    assert message == (
        f"error: no GPU for {DETECTOR}: no adapter was found (vkCreateInstance: Found no drivers!); "
        "it must not run on the CPU"
    )
    assert node.startswith("  in node 'landmarks/detector/range/detection/inference' (Inference) in open, ")
    assert not (portrait / "out.mp4").exists()


def test_a_gpu_that_is_required_and_fails_on_the_way_is_status_3(
    portrait: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "error in the third call")
    ended = graphflow(*RUN[:3], "sample", *RUN[4:], "--max-frames", "9", "--require-gpu", "--quiet")
    assert ended.status == 3
    assert f"error: the GPU has failed with {LANDMARKS}: device lost; it must not run on the CPU" in ended.err


@pytest.mark.parametrize("graph", ["face_mesh_desktop_live", "resample"])
def test_a_graph_that_asks_for_no_gpu_cannot_require_one(portrait: Path, graphflow: Command, graph: str) -> None:
    arguments = RUN[2:] if graph != "resample" else ()
    ended = graphflow("run", graph, *arguments, "--require-gpu")
    assert ended.status == 2
    message, help = ended.err.splitlines()
    assert message.startswith("error: --require-gpu: ") and message.endswith(f"{graph}.yaml asks for no GPU")
    assert help == (
        "   = help: take a graph that does, such as face_mesh_desktop_live_gpu; "
        "or add --set delegate=gpu, or --set NODE.delegate=gpu for one node of Inference"
    )


def test_any_face_graph_takes_a_gpu(portrait: Path, graphflow: Command) -> None:
    ended = graphflow("run", "face_mesh_desktop", *RUN[2:], "--set", "delegate=gpu", "--require-gpu")
    assert ended.status == 0
    assert f"{LANDMARKS}: 1 call on {FAKE}" in ended.err


def test_verbose_shows_what_the_driver_prints(portrait: Path, graphflow: Command) -> None:
    assert "what a driver has to say" in graphflow(*RUN, "--verbose").err  # and without: the first test


def test_ctrl_c_in_the_terminal_leaves_nothing_behind(portrait: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(portrait / "alive")
    alive = os.open(portrait / "alive", os.O_RDONLY | os.O_NONBLOCK)
    code = (
        "from graphflow.calculators.inference.inference import Inference\n"
        f"Inference._gpu_process = {{'worker': {WORKER!r}}}\n"
        f"{PATIENT}\n"
        "from graphflow.cli import main; main()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, *RUN[:3], "sample", "--loop", *RUN[4:], "--print", "multi_face_landmarks"],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "GRAPHFLOW_FAKE_GPU_ALIVE": str(portrait / "alive"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert running.stdout is not None
    for _ in range(3):
        assert running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does, which knows of the whole group
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert b"Traceback" not in err and b"error" not in err
    assert [b"not complete" in line for line in err.splitlines() if b"warning" in line] == [True]
    os.set_blocking(alive, True)
    with open(alive, "rb") as pipe:
        assert len(pipe.read()) >= 3  # and then its end: both processes are gone
