"""``graphflow models``, and what ``run`` does where a model is missing. Nothing here uses the network."""

from __future__ import annotations

import hashlib
import json
import zipfile
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


def test_show_tells_the_digest_and_the_models_of_a_bundle(graphflow: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.tflite", b"x" * 1234)
    ended = graphflow("models", "show", str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [line.split(maxsplit=1) for line in ended.out.splitlines()]
    assert lines == [
        ["SHA-256", digest],
        ["size", f"{path.stat().st_size:,} bytes"],
        [f"{path}#a.tflite", "1,234 bytes"],
    ]


def test_show_tells_what_the_manifest_knows(graphflow: Command) -> None:
    assert graphflow("models", "show", FACE).err == (
        f"error: '{FACE}' is missing\n   = help: graphflow models pull {FACE}\n"
    )
    store.write(manifest()["3DFAN-4.onnx"], b"weights")
    out = graphflow("models", "show", "3DFAN-4.onnx").out
    assert "licence  BSD-3-Clause\n" in out and "source   https://" in out


def test_verify_tells_what_is_wrong_and_how_to_mend_it(graphflow: Command) -> None:
    put(FACE, b"cut off")
    ended = graphflow("models", "verify", FACE, "portrait.png")
    assert ended.out == f"{FACE}: damaged\nportrait.png: missing\n"
    assert "2 of 2 files are missing, damaged or unreadable" in ended.err
    assert f"graphflow models pull {FACE} portrait.png" in ended.err
    assert ended.status == 3


def test_what_this_user_may_not_read_is_not_called_damaged(graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    put(FACE, b"of another user")
    read = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == FACE:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert graphflow("models", "verify", FACE).out == f"{FACE}: unreadable\n"
    for command in (("models", "pull", FACE), ("run", "face_mesh_desktop", "--input", "sample", "--output", "none")):
        ended = graphflow(*command)
        assert ended.status == 3
        assert f"model '{FACE}' may not be read by this user" in ended.err and "chmod -R a+rX" in ended.err


def test_pull_without_the_network_tells_what_to_do(graphflow: Command) -> None:
    ended = graphflow("models", "pull", FACE)
    assert ended.status == 3
    assert f"graphflow models pull {FACE}" in ended.err


def test_a_name_that_does_not_exist(graphflow: Command) -> None:
    ended = graphflow("models", "pull", "face_landmarks.tflite")
    assert (ended.status, ended.err) == (
        2, f"error: there is no file 'face_landmarks.tflite'\n   = help: did you mean '{FACE}'?\n"
    )  # fmt: skip


def test_what_is_not_pinned_is_listed_so_and_is_not_verified_before_it_is_here(graphflow: Command) -> None:
    (line,) = (line for line in graphflow("models", "list").out.splitlines() if line.startswith("3DFAN-4.onnx"))
    assert "missing" in line and line.endswith("(not pinned: fetched only by its name)")
    (row,) = (
        row for row in json.loads(graphflow("models", "list", "--json").out)["models"] if row["name"] == "3DFAN-4.onnx"
    )
    assert (row["sha256"], row["size"]) == (None, None)
    assert "onnx" not in graphflow("models", "verify").out
    store.write(manifest()["3DFAN-4.onnx"], b"weights")
    assert "3DFAN-4.onnx: fine\n" in graphflow("models", "verify").out
    put("3DFAN-4.onnx", b"weighty")
    assert "3DFAN-4.onnx: damaged\n" in graphflow("models", "verify").out


def test_pull_tells_the_digest_of_what_is_not_pinned(graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAPHFLOW_OFFLINE")
    monkeypatch.setattr("graphflow.models.download.url", lambda *_: b"weights")
    ended = graphflow("models", "pull", "depth_estimation.onnx")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert (ended.status, ended.out) == (
        0,
        "depth_estimation.onnx: fetched\n"
        f"   = note: the manifest does not pin it; its SHA-256, which counts from now on, is {digest}\n",
    )


def test_run_does_not_fetch_what_is_not_pinned(graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAPHFLOW_OFFLINE")
    monkeypatch.setattr("graphflow.models.download.url", None)
    monkeypatch.setattr("graphflow.models.download.wheel", None)
    run = ("run", "face_alignment_desktop", "--input", "sample", "--output", "out.mp4")
    ended = graphflow(*run)
    assert (ended.status, ended.err) == (
        3,
        "error: '2DFAN-4.onnx' is not on this machine, and what the manifest does not pin is fetched only when it is "
        "asked for by name\n"
        "   = help: graphflow models pull 2DFAN-4.onnx; or set the options that name the models to files of your own\n",
    )
    ended = graphflow(*run, "--side", "with_depth=true")
    assert "'3DFAN-4.onnx', 'depth_estimation.onnx' are not on this machine" in ended.err


def test_run_asks_for_the_models_of_its_graph_before_it_begins(graphflow: Command, tmp_path: Path) -> None:
    ended = graphflow("run", "face_mesh_desktop", "--input", "sample", "--output", str(tmp_path / "out.mp4"))
    assert ended.status == 3
    for name in ("face_detection_short_range.tflite", FACE, "portrait.png"):
        assert f"'{name}'" in ended.err
    assert not (tmp_path / "out.mp4").exists()
