"""ModelBundle: models out of one file, in the order that was asked for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from graphflow import UnusableFile
from graphflow.calculators.inference.model_bundle import ModelBundle
from graphflow.testing import run_calculator


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "mine.task"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.tflite", "b.tflite", "c.tflite"):
            archive.writestr(name, name)
    return path


def test_the_models_that_are_asked_for(bundle: Path) -> None:
    models = ModelBundle(members=["c.tflite", "a.tflite"]).open(str(bundle)).model
    assert [model.content for model in models] == [b"c.tflite", b"a.tflite"]


def test_one_that_is_not_there_is_told(bundle: Path) -> None:
    with pytest.raises(UnusableFile, match=r"has no 'd\.tflite'"):
        run_calculator(ModelBundle, options={"members": ["d.tflite"]}, side_packets={"bundle": str(bundle)})


def test_another_kind_of_file_is_no_bundle() -> None:
    with pytest.raises(UnusableFile, match=r"'face_landmark\.tflite' is no bundle of models"):
        run_calculator(ModelBundle, options={"members": []}, side_packets={"bundle": "face_landmark.tflite"})


def test_it_tells_which_file_it_reads(bundle: Path) -> None:
    options = {"members": ["a.tflite"]}
    assert ModelBundle.resources(options, {"bundle": "face_landmarker.task"}) == ("face_landmarker.task",)
    assert ModelBundle.reads(options, {"bundle": "face_landmarker.task"}) == ()
    assert ModelBundle.reads(options, {"bundle": str(bundle)}) == (bundle,)
    assert ModelBundle.resources(options, {}) == ModelBundle.reads(options, {}) == ()
