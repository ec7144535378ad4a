from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import GraphflowError, MissingResource, UnusableFile
from graphflow.calculators.sources.source_name import Device, Files, Stream, find_source, redacted, refuse_playlist


@pytest.mark.parametrize("source", [0, "0", " 0 ", "00"])
def test_a_number_is_a_camera(source: int | str) -> None:
    assert find_source(source) == Device("camera 0", 0)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://cam/stream", "rtsp://cam/stream"),
        ("rtsp://me:s3cret@cam:554/stream", "rtsp://cam:554/stream"),
        ("https://host/a.mp4?token=s3cret", "https://host/a.mp4?..."),
        ("http://me:s3cret@[::1]:80/", "http://[::1]:80/"),
        ("http://s3cret:x@host:port/", "http://..."),
    ],
)
def test_urls_are_named_without_what_is_secret(url: str, shown: str) -> None:
    assert find_source(url) == Stream(shown, url)
    assert redacted(url) == shown


@pytest.mark.parametrize("url", ["file:///etc/passwd", "concat://a|b", "ftp://me:s3cret@host/x", "gopher://s3cret@h/"])
def test_other_urls_are_refused_without_telling_secrets(url: str) -> None:
    with pytest.raises(UnusableFile, match="URLs may begin with rtsp, rtsps, http, https") as refused:
        find_source(url)
    assert "s3cret" not in str(refused.value)


def test_a_folder_is_its_pictures_as_people_sort_them(tmp_path: Path) -> None:
    for name in ("f10.png", "f2.PNG", "f1.jpg", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "deep.png").mkdir()
    found = find_source(str(tmp_path))
    assert isinstance(found, Files)
    assert [path.name for path in found.paths] == ["f1.jpg", "f2.PNG", "f10.png"]
    assert found.several


def test_a_pattern_is_the_files_that_match(tmp_path: Path) -> None:
    for name in ("b.png", "a.png", "c.jpg"):
        (tmp_path / name).touch()
    found = find_source(str(tmp_path / "*.png"))
    assert isinstance(found, Files)
    assert [path.name for path in found.paths] == ["a.png", "b.png"]


def test_a_file_may_have_the_signs_of_a_pattern_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "clip[1].mp4").touch()
    assert find_source(str(tmp_path / "clip[1].mp4")) == Files(
        str(tmp_path / "clip[1].mp4"), (tmp_path / "clip[1].mp4",)
    )


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("clpi.mp4", MissingResource, r"there is no file '.*clpi.mp4'; did you mean '.*clip.mp4'\?"),
        ("no/clip.mp4", MissingResource, "there is no folder"),
        ("*.mkv", MissingResource, "no file matches"),
        ("empty", MissingResource, r"there are no pictures in the folder .*\(.png"),
    ],
)
def test_what_is_not_there_is_said(tmp_path: Path, name: str, error: type[GraphflowError], message: str) -> None:
    (tmp_path / "clip.mp4").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(error, match=message):
        find_source(str(tmp_path / name))


@pytest.mark.parametrize(("source", "message"), [("", "the input is empty"), ("/dev/null", "is no file")])
def test_what_cannot_be_read_is_refused(source: str, message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        find_source(source)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nother.mp4\n",
        b"\xef\xbb\xbf#EXTM3U\nother.mp4\n",
        b"\n\n#EXTM3U\nother.mp4\n",
        b"ffconcat version 1.0\nfile other.mp4\n",
        b"[playlist]\nFile1=other.mp4\n",
        b'<?xml version="1.0"?><MPD><BaseURL>other</BaseURL></MPD>',
        b"<smil><video src='other.mp4'/></smil>",
    ],
)
def test_playlists_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(UnusableFile, match="is a playlist"):
        refuse_playlist("clip.mp4", tmp_path / "clip.mp4")


@pytest.mark.parametrize("folder", ["shots [1]", "a*b", "[x]/y?"])
def test_signs_of_a_pattern_in_the_name_of_a_folder_are_taken_as_they_are(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    for name in ("a1.png", "a2.png"):
        (tmp_path / folder / name).touch()
    for pattern in ("*.png", "a[12].png", "a?.png"):
        found = find_source(str(tmp_path / folder / pattern))
        assert isinstance(found, Files) and [path.name for path in found.paths] == ["a1.png", "a2.png"]
    found = find_source(str(tmp_path / "*" / ("*" if "/" in folder else "") / "*.png"))
    assert isinstance(found, Files) and len(found.paths) == 2
