from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from graphflow import Graph, MissingResource, UnusableFile
from graphflow.models import load_model, manifest, store
from graphflow.models.manifest import Manifest, read_manifest
from graphflow.models.needed import needed
from tests.models.conftest import CONTENT

FACE = "face_landmark.tflite"


@pytest.fixture
def loose() -> Manifest:
    """A file that is not pinned."""
    fields = {"about": "a network", "license": "MIT", "sources": []}
    return read_manifest({"packages": {}, "models": {"loose.onnx": fields}})


def test_a_model_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(MissingResource) as caught:
        load_model(FACE)
    assert str(caught.value) == (
        f"model '{FACE}' is not on this machine; to fetch it, run: graphflow models pull {FACE}"
    )


def test_a_damaged_model_says_how_to_mend_it() -> None:
    entry = manifest()[FACE]
    path = store.path_of(entry)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * entry.size)
    with pytest.raises(
        MissingResource, match=r"(?s)is damaged .*its SHA-256 is .*run: graphflow models pull face_landmark"
    ):
        load_model(FACE)


def test_a_file_of_your_own_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.tflite"
    path.write_bytes(b"mine")
    model = load_model(str(path))
    assert (model.content, model.outputs) == (b"mine", ())
    assert "mine" in repr(model) and "content" not in repr(model)


