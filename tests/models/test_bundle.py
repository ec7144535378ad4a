"""Bundles of MediaPipe Tasks: what is read out of them, and what is refused."""

from __future__ import annotations

import hashlib
import io
import random
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.models import bundle as bundles
from graphflow.models import is_pinned, load_model, own_files
from graphflow.models.bundle import Bundle
from graphflow.models.kinds import parts_of
from graphflow.models.manifest import manifest, read_manifest

CONTENT = b"weights" * 50


def packed(write: Callable[[zipfile.ZipFile], object], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        write(archive)
    return file.getvalue()


def one(name: str = "a.tflite", content: bytes = CONTENT, way: int = zipfile.ZIP_DEFLATED) -> bytes:
    return packed(lambda archive: archive.writestr(undated(name, way), content), way)


def undated(name: str, way: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = way
    return info


def twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("a.tflite", CONTENT)
    archive.writestr("a.tflite", b"other")


def link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("a.tflite")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def encrypted() -> bytes:
    """As if: the mark is set in both places."""
    content = bytearray(one())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def with_size(size: int) -> bytes:
    """A member whose directory says that it is so large."""
    content = bytearray(one())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = size.to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_model_is_read_out_of_a_bundle(tmp_path: Path, way: int) -> None:
    path = tmp_path / "mine.task"
    path.write_bytes(one(way=way))
    model = load_model(f"{path}#a.tflite")
    assert (model.name, model.content, model.outputs) == (f"{path}#a.tflite", CONTENT, ())
    assert model.bundle == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not is_pinned(model)


def test_a_name_is_parted_at_its_bundle_only() -> None:
    assert parts_of("a.task#b.tflite") == ("a.task", "b.tflite")
    assert parts_of("a#b.tflite") == ("a#b.tflite", ""), "a file may be called so"
    assert parts_of("a.task") == ("a.task", "")
    assert parts_of("a.task#b.task#c") == ("a.task", "b.task#c")
    assert own_files("folder/a.task#b.tflite") == (Path("folder/a.task"),)
    assert own_files("face_landmarker.task#face_detector.tflite") == ()


@pytest.mark.parametrize(
    ("content", "member", "said"),
    [
        (one(), "b.onnx", "has no 'b.onnx'; it has 'a.tflite'"),
        (one(), "b.tflite", "has no 'b.tflite'; did you mean 'a.tflite'?"),
        (one(), "", "must be named, as in FILE.task#MODEL; it has 'a.tflite'"),
        (packed(lambda _: None), "a", "has no 'a'; it has nothing"),
        (one("models/a.tflite"), "models/a.tflite", "'models/a.tflite' is not read from .*lie in no folders"),
        (one("../a.tflite"), "../a.tflite", "lie in no folders"),
        (one("..\\a.tflite"), "..\\a.tflite", "lie in no folders"),
        (one("b.task", one()), "b.task", "is a bundle in a bundle, which is not read: take it out"),
        (one("b.task", one()), "b.task#a.tflite", "is a bundle in a bundle"),
        (one(content=one()), "a.tflite", "is a bundle in a bundle"),
        (packed(twice), "a.tflite", "has 2 members 'a.tflite', and nobody knows which"),
        (packed(link), "a.tflite", "is a link, which is not followed"),
        (encrypted(), "a.tflite", "is encrypted"),
        (one(way=zipfile.ZIP_BZIP2), "a.tflite", "only stored and deflated members are read"),
        (one(content=bytes(10_000_000)), "a.tflite", r"has 10,000,000 bytes out of [\d,]+: no model"),
        (with_size(2_500_000_000), "a.tflite", "has 2,500,000,000 bytes; more than 2,000,000,000 are not read"),
        (with_size(351), "a.tflite", "is damaged: "),
        (with_size(349), "a.tflite", "is damaged: "),
        (one()[:-30], "a.tflite", "is no whole archive: "),
        (b"TFL3" * 10, "a.tflite", "is no whole archive: "),
    ],
)
def test_what_is_not_read_says_why_and_which_bundle_it_is(content: bytes, member: str, said: str) -> None:
    with pytest.raises(UnusableFile, match=rf"(?s)mine\.task.*SHA-256 {hashlib.sha256(content).hexdigest()}"):
        Bundle("mine.task", content).read(member)
    with pytest.raises(UnusableFile, match=said):
        Bundle("mine.task", content).read(member)


def test_a_name_that_goes_on_behind_a_zero() -> None:
    content = one("a.tflite-b").replace(b"a.tflite-b", b"a.tflite\0b")
    with pytest.raises(UnusableFile, match="goes on behind a zero"):
        Bundle("mine.task", content).read("a.tflite")


def test_a_member_without_a_name_harms_nobody() -> None:
    content = packed(lambda archive: [archive.writestr(undated(name), CONTENT) for name in ("a.tflite", "b")])
    at = content.rindex(b"PK\x01\x02")
    nameless = bytearray(content)
    nameless[at + 28 : at + 32] = b"\0\0\1\0"  # no name, and one byte of something else in its place
    with pytest.raises(UnusableFile):
        Bundle("mine.task", bytes(nameless)).read("b")
    assert Bundle("mine.task", bytes(nameless)).read("a.tflite") == CONTENT


def test_members_are_counted_before_the_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(UnusableFile, match="has more than 1,000 members"):
        Bundle("mine.task", b"PK\x01\x02" * 1001)


def test_no_more_is_unpacked_than_a_member_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_RATIO", 10**9)
    content = bytearray(one(content=bytes(5_000_000)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (100).to_bytes(4, "little")
    asked: list[int] = []
    read = zipfile.ZipExtFile.read

    def watched(file: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        asked.append(n or -1)
        return read(file, n)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", watched)
    with pytest.raises(UnusableFile, match="is damaged"):
        Bundle("mine.task", bytes(content)).read("a.tflite")
    assert asked == [101]


def test_damage_anywhere_is_a_refusal_or_harmless() -> None:
    chance = random.Random(10)
    whole = packed(lambda archive: [archive.writestr(undated(name), CONTENT) for name in ("a.tflite", "b.tflite")])
    for _ in range(1500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            assert Bundle("mine.task", bytes(content)).read("a.tflite") == CONTENT
        except UnusableFile:
            pass


def test_a_bundle_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(MissingResource, match=r"run: graphflow models pull face_landmarker\.task$"):
        load_model("face_landmarker.task#face_detector.tflite")


def test_the_manifest_gives_outputs_for_each_member() -> None:
    members = {"a.tflite": ["x", "y"]}
    fields = {"about": "", "license": "MIT", "sources": [], "members": members, "sha256": "0" * 64}
    entry = read_manifest({"packages": {}, "models": {"a.task": fields}})["a.task"]
    assert entry.members == {"a.tflite": ("x", "y")}
    for name, known in manifest().items():
        assert bool(known.members) == name.endswith(".task")
