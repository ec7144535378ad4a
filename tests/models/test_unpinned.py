"""Files whose digest nobody has written down: fetched by their names, and held to the digest that they had then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from graphflow import MissingResource
from graphflow.models import manifest, pull, store
from graphflow.models.manifest import Entry, Manifest, read_manifest
from graphflow.models.pull import missing

CONTENT = b"weights" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def loose(tmp_path: Path) -> Manifest:
    """One file that is pinned and one that is not."""
    (tmp_path / "loose.onnx").write_bytes(CONTENT)
    (tmp_path / "pinned.onnx").write_bytes(CONTENT)
    models = {
        "loose.onnx": {"sources": [{"url": (tmp_path / "loose.onnx").as_uri()}]},
        "pinned.onnx": {
            "sources": [{"url": (tmp_path / "pinned.onnx").as_uri()}],
            "sha256": DIGEST,
            "size": len(CONTENT),
        },
    }
    about = {"about": "a network", "license": "MIT"}
    return read_manifest({"packages": {}, "models": {name: fields | about for name, fields in models.items()}})


def test_it_is_fetched_only_by_its_name(loose: Manifest) -> None:
    assert pull(known=loose) == ["pinned.onnx"]
    assert pull(["loose.onnx"], known=loose) == ["loose.onnx"]
    assert store.read(loose["loose.onnx"]) == CONTENT


def test_the_digest_that_it_had_counts_from_then_on(loose: Manifest) -> None:
    entry = loose["loose.onnx"]
    assert (store.digest_of(entry), store.is_right(entry, CONTENT)) == ("", False)
    pull(["loose.onnx"], known=loose)
    assert (store.digest_of(entry), store.is_right(entry, CONTENT)) == (DIGEST, True)
    assert not store.is_right(entry, CONTENT[:-1])


def test_other_bytes_of_the_same_address_are_refused(loose: Manifest, tmp_path: Path) -> None:
    pull(["loose.onnx"], known=loose)
    entry = loose["loose.onnx"]
    store.path_of(entry).unlink()
    (tmp_path / "loose.onnx").write_bytes(b"something else")
    with pytest.raises(
        MissingResource, match="not the file that was fetched before .*delete .*loose.onnx.sha256.* not "
    ):
        pull(["loose.onnx"], known=loose)
    assert store.read(entry) is None
    store.digest_path(entry).unlink()
    assert pull(["loose.onnx"], known=loose) == ["loose.onnx"]


def test_a_damaged_one_is_fetched_again(loose: Manifest) -> None:
    pull(["loose.onnx"], known=loose)
    store.path_of(loose["loose.onnx"]).write_bytes(b"cut")
    assert pull(["loose.onnx"], known=loose) == ["loose.onnx"]
    assert pull(["loose.onnx"], known=loose) == []


class Answer:
    """A server's, with a length that it announces."""

    def __init__(self, content: bytes, length: int | None) -> None:
        self.content = content
        self.headers = Message()
        if length is not None:
            self.headers["Content-Length"] = str(length)

    def read(self, count: int) -> bytes:
        part, self.content = self.content[:count], self.content[count:]
        return part


def answering(monkeypatch: pytest.MonkeyPatch, content: bytes, length: int | None) -> None:
    @contextmanager
    def urlopen(address: str, timeout: float) -> Iterator[Any]:
        yield Answer(content, length)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)


def test_a_connection_that_broke_leaves_nothing(loose: Manifest, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    answering(monkeypatch, CONTENT[:-1], len(CONTENT))
    with pytest.raises(MissingResource, match="gave 6,999 bytes instead of 7,000"):
        pull(["loose.onnx"], known=loose)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_a_server_that_does_not_say_how_long_it_is(loose: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, CONTENT, None)
    told: list[tuple[str, int, int]] = []
    assert pull(["loose.onnx"], known=loose, progress=lambda *news: told.append(news)) == ["loose.onnx"]
    assert told[-1] == ("loose.onnx", 7000, 0)


def test_an_endless_answer_is_cut_off(loose: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.models.download._LARGEST", 1000)
    answering(monkeypatch, b"x" * 10_000_000, None)
    with pytest.raises(MissingResource, match="more than 1,000 bytes"):
        pull(["loose.onnx"], known=loose)


def test_a_server_that_announces_too_much_is_not_listened_to(loose: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.models.download._LARGEST", 1000)
    answering(monkeypatch, CONTENT, len(CONTENT))
    with pytest.raises(MissingResource, match="announces 7,000 bytes; more than 1,000 are not read"):
        pull(["loose.onnx"], known=loose)


def test_a_file_without_its_digest_counts_as_damaged() -> None:
    entry: Entry = manifest()["2DFAN-4.onnx"]
    path = store.path_of(entry)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert missing([entry.name]) == [entry.name]
    with pytest.raises(MissingResource, match="damaged .*to fetch it again, run: graphflow models pull 2DFAN-4.onnx"):
        store.load_model(entry.name)


def test_once_fetched_it_is_a_model_like_any_other() -> None:
    entry = manifest()["2DFAN-4.onnx"]
    with pytest.raises(MissingResource, match="run: graphflow models pull 2DFAN-4.onnx"):
        store.load_model(entry.name)
    store.write(entry, CONTENT)
    assert missing([entry.name]) == []
    assert store.load_model(entry.name).content == CONTENT
