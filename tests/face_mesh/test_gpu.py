"""Face Mesh on LiteRT's WebGPU accelerator, for real: on the machine's GPU, or on a software adapter if there is one.

These are the only tests that may be skipped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Graph, Packet
from graphflow.calculators.inference.gpu_process import GpuError
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.on_gpu import ModelOnGpu
from graphflow.calculators.inference.runtime import runtime
from graphflow.models import load_model
from graphflow.testing import run_calculator

pytestmark = pytest.mark.slow

FOUND = [
    os.environ.get("VK_DRIVER_FILES", ""),  # what the machine has; empty: whatever Vulkan finds
    "/usr/lib/chromium/vk_swiftshader_icd.json",
    "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
    "/opt/google/chrome/vk_swiftshader_icd.json",
]
REFUSED = sorted(str(path) for path in Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))
SIZES = {
    "face_detection_short_range.tflite": 128,
    "face_detection_full_range_sparse.tflite": 192,
    "face_landmark.tflite": 192,
}


def interpreter(content: bytes) -> Any:
    return runtime().Interpreter(model_content=content)


@cache
def trouble(driver: str) -> str:
    """Why an adapter cannot be used; empty if it can."""
    with pytest.MonkeyPatch.context() as patch:
        choose(driver, patch)
        try:
            ModelOnGpu(load_model("face_landmark.tflite").content, interpreter).close()
        except GpuError as error:
            return str(error)
    return ""


def choose(driver: str, patch: pytest.MonkeyPatch) -> None:
    if driver:
        patch.setenv("VK_DRIVER_FILES", driver)
    else:
        patch.delenv("VK_DRIVER_FILES", raising=False)


@pytest.fixture
def adapter() -> Iterator[str]:
    """The first adapter that can be used, set for what the test starts."""
    reasons = []
    for driver in FOUND:
        if driver and not Path(driver).exists():
            continue
        reasons.append(trouble(driver))
        if not reasons[-1]:
            with pytest.MonkeyPatch.context() as patch:
                choose(driver, patch)
                yield driver
            return
    pytest.skip(f"no adapter can be used: {'; '.join(reasons)}")


def run(name: str, delegate: str, calls: int = 3) -> Any:
    side = SIZES[name]
    pictures = numpy.random.default_rng(1).random((calls, 1, side, side, 3), dtype=numpy.float32)
    inputs: dict[str, Any] = {"tensors": [Packet([picture], i) for i, picture in enumerate(pictures)]}
    return run_calculator(Inference, inputs=inputs, options={"model_path": name, "delegate": delegate})


@pytest.mark.parametrize("name", ["face_detection_short_range.tflite", "face_detection_full_range_sparse.tflite"])
def test_a_detector_gives_the_cpus_numbers_wherever_it_runs(
    name: str, adapter: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The models of landmarks give points, which the next test compares: all that they give goes into these."""
    found = run(name, "gpu")
    for tensors, expected in zip(found.values("tensors"), run(name, "xnnpack").values("tensors"), strict=True):
        for tensor, right in zip(tensors, expected, strict=True):
            numpy.testing.assert_allclose(tensor, right, atol=1e-3 * numpy.abs(right).max())
    if "sparse" in name:
        assert found.counters == {"calls_on_gpu": 0, "calls_on_cpu": 3}
        assert f"no GPU for {name}: LiteRT has its operators DENSIFY, DEQUANTIZE on the CPU only" in caplog.text
    else:
        assert found.counters == {"calls_on_gpu": 3, "calls_on_cpu": 0}


def landmarks(delegate: str, folder: Path, frames: int, **side_packets: Any) -> tuple[list[Any], dict[str, int]]:
    options = {"delegate": delegate, "camera.max_frames": frames}
    graph = Graph.load("face_mesh_desktop_live_gpu", options=options)
    packets: list[Packet[Any]] = []
    with graph.start({"output": str(folder / "out.mp4"), **side_packets}) as started:
        started.observe("multi_face_landmarks", packets.append)
        started.wait_until_done()
    return [[numpy.asarray(face) for face in packet.value] for packet in packets], dict(started.counters)


@pytest.mark.parametrize("with_attention", [False, True])
def test_landmarks_lie_within_half_a_pixel_of_the_cpus(with_attention: bool, adapter: str, tmp_path: Path) -> None:
    frames, given = 3, {"input": "sample", "with_attention": with_attention}
    found, counters = landmarks("gpu-only", tmp_path, frames, **given)
    expected, _ = landmarks("xnnpack", tmp_path, frames, **given)
    assert [len(faces) for faces in found] == [len(faces) for faces in expected] == [1] * frames
    apart = (numpy.array(found) - numpy.array(expected)) * (1280, 720, 1280)  # of the sample; depth is as x
    assert numpy.linalg.norm(apart, axis=-1).max() < 0.5
    assert counters["landmarks/face/inference/calls_on_gpu"] == frames
    assert counters["landmarks/face/inference/calls_on_cpu"] == 0


def test_an_adapter_that_cannot_be_used_is_told_and_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VK_DRIVER_FILES", REFUSED[0] if REFUSED else str(tmp_path / "nothing.json"))
    found = run("face_landmark.tflite", "gpu")
    if found.counters["calls_on_gpu"]:
        pytest.skip("a later release of that adapter is good enough")
    (message,) = caplog.messages
    assert message.startswith("no GPU for face_landmark.tflite: ") and message.endswith("; it runs on the CPU")
    assert found.counters == {"calls_on_gpu": 0, "calls_on_cpu": 3}
