"""``graphflow models``, and what ``run`` does where a model is missing. Nothing here uses the network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphflow.models import manifest, store
from tests.cli.conftest import Command

FACE = "face_landmark.tflite"


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GRAPHFLOW_OFFLINE", "1")


def put(name: str, content: bytes) -> None:
    path = store.path_of(manifest()[name])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_the_list_tells_which_files_are_here(graphflow: Command) -> None:
    put(FACE, b"cut off")
    ended = graphflow("models", "list")
    states = {line.split()[0]: line for line in ended.out.splitlines()}
    assert set(states) == set(manifest())
    assert "damaged" in states[FACE] and "1.2 MB" in states[FACE] and "Apache-2.0" in states[FACE]
    assert "missing" in states["portrait.png"]


def test_the_list_as_json(graphflow: Command) -> None:
    rows = json.loads(graphflow("models", "list", "--json").out)["models"]
    assert [row["name"] for row in rows] == list(manifest())
    assert {row["state"] for row in rows} == {"missing"}


def test_verify_tells_what_is_wrong_and_how_to_mend_it(graphflow: Command) -> None:
    put(FACE, b"cut off")
    ended = graphflow("models", "verify", FACE, "portrait.png")
    assert ended.out == f"{FACE}: damaged\nportrait.png: missing\n"
    assert "2 of 2 files are missing or damaged" in ended.err
    assert f"graphflow models pull {FACE} portrait.png" in ended.err
    assert ended.status == 3


def test_pull_without_the_network_tells_what_to_do(graphflow: Command) -> None:
    ended = graphflow("models", "pull", FACE)
    assert ended.status == 3
    assert f"graphflow models pull {FACE}" in ended.err


def test_a_name_that_does_not_exist(graphflow: Command) -> None:
    ended = graphflow("models", "pull", "face_landmarks.tflite")
    assert (ended.status, ended.err) == (
        2, f"error: there is no file 'face_landmarks.tflite'\n   = help: did you mean '{FACE}'?\n"
    )  # fmt: skip


def test_run_asks_for_the_models_of_its_graph_before_it_begins(graphflow: Command, tmp_path: Path) -> None:
    ended = graphflow("run", "face_mesh_desktop", "--input", "sample", "--output", str(tmp_path / "out.mp4"))
    assert ended.status == 3
    for name in ("face_detection_short_range.tflite", FACE, "portrait.png"):
        assert f"'{name}'" in ended.err
    assert not (tmp_path / "out.mp4").exists()
