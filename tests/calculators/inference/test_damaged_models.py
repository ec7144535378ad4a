"""Damaged models run, or are refused in words that name the file; `tools/fuzz_models` does it by the thousand."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from graphflow.models import load_model
from tests.tflite_files import RELU, TensorOf, model
from tools.fuzzing.model_mutants import mutant

ROOT = Path(__file__).resolve().parents[3]
ATTENTION = "face_landmark_with_attention.tflite"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the campaign is one for Linux")


def small() -> bytes:
    tensor = TensorOf("uint8", (1, 4), [0.5], [100])
    return model(RELU, [tensor], tensor)


def test_a_mutant_follows_from_its_seed() -> None:
    content = load_model(ATTENTION).content
    assert mutant(content, random.Random(3)) == mutant(content, random.Random(3)) != content


@pytest.mark.slow
@pytest.mark.parametrize(("name", "shape"), [("small.tflite", (1, 4)), (ATTENTION, (1, 192, 192, 3))])
def test_damaged_models_run_or_are_refused(name: str, shape: tuple[int, ...]) -> None:
    pytest.importorskip("onnxruntime")
    from tools.fuzzing.model_trials import outcomes

    content = load_model(name).content if name == ATTENTION else small()
    found = [line.split()[1] for line in outcomes(7, range(2), [(name, content, shape)], forked=False)]
    assert len(found) == 2 and set(found) <= {"ran", "refused"}


def test_what_is_done_to_files_changes_them() -> None:
    content = bytes(range(256)) * 1024
    changed = [mutant(content, random.Random(number)) for number in range(64)]
    assert numpy.mean([one != content for one in changed]) > 0.8
    assert len({len(one) for one in changed}) > 4, "some are cut off"


@pytest.mark.slow
def test_the_command_counts_what_became_of_mutants() -> None:
    pytest.importorskip("onnxruntime")
    command = [sys.executable, "tools/fuzz_models", "--mutants", "1", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.stdout in ("1 ran\n", "1 refused\n") and done.returncode == 0, done.stderr
