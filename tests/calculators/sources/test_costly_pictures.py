"""A few bytes may stand for a lot of memory or work: what a picture takes is known before anything of it is decoded."""

from __future__ import annotations

import io
import logging
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import UnusableFile
from graphflow.calculators.sources.picture_blocks import jpeg_scans, pictures_in
from graphflow.calculators.sources.picture_header import bytes_per_pixel
from graphflow.calculators.sources.pictures import read_picture
from tests.calculators.sources.media import gif, play, png_chunk, times

NOISE = numpy.random.default_rng(1).integers(0, 256, (48, 64, 3), numpy.uint8)


@pytest.fixture(autouse=True)
def nothing_is_decoded(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Where a picture is refused, OpenCV has not seen it."""

    def decode(*_: Any) -> None:
        raise AssertionError("it is decoded")

    if "refused" in request.node.name:
        monkeypatch.setattr(cv2, "imdecode", decode)
        monkeypatch.setattr(cv2, "VideoCapture", decode)


def progressive(scans: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG whose last scan is there as often as is asked for."""
    image = cv2.resize(NOISE, size, interpolation=cv2.INTER_NEAREST)
    content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes()
    first = jpeg_scans(content)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * (scans - first + 1) + content[-2:]


def tiff(bits: int, samples: int, width: int = 8000, height: int = 8000) -> bytes:
    """A TIFF file of a size, without a picture; its depths are in another place."""
    entries = [(256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 8 + 2 + 48 + 4), (277, 3, 1, samples)]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 4) + directory + bytes(4) + struct.pack("<HHH", *[bits] * 3)


def animated_png(pictures: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A PNG that moves, with its first picture only."""
    still = cv2.imencode(".png", cv2.resize(NOISE, size))[1].tobytes()
    return still[:33] + png_chunk(b"acTL", struct.pack(">II", pictures, 0)) + still[33:]


def test_a_gif_of_many_large_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif(5000, 5000, 5000))
    with pytest.raises(UnusableFile, match="5,000 pictures of 5000 x 5000 pixels; at most 4,294,967,296 pixels"):
        play(tmp_path / "a.gif")


def test_a_gif_of_pictures_larger_than_any_clip_is_refused_before_a_frame_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif(3, 8000, 8000))
    with pytest.raises(UnusableFile, match="8000 x 8000 pixels; at most 35,651,584 are read of each frame"):
        play(tmp_path / "a.gif")


def test_a_jpeg_of_very_many_scans_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(progressive(400, (2000, 2000)))
    with pytest.raises(UnusableFile, match="400 scans of 2000 x 2000 pixels; at most 1,073,741,824 pixels"):
        play(tmp_path / "a.jpg")


@pytest.mark.parametrize(("bits", "samples"), [(16, 5), (32, 3), (64, 4)])
def test_a_tiff_that_takes_much_memory_for_each_pixel_is_refused(tmp_path: Path, bits: int, samples: int) -> None:
    (tmp_path / "a.tif").write_bytes(tiff(bits, samples))
    with pytest.raises(UnusableFile, match="it takes more than 512 MB when it is decoded"):
        play(tmp_path / "a.tif")


def test_pictures_that_are_only_large_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(progressive(40))
    assert read_picture(tmp_path / "a.jpg").shape == (48, 64, 3)


@pytest.mark.parametrize("scans", [10, 11, 60])
def test_scans_are_counted(scans: int) -> None:
    assert jpeg_scans(progressive(scans)) == scans


def test_scans_of_a_thumbnail_do_not_count() -> None:
    content = cv2.imencode(".jpg", NOISE)[1].tobytes()
    thumbnail = struct.pack(">H", len(content) + 2) + content
    assert jpeg_scans(content) == 1
    assert jpeg_scans(content[:2] + b"\xff\xe1" + thumbnail + content[2:]) == 1


@pytest.mark.parametrize(
    ("suffix", "image", "size"),
    [
        (".png", NOISE, 3),
        (".png", NOISE.astype(numpy.uint16), 6),
        (".png", numpy.zeros((4, 4, 4), numpy.uint16), 8),
        (".tif", NOISE.astype(numpy.uint16), 6),
        (".jpg", NOISE, 3),
    ],
)
def test_the_memory_of_a_pixel_is_known(suffix: str, image: Any, size: int) -> None:
    kind = {".png": "PNG", ".tif": "TIFF", ".jpg": "JPEG"}[suffix]
    assert bytes_per_pixel(io.BytesIO(cv2.imencode(suffix, image)[1].tobytes()), kind) == size


def test_pictures_in_a_file_are_counted(tmp_path: Path) -> None:
    cv2.imwritemulti(str(tmp_path / "a.tif"), [NOISE] * 3)
    assert pictures_in(io.BytesIO((tmp_path / "a.tif").read_bytes()), "TIFF") == 3
    assert pictures_in(io.BytesIO(animated_png(4)), "PNG") == 4
    assert pictures_in(io.BytesIO(gif(5)), "GIF") == 5
    webp = b"WEBP" + (b"ANMF" + struct.pack("<I", 2) + b"..") * 2
    assert pictures_in(io.BytesIO(b"RIFF" + struct.pack("<I", len(webp)) + webp), "WebP") == 2
    for suffix, kind in ((".tif", "TIFF"), (".png", "PNG"), (".webp", "WebP"), (".jpg", "JPEG")):
        assert pictures_in(io.BytesIO(cv2.imencode(suffix, NOISE)[1].tobytes()), kind) == 1


def test_a_tiff_whose_pages_go_in_a_circle_ends(tmp_path: Path) -> None:
    circle = b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8)
    assert pictures_in(io.BytesIO(circle), "TIFF") == 1


def test_pictures_beside_the_first_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    cv2.imwritemulti(str(tmp_path / "a.tif"), [NOISE] * 3)
    assert len(times(play(tmp_path / "a.tif"))) == 1
    assert f"'{tmp_path}/a.tif': it holds 2 more pictures, which are not read" in caplog.text
    cv2.imwritemulti(str(tmp_path / "b.tif"), [NOISE] * 2)
    cv2.imwrite(str(tmp_path / "c.png"), NOISE)
    assert len(times(play(tmp_path))) == 3
    assert f"'{tmp_path}': 2 files hold 3 more pictures, which are not read" in caplog.text
