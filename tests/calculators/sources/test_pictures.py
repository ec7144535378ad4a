from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import IncompleteInput, UnusableFile
from graphflow.calculators.sources import pictures
from graphflow.calculators.sources.picture_header import picture_size
from graphflow.calculators.sources.pictures import names_below_common_folder
from graphflow.calculators.types import ImageFileProperties
from tests.calculators.sources.media import play, png_header, times
from tests.exif_files import exif, jpeg


def encoded(suffix: str, image: Any, *options: int) -> bytes:
    done, data = cv2.imencode(suffix, image, list(options))
    assert done
    return data.tobytes()


def write(path: Path, image: Any) -> Path:
    path.write_bytes(encoded(path.suffix, image))
    return path


RED = numpy.full((48, 64, 3), (0, 0, 200), numpy.uint8)  # BGR


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp", ".tif"])
def test_a_picture_is_a_clip_of_one_frame_in_rgb(tmp_path: Path, suffix: str) -> None:
    played = play(write(tmp_path / f"red{suffix}", RED))
    [image] = played.values("image")
    assert (image.shape, image.dtype, times(played)) == ((48, 64, 3), numpy.uint8, [0])
    assert numpy.abs(image.astype(int) - (200, 0, 0)).max() < 10
    assert not image.flags.writeable


@pytest.mark.parametrize(
    ("image", "color"),
    [
        (numpy.full((5, 3), 77, numpy.uint8), (77, 77, 77)),
        (numpy.full((5, 3), 77 * 257, numpy.uint16), (77, 77, 77)),
        (numpy.full((5, 3, 4), (10, 20, 30, 0), numpy.uint8), (30, 20, 10)),
        (numpy.full((1, 1, 3), 9, numpy.uint8), (9, 9, 9)),
        (numpy.full((7, 13, 3), 9, numpy.uint8), (9, 9, 9)),
    ],
    ids=["grey", "16 bits", "alpha", "one pixel", "odd"],
)
def test_pictures_of_any_kind_become_rgb(tmp_path: Path, image: Any, color: tuple[int, ...]) -> None:
    [seen] = play(write(tmp_path / "picture.png", image)).values("image")
    assert seen.shape == (*image.shape[:2], 3)
    assert (seen == color).all()


def test_the_content_counts_not_the_suffix(tmp_path: Path) -> None:
    write(tmp_path / "picture.png", RED).rename(tmp_path / "picture.mp4")
    assert len(play(tmp_path / "picture.mp4").values("image")) == 1


def test_pictures_of_a_folder_follow_each_other_at_the_rate_asked_for(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.png", numpy.full((4, 4 + number, 3), number, numpy.uint8))
    played = play(tmp_path, rate=10)
    assert times(played) == [0, 100_000, 200_000]
    assert [image.shape for image in played.values("image")] == [(4, 4, 3), (4, 5, 3), (4, 6, 3)]
    assert times(play(tmp_path / "*.png")) == [0, 33_333, 66_667]


def test_a_picture_that_cannot_be_read_among_others_is_skipped_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "0.png", RED)
    (tmp_path / "1.png").write_bytes(b"nothing")
    write(tmp_path / "2.png", RED)
    with pytest.raises(IncompleteInput, match="2 of 3 pictures could be read; add --allow-truncated"):
        play(tmp_path, rate=10)
    played = play(tmp_path, rate=10, allow_truncated=True)
    assert times(played) == [0, 200_000]
    assert played.counters["frames_missing"] == 1
    assert "1.png' is no picture of a known kind" in caplog.text
    assert f"'{tmp_path}': 2 of 3 pictures could be read" in caplog.text


def test_a_file_that_is_deleted_once_it_was_read_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        write(tmp_path / f"{number}.png", RED)

    def decode_and_delete(content: bytes, name: str) -> Any:
        Path(name).unlink()
        return pictures.decoded(content, name, cv2.IMREAD_COLOR_RGB)

    monkeypatch.setattr(pictures, "decode", decode_and_delete)
    assert len(play(tmp_path).values("image")) == 2


