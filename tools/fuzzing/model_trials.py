"""Damaged models, run as a user's own are; `tools/fuzz_models` is the command."""

from __future__ import annotations

import json
import os
import random
import resource
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy

from graphflow import MissingResource, Packet, UnusableFile
from graphflow.calculators.inference import model_trial
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.inference.onnx_inference import OnnxInference
from graphflow.models import load_model, manifest
from graphflow.testing import run_calculator
from tests.onnx_files import Node, model
from tools.fuzzing.forked_trial import ForkedTrial
from tools.fuzzing.model_mutants import mutant

MEMORY = 4 << 30
"""Bytes that a process may take while it runs mutants."""

Base = tuple[str, bytes, tuple[int, ...]]
"""The name, the content and the shape of the only input of a model that is right."""

_SIDES = {"face_detection_short_range.tflite": 128}
"""Of the square pictures that models take, where it is not 192 pixels."""


def bases() -> list[Base]:
    """The manifest's models that are on this machine, and a small one in the ONNX format."""
    found: list[Base] = [("small.onnx", _small_onnx(), (1, 3, 16, 16))]
    for name in manifest():
        if name.endswith(".tflite"):
            try:
                content = load_model(name).content
            except MissingResource:
                continue
            side = _SIDES.get(name, 192)
            found.append((name, content, (1, side, side, 3)))
    return found


def outcomes(seed: int, numbers: Iterable[int], of: Sequence[Base] = (), forked: bool = True) -> Iterator[str]:
    """For each mutant its number, what became of it (ran, refused, failed, swelled, died), and the words.

    Args:
        seed: What all follows from.
        numbers: Of the mutants.
        of: Models that are right; `bases` unless given.
        forked: Whether trials run in forks of this process, not in processes of their own.
    """
    of = of or bases()
    if forked:
        setattr(model_trial, "WorkerProcess", ForkedTrial)  # noqa: B010 - it is another class
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            rng = random.Random(f"{seed}/{number}")
            name, content, shape = rng.choice(of)
            path = Path(folder, f"mutant{number}{Path(name).suffix}")
            path.write_bytes(mutant(content, rng))
            kind, text = _in_a_fork(path, shape) if forked else outcome(path, shape)
            path.unlink()
            if (
                resource.getrusage(resource.RUSAGE_CHILDREN if forked else resource.RUSAGE_SELF).ru_maxrss * 1024
                > MEMORY
            ):
                kind = "swelled"
            yield f"{number} {kind} {' '.join(f'{name}: {text}'.split())}"


def _in_a_fork(path: Path, shape: tuple[int, ...]) -> tuple[str, str]:
    """The same in a process that has run no other mutant: one may leave harm behind that ends the next."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(writing, json.dumps(outcome(path, shape)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        answer = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        return "died", f"status {status}"
    kind, text = json.loads(answer)
    return kind, text


def outcome(path: Path, shape: tuple[int, ...]) -> tuple[str, str]:
    """What becomes of a file that a node runs on noise, and the words."""
    picture = numpy.random.default_rng(0).uniform(-1, 1, shape).astype(numpy.float32)
    inputs: dict[str, Any] = {"tensors": [Packet([picture], 0)]}
    calculator = OnnxInference if path.suffix == ".onnx" else Inference
    try:
        run_calculator(calculator, inputs=inputs, options={"model_path": str(path)})
    except (UnusableFile, ValueError) as error:
        return ("refused" if path.name in str(error) else "failed"), str(error)
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"
    return "ran", ""


def _small_onnx() -> bytes:
    weight = numpy.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(numpy.float32)
    nodes = [
        Node("Conv", ["x", "w"], ["c"], {"pads": [1, 1, 1, 1]}),
        Node("Relu", ["c"], ["r"]),
        Node("ReduceMean", ["r"], ["y"], {"axes": [2, 3], "keepdims": 0}),
    ]
    return model(nodes, {"x": (1, 3, 16, 16)}, {"y": (1, 4)}, {"w": weight})
