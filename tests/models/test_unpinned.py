"""Files whose digest nobody has written down: fetched by their names, and held to the digest that they had then."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy
import pytest

from graphflow import MissingResource
from graphflow.models import manifest, store
from graphflow.models.manifest import Entry, Manifest, read_manifest
from graphflow.models.pull import missing, pull
from tests.models.file_server import Answer, FileServer, answer
from tests.onnx_files import Node, model

SHAPES = {"x": (1,)}, {"y": (1,)}
CONTENT = model([Node("Mul", ["x", "w"], ["y"])], *SHAPES, {"w": numpy.zeros(1, numpy.float32)})
OTHER = model([Node("Mul", ["x", "w"], ["y"])], *SHAPES, {"w": numpy.ones(1, numpy.float32)})
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def loose(server: FileServer) -> Manifest:
    """One file that is pinned and one that is not."""
    server.files |= {"loose.onnx": CONTENT, "pinned.onnx": CONTENT}
    models = {
        "loose.onnx": {"sources": [{"url": server.address("loose.onnx")}]},
        "pinned.onnx": {
            "sources": [{"url": server.address("pinned.onnx")}],
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


def test_other_bytes_of_the_same_address_are_refused(loose: Manifest, server: FileServer) -> None:
    pull(["loose.onnx"], known=loose)
    entry = loose["loose.onnx"]
    store.path_of(entry).unlink()
    server.files["loose.onnx"] = OTHER
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


def refused(loose: Manifest, cache: Path) -> str:
    """How it is told that nothing was fetched."""
    with pytest.raises(MissingResource) as caught:
        pull(["loose.onnx"], known=loose)
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    return str(caught.value)


PAGE = b"<!DOCTYPE html><html><body>Quota exceeded</body></html>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PAGE, "it is no whole ONNX file, but a web page"),
        (b"", "it is empty"),
        (b'{"error": "not found"}', "it is no whole ONNX file"),
        (CONTENT[:-1], "it is no whole ONNX file"),
        (CONTENT + b"\0", "it is no whole ONNX file"),
    ],
)
def test_what_is_no_model_is_not_taken_for_one(
    loose: Manifest, server: FileServer, cache: Path, content: bytes, reason: str
) -> None:
    server.files["loose.onnx"] = content
    address = server.address("loose.onnx")
    assert f"what {address} gave cannot be loose.onnx: {reason}\n" in refused(loose, cache)


CUT = b"%x\r\n%b\r\n" % (len(CONTENT), CONTENT)  # the last chunk, of no bytes, is missing


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(CONTENT[:-1], length=len(CONTENT)), f"gave {len(CONTENT) - 1} bytes instead of {len(CONTENT)}"),
        (answer(CUT, length=None, Transfer_Encoding="chunked"), "cannot be read: "),
        (answer(CONTENT, length=None), "does not say how long the file is"),
        (answer(CONTENT, Content_Encoding="gzip"), "gives the file as 'gzip', which was not asked for"),
        (answer(b"", 204, None), "answers with status 204 in place of a file"),
        (answer(CONTENT, 206), "answers with status 206 in place of a file"),
    ],
)
def test_an_answer_that_may_not_be_the_whole_file(
    loose: Manifest, server: FileServer, cache: Path, given: Answer, reason: str
) -> None:
    server.files["loose.onnx"] = given
    assert f"{server.address('loose.onnx')} {reason}" in refused(loose, cache)


def test_an_answer_in_chunks_is_whole_if_its_end_has_come(loose: Manifest, server: FileServer) -> None:
    server.files["loose.onnx"] = answer(CUT + b"0\r\n\r\n", length=None, Transfer_Encoding="chunked")
    told: list[tuple[str, int, int]] = []
    assert pull(["loose.onnx"], known=loose, progress=lambda *news: told.append(news)) == ["loose.onnx"]
    assert told[-1] == ("loose.onnx", len(CONTENT), 0)


def test_an_endless_answer_is_cut_off(
    loose: Manifest, server: FileServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphflow.models.download.LARGEST", 1000)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    server.files["loose.onnx"] = answer(10 * chunk, length=None, Transfer_Encoding="chunked")
    assert "more than 1,000 bytes" in refused(loose, cache)


def test_a_server_that_announces_too_much_is_not_listened_to(
    loose: Manifest, server: FileServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphflow.models.download.LARGEST", 10)
    assert f"announces {len(CONTENT)} bytes; more than 10 are not read" in refused(loose, cache)


def test_a_file_out_of_a_package_must_be_pinned() -> None:
    package = {"requirement": "a==1", "sha256": "0" * 64, "size": 9, "python_version": "3.12", "platform": "any"}
    fields = {"about": "a", "license": "MIT", "sources": [{"package": "a", "member": "a.onnx"}]}
    with pytest.raises(ValueError, match=r"a\.onnx comes out of a package, and so must have its sha256"):
        read_manifest({"packages": {"a": package}, "models": {"a.onnx": fields}})


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