@pytest.mark.parametrize("name", ["a.tflite", "a.onnx", "a.task#part", "a.bin"])
@pytest.mark.parametrize(
    ("content", "what"), [(b"", "empty"), (b"\n<!DOCTYPE html>", "a web page: fetch the file itself")]
)
def test_what_came_in_the_place_of_a_model_is_told(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    (tmp_path / name.partition("#")[0]).write_bytes(content)
    with pytest.raises(UnusableFile, match=rf"the model '.*{name.partition('#')[0]}' is {what}$"):
        load_model(str(tmp_path / name))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tflite")
    (tmp_path / "folder.tflite").mkdir()
    for name in (str(tmp_path / "pipe.tflite"), "/dev/zero"):  # nobody writes into the one, the other never ends
        with pytest.raises(UnusableFile, match=f"the model '{name}' cannot be read: it is not an ordinary file"):
            load_model(name)
    with pytest.raises(UnusableFile, match=r"the model '.*folder\.tflite' cannot be read: "):
        load_model(str(tmp_path / "folder.tflite"))
    with pytest.raises(MissingResource, match="there is no model"):
        load_model("a\0b.tflite")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.tflite"
    path.touch()
    os.truncate(path, 10_000_000_000)  # it takes no room
    with pytest.raises(UnusableFile, match=r"large\.tflite' has 10,000,000,000 bytes; more than 2,000,000,000 are not"):
        load_model(str(path))


def test_a_name_that_is_no_model_says_which_was_meant_or_where_they_are_listed() -> None:
    with pytest.raises(MissingResource, match=f"no model 'face_landmarks.tflite'.*did you mean '{FACE}'"):
        load_model("face_landmarks.tflite")
    with pytest.raises(MissingResource, match="no model 'x.tflite': .*'graphflow models list' shows"):
        load_model("x.tflite")


def test_a_file_gets_its_name_when_it_is_whole(known: Manifest, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    def full(source: Any, target: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(MissingResource, match="No space left on device.*GRAPHFLOW_CACHE"):
        store.write(known["one.tflite"], CONTENT["one.tflite"])
    assert [path for path in cache.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_the_umask_says_who_may_read_the_cache(loose: Manifest, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        path = store.write(loose["loose.onnx"], b"weights")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode
    assert store.digest_path(loose["loose.onnx"]).stat().st_mode & 0o777 == mode


def test_two_that_fetch_the_same_at_once_leave_one_right_file(known: Manifest, cache: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: store.write(known["one.tflite"], CONTENT["one.tflite"]), range(64)))
    assert [path for path in cache.rglob("*") if path.is_file()] == list(paths)
    assert store.read(known["one.tflite"]) == CONTENT["one.tflite"]


def test_other_bytes_under_the_same_name_lie_elsewhere(known: Manifest) -> None:
    store.write(known["one.tflite"], CONTENT["one.tflite"])
    assert store.path_of(known["one.tflite"]).parent != store.path_of(known["two.tflite"]).parent


def test_a_cache_that_cannot_be_read(known: Manifest) -> None:
    path = store.path_of(known["one.tflite"])
    path.mkdir(parents=True)
    with pytest.raises(MissingResource, match="cannot be read from .*run: graphflow models pull one.tflite"):
        store.read(known["one.tflite"])


@pytest.mark.parametrize(
    ("platform", "variables", "end"),
    [
        ("linux", {"HOME": "/home/me"}, "/home/me/.cache/graphflow/models"),
        ("linux", {"HOME": "/home/me", "XDG_CACHE_HOME": "/fast"}, "/fast/graphflow/models"),
        ("darwin", {"HOME": "/Users/me"}, "/Users/me/Library/Caches/graphflow/models"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/graphflow/Cache/models"),
        ("linux", {"GRAPHFLOW_CACHE": "/mine", "XDG_CACHE_HOME": "/fast"}, "/mine/models"),
    ],
)
def test_where_the_cache_is(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], end: str
) -> None:
    for name in ("GRAPHFLOW_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert store.cache_folder().as_posix() == end


def test_every_file_of_the_manifest_has_a_licence_and_all_but_fan_are_pinned() -> None:
    for name, entry in manifest().items():
        assert entry.license and entry.sources, name
        assert bool(entry.outputs) == (name.endswith(".tflite") and not entry.optional), name
        assert entry.pinned == (not name.endswith(".onnx")), "what can be pinned is"
        assert {len(digest) for digest in entry.digests} == ({64} if entry.pinned else set()), name
        assert entry.optional or (entry.size > 0) == entry.pinned, name
    assert manifest()["portrait.png"].size == 791_555


def test_what_a_graph_needs_is_known_before_it_runs() -> None:
    from graphflow.bundled import bundled_graphs

    live = Graph.load(bundled_graphs() / "face_mesh_desktop_live.yaml").plan
    models = ["face_detection_short_range.tflite", FACE]
    assert sorted(needed(live, {})) == models
    assert sorted(needed(live, {"input": "sample"})) == [*models, "portrait.png"]
    assert needed(Graph.load(bundled_graphs() / "loop_back.yaml").plan, {}) == []


def test_a_home_that_nobody_has_is_no_place_for_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.CACHE, "~no-such-user/x")
    with pytest.raises(MissingResource, match="GRAPHFLOW_CACHE is '~no-such-user/x', and nobody knows that home"):
        store.cache_folder()


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user without a home, as in a container that is run as a user whom it does not know; the folder in its place."""
    for variable in (store.CACHE, "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    store._homeless_folder.cache_clear()
    return tmp_path / f"graphflow-{os.getuid()}"


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other platforms have other places")


@LINUX
def test_a_user_without_a_home_has_a_folder_of_its_own_and_is_told_once(
    homeless: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert store.cache_folder() == store.cache_folder() == homeless / "models"
    assert homeless.stat().st_mode & 0o777 == 0o700
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["this user has no home folder"]


@LINUX
@pytest.mark.parametrize("whose", ["a link", "for everybody", "a file"])
def test_what_others_have_put_in_its_place_is_not_used(homeless: Path, tmp_path: Path, whose: str) -> None:
    if whose == "a link":
        (tmp_path / "elsewhere").mkdir()
        homeless.symlink_to(tmp_path / "elsewhere")
    elif whose == "a file":
        homeless.touch()
    else:
        homeless.mkdir()
        homeless.chmod(0o777)
    with pytest.raises(MissingResource, match="this user has no home folder.*GRAPHFLOW_CACHE"):
        store.cache_folder()
