"""``delegate: gpu`` without a GPU: its process, what is believed and what is not, and what is left behind: nothing."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Graph, MissingResource, Packet
from graphflow.calculators.inference.gpu_log import gpu_name, trouble
from graphflow.calculators.inference.gpu_process import GpuError, GpuProcess
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.on_gpu import ModelOnGpu, difference
from graphflow.calculators.inference.runtime import runtime
from graphflow.calculators.inference.shared_tensors import SharedMemory
from graphflow.models import load_model
from graphflow.testing import run_calculator
from graphflow.workers import worker_process

MODEL = "face_detection_short_range.tflite"
WORKER = "tests.calculators.inference.fake_gpu"
FAKE = "Fake 9000 (Vulkan)"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="the fake is made for Unix")]

Fake = Callable[..., None]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Plays the GPU, as it is told."""

    def play(how: str = "right", **limits: float) -> None:
        monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", how)
        monkeypatch.setattr(Inference, "_gpu_process", {"worker": WORKER, **limits})

    return play


def picture(number: int = 1, side: int = 128) -> Any:
    return numpy.linspace(-1, number, side * side * 3, dtype=numpy.float32).reshape(1, side, side, 3)


def run(delegate: str = "gpu", calls: int = 5, model: str = MODEL, side: int = 128) -> Any:
    inputs: dict[str, Any] = {"tensors": [Packet([picture(i, side)], i) for i in range(calls)]}
    return run_calculator(Inference, inputs=inputs, options={"model_path": model, "delegate": delegate})


def assert_equal(one: Any, other: Any) -> None:
    for tensors, expected in zip(one.values("tensors"), other.values("tensors"), strict=True):
        for tensor, right in zip(tensors, expected, strict=True):
            numpy.testing.assert_allclose(tensor, right, atol=1e-4)