def test_every_picture_of_a_folder_or_pattern_has_its_name(tmp_path: Path) -> None:
    for name in ("x/2.png", "x/10.png", "y/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, RED)
    assert dict(play(tmp_path / "x", rate=10).side_packets["info"].names) == {0: "2.png", 100_000: "10.png"}
    several = play(tmp_path / "*" / "2.png", rate=10).side_packets["info"].names
    assert dict(several) == {0: "x/2.png", 100_000: "y/2.png"}
    assert dict(play(tmp_path / "y" / "2.png").side_packets["info"].names) == {0: "2.png"}


def test_a_picture_that_is_skipped_gives_its_name_to_no_other(tmp_path: Path) -> None:
    write(tmp_path / "0.png", RED)
    (tmp_path / "1.png").write_bytes(b"nothing")
    write(tmp_path / "2.png", RED)
    played = play(tmp_path, rate=10, allow_truncated=True)
    assert dict(played.side_packets["info"].names) == {0: "0.png", 200_000: "2.png"}


def test_pictures_shown_again_and_again_have_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.calculators.sources.video_source._MAX_NAMES", 3)
    for number in range(2):
        write(tmp_path / f"{number}.png", RED)
    names = play(tmp_path, rate=10, loop=True, max_frames=5).side_packets["info"].names
    assert dict(names) == {200_000: "0.png", 300_000: "1.png", 400_000: "0.png"}


def test_names_can_be_written_whatever_their_bytes_are() -> None:
    names = names_below_common_folder((Path("a/\udcff.png"), Path("a/b.png")))
    assert names == ["\\xff.png", "b.png"]


@pytest.mark.parametrize("loop", [False, True])
def test_a_folder_of_pictures_that_all_are_cut_off_is_refused(tmp_path: Path, loop: bool) -> None:
    for number in range(2):
        (tmp_path / f"{number}.png").write_bytes(encoded(".png", RED)[:60])
    with pytest.raises(UnusableFile, match="none of its 2 pictures can be read"):
        play(tmp_path, loop=loop)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.png", encoded(".png", RED)[:20], "it ends in the middle of its header"),
        ("cut.jpg", encoded(".jpg", RED)[:4], "it ends"),
        ("half.png", encoded(".png", RED)[:60], "it is damaged or cut off"),
        ("flat.png", png_header(0, 7), "it says that it is 0 x 7 pixels large"),
        ("huge.png", png_header(20_000, 20_000), "is too large: 20000 x 20000 pixels; at most 67,108,864 are read"),
        (
            "wide.bmp",
            b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 60_000, -60_000, 1, 24) + bytes(40),
            "60000 x 60000",
        ),
        ("huge.gif", b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + bytes(50), "is too large: 60000 x 60000"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableFile, match=message):
        play(tmp_path / name)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_header(20_000, 20_000))
    tracemalloc.start()
    with pytest.raises(UnusableFile, match="too large"):
        play(tmp_path / "bomb.png")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (encoded(".png", RED), ("PNG", (64, 48))),
        (encoded(".jpg", RED), ("JPEG", (64, 48))),
        (encoded(".jpg", RED, cv2.IMWRITE_JPEG_PROGRESSIVE, 1), ("JPEG", (64, 48))),
        (encoded(".webp", RED), ("WebP", (64, 48))),
        (encoded(".webp", RED, cv2.IMWRITE_WEBP_QUALITY, 101), ("WebP", (64, 48))),
        (encoded(".tif", RED), ("TIFF", (64, 48))),
        (encoded(".bmp", RED), ("BMP", (64, 48))),
        (b"GIF89a\x10\x00\x20\x00", ("GIF", (16, 32))),
        (b"RIFF....WEBPVP8X" + bytes(8) + b"\x0f\0\0\x1f\0\0", ("WebP", (16, 32))),
        (b"MM\0*\0\0\0\x08\0\x02\x01\0\0\4\0\0\0\1\0\0\0\x10\x01\1\0\3\0\0\0\1\0\x20\0\0", ("TIFF", (16, 32))),
        (b"\x00\x00\x00\x18ftypmp42", None),
        (b"", None),
    ],
)
def test_the_size_is_known_from_the_header(content: bytes, size: Any) -> None:
    assert picture_size(io.BytesIO(content)) == size


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_a_header_cut_anywhere_says_so_or_is_none(suffix: str) -> None:
    content = encoded(suffix, RED)
    for length in range(min(len(content), 200)):
        try:
            found = picture_size(io.BytesIO(content[:length]))
        except ValueError:
            continue
        assert found is None or found[1] == (64, 48)


def test_a_single_picture_tells_its_camera_and_several_do_not(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(jpeg(exif()))
    one, several = (play(source).side_packets["image_file_properties"] for source in (tmp_path / "a.jpg", tmp_path))
    assert one.focal_length_mm == 4.25 and several == ImageFileProperties()
