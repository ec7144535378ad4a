"""A model that nobody has vouched for is tried in a process of its own before the graph's loads it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphflow import UnusableFile
from graphflow.calculators.inference import model_trial
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.litert import LiteRt
from graphflow.calculators.inference.model_trial import try_litert, try_onnx
from graphflow.models import Model, is_pinned, load_model
from graphflow.testing import run_calculator

FAKE = "tests.calculators.inference.fake_trial"
PINNED = "face_detection_short_range.tflite"
WAY = LiteRt(1, "xnnpack")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")


def own(name: str) -> Model:
    """A model whose digest nobody knows, and which is right."""
    content = bytearray(load_model(PINNED).content)
    content[len(content) // 2] ^= 1  # of a weight
    return Model(name, bytes(content) + name.encode())  # nobody reads the end


def refused(model: Model, **how: Any) -> str:
    with pytest.raises(UnusableFile) as caught:
        try_litert(model, WAY, **how)
    return str(caught.value)


def test_a_model_that_crashes_is_an_error_that_names_it() -> None:
    assert refused(own("crashes.tflite"), worker=FAKE) == (
        "crashes.tflite crashes LiteRT: the process that tried it has died (SIGSEGV); the file is damaged, or made to "
        "do that, so take another copy of it"
    )


def test_so_is_one_that_ends_the_process() -> None:
    assert "ends.tflite crashes LiteRT: the process that tried it has ended (status 1): no such function;" in refused(
        own("ends.tflite"), worker=FAKE
    )


@pytest.mark.parametrize(("own_number", "number"), [(None, 1), ("3", 3)])
def test_linear_algebra_has_one_thread_there(
    own_number: str | None, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if own_number:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", own_number)
    assert f"has ended (status 1): {number} threads;" in refused(own("counts.tflite"), worker=FAKE)


def test_one_that_hangs_is_given_up() -> None:
    assert refused(own("hangs.tflite"), worker=FAKE, limit=0.1) == (
        "hangs.tflite has not run once within 0.1 s, in the process that tried it: the file is damaged, or much too "
        "large"
    )


def test_what_cannot_be_loaded_is_told_as_the_calculator_would() -> None:
    assert refused(Model("text.tflite", b"not a model")).startswith("text.tflite is no model that LiteRT can run: ")
    with pytest.raises(UnusableFile, match=r"text\.onnx is no model that ONNX Runtime can run: "):
        try_onnx(Model("text.onnx", b"not a model"), 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process takes")
def test_a_model_that_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_trial, "MEMORY", 1 << 28)
    assert refused(Model("swells.tflite", b""), worker=FAKE) == (
        "swells.tflite takes more than 0.3 GB of memory: the file is damaged, or much too large"
    )


def test_it_is_tried_once_while_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    process = model_trial.WorkerProcess

    def counted(worker: str, *more: Any, **further: Any) -> Any:
        started.append(worker)
        return process(worker, *more, **further)

    monkeypatch.setattr(model_trial, "WorkerProcess", counted)
    for _ in range(2):
        run_calculator(Inference, inputs={"tensors": []}, side_packets={"model": own("mine.tflite")})
    assert started == [model_trial.WORKER]
    run_calculator(Inference, inputs={"tensors": []}, options={"model_path": PINNED})
    assert started == [model_trial.WORKER], "somebody has looked at those of the manifest"
    assert is_pinned(load_model(PINNED)) and not is_pinned(own("mine.tflite"))


def test_a_program_that_cannot_start_processes_says_that_it_does_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    try_litert(own("frozen.tflite"), WAY)
    (said,) = (record.getMessage() for record in caplog.records)
    assert re.match(r"frozen\.tflite is not tried in a process of its own before it runs here: ", said)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends later")
def test_a_trial_ends_with_the_program_that_waits_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = (
        "from graphflow.calculators.inference.litert import LiteRt\n"
        "from graphflow.calculators.inference.model_trial import try_litert\n"
        "from graphflow.models import Model\n"
        f"try_litert(Model('hangs', b'x'), LiteRt(1, 'none'), worker={FAKE!r})\n"
    )
    places = os.pathsep.join(filter(None, sys.path))
    environment = os.environ | {"GRAPHFLOW_TEST_PIPE": str(pipe), "PYTHONPATH": places}
    waiting = subprocess.Popen([sys.executable, "-c", program], env=environment)
    with waiting, pipe.open("rb", buffering=0) as trial:
        assert trial.read(5) == b"tried"
        waiting.send_signal(signal.SIGKILL)
        assert trial.read() == b"", "the last one who has the pipe is gone"