def test_a_gpu_that_agrees_with_the_cpu_runs_the_model(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake()
    with caplog.at_level(logging.INFO, "graphflow.calculators"):
        found = run()
    assert_equal(found, run("xnnpack"))
    assert found.counters == {"calls_on_gpu": 5, "calls_on_cpu": 0}
    assert caplog.messages == [
        f"{MODEL} runs on {FAKE}; it differs from the CPU by 0",
        f"{MODEL}: 5 calls on {FAKE}",
    ]


def test_a_model_in_parts_runs_there_in_one_process(fake: Fake) -> None:
    fake()
    model = "face_landmark_with_attention.tflite"
    found = run(calls=2, model=model, side=192)
    assert_equal(found, run("xnnpack", calls=2, model=model, side=192))
    assert found.counters == {"calls_on_gpu": 2, "calls_on_cpu": 0}


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("zeros", f"{FAKE} was found, but its results are wrong: off by 1 of the largest number"),
        ("not a number", f"{FAKE} was found, but its results are wrong: not all are numbers"),
        ("refused", "there is an adapter, but WebGPU refuses it (Vulkan robustness required)"),
        ("none", "no adapter was found (vkCreateInstance: Found no drivers!)"),
        ("operators", "LiteRT has its operators DENSIFY, DEQUANTIZE on the CPU only"),
        ("error", "device lost"),
        ("killed", "the process that uses the GPU has died (SIGKILL)"),
        ("ended", "the process that uses the GPU has ended (status 7): the driver gives up"),
    ],
)
def test_a_gpu_that_cannot_run_the_model(how: str, reason: str, fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake(how)
    found = run()
    assert caplog.messages == [f"no GPU for {MODEL}: {reason}; it runs on the CPU"]
    assert_equal(found, run("xnnpack"))
    assert found.counters == {"calls_on_gpu": 0, "calls_on_cpu": 5}


def test_a_gpu_that_is_required_and_cannot_run_the_model(fake: Fake) -> None:
    fake("error")
    with pytest.raises(MissingResource) as error:
        run("gpu-only")
    assert str(error.value) == f"no GPU for {MODEL}: device lost; it must not run on the CPU"


def test_a_gpu_that_cannot_run_the_first_part_of_a_model(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake("error")
    model = "face_landmark_with_attention.tflite"
    run(calls=1, model=model, side=192)
    assert caplog.messages == [f"no GPU for {model}: device lost; it runs on the CPU"]


def test_a_driver_that_never_comes_back(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake("hanging", prepare_limit=0.05)
    assert run().counters == {"calls_on_gpu": 0, "calls_on_cpu": 5}
    assert caplog.messages == [f"no GPU for {MODEL}: the driver did not come back within 0.05 s; it runs on the CPU"]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("error", "device lost"),
        ("killed", "the process that uses the GPU has died (SIGKILL)"),
        ("hanging", "the driver did not come back within 1 s"),
    ],
)
def test_a_gpu_that_fails_on_the_way(how: str, reason: str, fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    fake(f"{how} in the third call", call_limit=1)
    with caplog.at_level(logging.INFO, "graphflow.calculators"):
        found = run()
    assert_equal(found, run("xnnpack"))
    assert found.counters == {"calls_on_gpu": 2, "calls_on_cpu": 3}
    assert caplog.messages[1:] == [
        f"the GPU has failed with {MODEL}: {reason}; it runs on the CPU",
        f"{MODEL}: 2 calls on {FAKE}, 3 calls on the CPU",
    ]


def test_a_gpu_that_is_required_and_fails_on_the_way(fake: Fake) -> None:
    fake("error in the third call")
    with pytest.raises(MissingResource, match="must not run on the CPU"):
        run("gpu-only")


def test_a_runtime_without_gpu_support(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "ai_edge_litert").mkdir()
    (tmp_path / "ai_edge_litert" / "__init__.py").write_text("")
    runtime()  # the real one stays here, and the process finds the other one
    monkeypatch.syspath_prepend(tmp_path)
    assert run().counters == {"calls_on_gpu": 0, "calls_on_cpu": 5}
    (message,) = caplog.messages
    assert "the runtime that is installed has no GPU support; to get it, run: pip install -U ai-edge-litert" in message


def test_wrong_tensors_are_told_as_on_the_cpu(fake: Fake) -> None:
    fake()
    with pytest.raises(ValueError, match=r"takes float32 \(1, 128, 128, 3\) as 'input', not float32 \(1, 64, 64, 3\)"):
        run(side=64)


def test_several_threads_take_turns(fake: Fake) -> None:
    fake()
    graph = Graph.parse(
        "graphflow: 1\ninputs: [x]\noutputs: [y]\nnodes:\n  model: {calculator: Inference, inputs: {tensors: x}, "
        f"outputs: {{tensors: y}}, max_in_flight: 4, options: {{model_path: {MODEL}, delegate: gpu}}}}\n"
    )
    packets = [Packet([picture(number)], number) for number in range(40)]
    with graph.start(threads=4) as started:
        found: list[Packet[Any]] = []
        started.observe("y", found.append)
        for packet in packets:
            started.send("x", packet.value, packet.timestamp)
    alone = graph.run(inputs={"x": packets})["y"]
    assert [packet.timestamp for packet in found] == [packet.timestamp for packet in alone]
    for one, other in zip(found, alone, strict=True):
        numpy.testing.assert_array_equal(one.value[0], other.value[0])
    assert started.counters["model/calls_on_gpu"] == 40


# --- the process ---------------------------------------------------------------------------------------------------


@pytest.fixture
def alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A pipe that is open at its other end as long as the GPU's process lives."""
    os.mkfifo(tmp_path / "alive")
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU_ALIVE", str(tmp_path / "alive"))
    return os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)


def await_end(alive: int) -> bytes:
    """What the process has written, once it is gone."""
    os.set_blocking(alive, True)
    with open(alive, "rb") as pipe:
        return pipe.read()


def what_there_is() -> tuple[int, int]:
    """Threads, and open files, of which shared memory is one: it has no name that others could see."""
    gc.collect()  # what earlier tests have left
    return threading.active_count(), len(os.listdir("/dev/fd"))


@pytest.mark.parametrize("how", ["right", "refused", "killed", "killed in the third call"])
def test_nothing_is_left_behind(how: str, fake: Fake, alive: int) -> None:
    fake(how)
    runtime()
    before = what_there_is()
    run()
    assert what_there_is() == before
    await_end(alive)  # would wait for ever
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def started(how: str, monkeypatch: pytest.MonkeyPatch, **limits: float) -> GpuProcess:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", how)
    content = load_model(MODEL).content
    return GpuProcess([content], [runtime().Interpreter(model_content=content)], worker=WORKER, **limits)


def test_what_drivers_print_does_not_disturb_the_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "graphflow"):
        process = started("software", monkeypatch)
    assert process.device == "Fake 9000 (Vulkan, in software)"
    assert "what a driver has to say" in caplog.messages
    process.run(0)
    process.close()


@pytest.mark.parametrize(("how", "calls"), [("right", 2), ("error in the third call", 3)])
def test_each_line_that_drivers_print_is_logged_once(
    how: str, calls: int, fake: Fake, caplog: pytest.LogCaptureFixture
) -> None:
    fake(how)
    with caplog.at_level(logging.DEBUG, "graphflow"):
        run(calls=calls)
    assert [text for text in caplog.messages if text.startswith("what a driver")] == [
        "what a driver has to say",
        *[f"what a driver says in call {number}" for number in range(3)],
    ]


def test_a_python_that_prints_when_it_starts_is_no_gpu(
    monkeypatch: pytest.MonkeyPatch, fake: Fake, caplog: pytest.LogCaptureFixture
) -> None:
    fake()
    monkeypatch.setattr(worker_process, "_START", f"print('good morning', flush=True); {worker_process._START}")
    assert run().counters == {"calls_on_gpu": 0, "calls_on_cpu": 5}
    why = "the process that uses the GPU has printed 'good morning' in place of an answer"
    assert caplog.messages == [f"no GPU for {MODEL}: {why}; it runs on the CPU"]


def test_a_process_that_is_gone_between_two_calls(monkeypatch: pytest.MonkeyPatch, alive: int) -> None:
    process = started("right", monkeypatch)
    process.run(0)
    os.kill(process.pid, 9)
    assert await_end(alive) == b"."
    with pytest.raises(GpuError, match="has died"):
        process.run(0)
    process.close()


