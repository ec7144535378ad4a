from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphflow.calculators.inference.model_loader import ModelLoader
from graphflow.models import load_model
from graphflow.testing import run_calculator

FACE = "face_landmark.tflite"
ATTENTION = "face_landmark_with_attention.tflite"
FILES = {"files": [FACE, ATTENTION]}


@pytest.mark.parametrize(("select", "name"), [(0, FACE), (1, ATTENTION), (False, FACE), (True, ATTENTION)])
def test_a_model_is_chosen_by_its_place_or_by_yes_and_no(select: Any, name: str) -> None:
    assert ModelLoader.resources(FILES, {"select": select}) == (name,)
    result = run_calculator(ModelLoader, side_packets={"select": select}, options=FILES)
    assert result.side_packets["model"] == load_model(name)


def test_as_long_as_nothing_is_chosen_no_file_is_needed() -> None:
    assert ModelLoader.resources(FILES, {}) == ()


@pytest.mark.parametrize("select", [-1, 2])
def test_a_model_that_is_not_in_the_list(select: int) -> None:
    assert ModelLoader.resources(FILES, {"select": select}) == ()
    with pytest.raises(ValueError, match=f"model {select} is selected, but the models are numbered 0 to 1"):
        run_calculator(ModelLoader, side_packets={"select": select}, options=FILES)


def test_files_of_the_users_own_are_read() -> None:
    options = {"files": [FACE, "own.tflite"]}
    assert ModelLoader.reads(options, {"select": 1}) == (Path("own.tflite"),)
    assert ModelLoader.reads(options, {"select": 0}) == ()