def test_ctrl_c_does_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    process = started("right", monkeypatch)
    assert os.getpgid(process.pid) != os.getpgrp()
    process.close()


def test_it_ends_with_the_program_that_started_it(monkeypatch: pytest.MonkeyPatch, alive: int) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "right")
    code = (
        "from graphflow.calculators.inference.gpu_process import GpuProcess\n"
        "from graphflow.calculators.inference.runtime import runtime\n"
        "from graphflow.models import load_model\n"
        f"content = load_model({MODEL!r}).content\n"
        f"one = GpuProcess([content], [runtime().Interpreter(model_content=content)], worker={WORKER!r})\n"
        "one.run(0)\n"
        "print('ready', flush=True)\n"
        "input()\n"
    )
    root = Path(__file__).parents[3]
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        program.kill()
    assert await_end(alive) == b"."


def test_it_ends_with_the_run_that_nobody_closed(fake: Fake, alive: int) -> None:
    fake()
    run = Graph.parse(
        "graphflow: 1\ninputs: [x]\noutputs: [y]\nnodes:\n  model: {calculator: Inference, inputs: {tensors: x}, "
        f"outputs: {{tensors: y}}, options: {{model_path: {MODEL}, delegate: gpu}}}}\n"
    ).start()
    run.send("x", [picture()], 0)
    gc.collect()  # what earlier tests have left
    (last,) = (weakref.ref(item) for item in gc.get_objects() if isinstance(item, GpuProcess))
    with pytest.warns(RuntimeWarning, match="was never closed"):
        del run
        gc.collect()
    gc.collect()  # the warning had kept the run
    assert last() is None
    await_end(alive)


def test_a_driver_that_hangs_ends_even_if_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "hanging")
    memory = SharedMemory(64)
    code = f"import sys; sys.path[:] = {sys.path!r}; from {WORKER} import main; main()"
    order = {"memory": memory.key, "size": 64, "models": [{"size": 0, "inputs": [], "outputs": []}], "limit": 0.05}
    worker = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stderr=-1, pass_fds=memory.descriptors)
    memory.handed_over()
    with worker:
        assert worker.stdin is not None and worker.stderr is not None
        worker.stdin.write(json.dumps(order).encode() + b"\n")
        worker.stdin.flush()
        assert b"Timeout" in worker.stderr.read()
        assert worker.wait() == 1


def test_nor_does_one_that_hangs_in_a_call_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "hanging in the third call")
    memory = SharedMemory(64)
    code = f"import sys; sys.path[:] = {sys.path!r}; from {WORKER} import main; main()"
    content = load_model(MODEL).content
    models = [{"size": len(content), "inputs": [], "outputs": []}]
    order = {"memory": memory.key, "size": 64, "models": models, "limit": 60, "call_limit": 0.1}
    worker = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stderr=-1, pass_fds=memory.descriptors)
    memory.handed_over()
    with worker:
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(order).encode() + b"\n" + content + b"0\n" * 4)
        worker.stdin.flush()
        try:
            assert worker.wait(30) == -signal.SIGALRM
        finally:
            worker.kill()


@pytest.mark.parametrize(("executable", "told"), [("", "no Python"), ("/no/python", "no process can be started: ")])
def test_no_python_to_start(executable: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    before = what_there_is()
    with pytest.raises(GpuError, match=told):
        started("right", monkeypatch)
    assert what_there_is() == before


# --- what drivers print --------------------------------------------------------------------------------------------


def test_the_name_of_a_gpu() -> None:
    line = "Selected adapter: NVIDIA H200, arch=hopper, vendor=nvidia, backend=Vulkan, adapterType=Discrete GPU\n"
    assert gpu_name(line) == "NVIDIA H200 (Vulkan)"
    assert gpu_name("something else") == "a GPU that LiteRT does not name"


def test_trouble_that_nobody_explains_is_the_error_in_one_line() -> None:
    assert trouble("INFO: fine\n", "ERROR: [file.h:1]\n  └ broken " + "x" * 500).startswith(
        "ERROR: [file.h:1] └ broken x"
    )
    assert len(trouble("", "x" * 500)) == 200
    assert trouble("No adapters found", "") == "no adapter was found"


def test_what_the_cpu_cannot_run_on_noise_is_left_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    class Picky:
        """Takes no noise, as a model that looks up places in a table."""

        def __init__(self, content: bytes) -> None:
            self._interpreter = runtime().Interpreter(model_content=content)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._interpreter, name)

        def invoke(self) -> None:
            raise RuntimeError("gather index out of bounds")

    monkeypatch.setenv("GRAPHFLOW_FAKE_GPU", "right")
    with pytest.raises(GpuError, match="cannot be compared with the CPU, .* gather index out of bounds"):
        ModelOnGpu(load_model(MODEL).content, Picky, worker=WORKER)


def test_differences_are_parts_of_the_largest_number() -> None:
    none, some = numpy.empty((0, 4), numpy.float32), numpy.array([1, -4], numpy.float32)
    assert difference([none], [none]) == 0
    assert difference([none, some], [none, some + 1]) == 0.25
