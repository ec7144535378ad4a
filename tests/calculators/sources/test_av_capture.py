"""Clips through PyAV: the times and pixels that they have, and nothing else is opened."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

pytest.importorskip("av", minversion="17.1")

from graphflow import Graph, IncompleteInput, UnusableFile
from graphflow.calculators.sources import decoder_check
from graphflow.calculators.sources.av_capture import AvCapture
from graphflow.calculators.sources.captures import Captures
from tests.calculators.av_clips import make_av_clip
from tests.calculators.sources.media import make_clip, play, times

UNEVEN = [0, 40, 45, 200, 1000, 1001, 1400]


def noise(frames: int, size: tuple[int, int]) -> list[Any]:
    """Soft pictures in many colours."""
    random = numpy.random.default_rng(1)
    return [cv2.GaussianBlur(random.integers(0, 256, (*size[::-1], 3), numpy.uint8), (0, 0), 2) for _ in range(frames)]


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.ts"])
def test_a_clip_of_variable_rate_has_its_own_times(tmp_path: Path, name: str) -> None:
    clip = make_av_clip(tmp_path / name, UNEVEN)
    assert times(play(clip)) == [1000 * time for time in UNEVEN]


@pytest.mark.parametrize(
    ("codec", "form", "size", "options"),
    [
        ("mpeg4", "yuv420p", (64, 48), {}),
        ("mpeg2video", "yuv420p", (64, 48), {"flags": "+ildct+ilme"}),
        ("ffv1", "yuv422p", (66, 50), {}),
        ("ffv1", "yuv444p", (65, 49), {}),
        ("ffv1", "yuv420p10le", (64, 48), {}),
        ("ffv1", "gray", (65, 49), {}),
        ("mjpeg", "yuvj420p", (66, 50), {}),
        ("png", "rgb24", (65, 49), {}),
    ],
)
def test_the_pixels_are_those_of_opencv(
    tmp_path: Path,
    codec: str,
    form: str,
    size: tuple[int, int],
    options: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip = make_av_clip(
        tmp_path / ("clip.mov" if codec == "png" else "clip.mkv"),
        [0, 40, 80],
        codec=codec,
        form=form,
        rate=25,
        pictures=noise(3, size),
        options=options,
    )
    own, opencv = Captures().file(str(clip)), cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)
    assert isinstance(own, AvCapture)
    for _ in range(3):
        numpy.testing.assert_array_equal(own.read()[1], opencv.read()[1][..., ::-1])
        assert own.get(cv2.CAP_PROP_POS_MSEC) == pytest.approx(opencv.get(cv2.CAP_PROP_POS_MSEC))
    assert not own.read()[0]
    own.release()
    opencv.release()


@pytest.mark.parametrize("coder", ["PyAV", "OpenCV"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_clip_is_turned_as_it_says(tmp_path: Path, turn: int, coder: str, request: pytest.FixtureRequest) -> None:
    clip = make_av_clip(tmp_path / "clip.mp4", [0, 40], pictures=noise(2, (64, 48)))
    if coder == "OpenCV":
        request.getfixturevalue("without_pyav")
    expected = numpy.rot90(play(clip).values("image")[0], -turn // 90)
    content = clip.read_bytes()
    straight = b"".join(part.to_bytes(4, "big") for part in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn // 90]
    matrix = [cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30]
    turned = b"".join((part % 2**32).to_bytes(4, "big") for part in matrix)
    place = content.index(b"tkhd")  # the track's, not the movie's
    clip.write_bytes(content[:place] + content[place:].replace(straight, turned, 1))
    played = play(clip)
    image = played.values("image")[0]
    assert image.shape == ((64, 48, 3) if turn % 180 else (48, 64, 3))
    assert played.side_packets["info"][:2] == image.shape[1::-1]
    numpy.testing.assert_array_equal(image, expected)


def test_an_opencv_that_cannot_be_trusted_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_check, "decoder_problem", lambda: "it is wrong")
    interlaced = play(decoder_check._CLIP).values("image")
    assert [image[8, 8, 0] > 230 and image[24, 24, 0] < 24 for image in interlaced] == [True]


def test_a_playlist_opens_nothing(tmp_path: Path) -> None:
    other = make_clip(tmp_path / "other.ts", 5, codec="mpg2")
    entries = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{name}\n#EXT-X-ENDLIST\n" for name in (other, "/etc/passwd")
    ]
    entries += [f"ffconcat version 1.0\nfile {name}\n" for name in (other, "http://127.0.0.1:9/clip.ts")]
    for number, text in enumerate(entries):
        playlist = tmp_path / f"clip{number}.mp4"
        playlist.write_text(text)
        with pytest.raises(UnusableFile, match="is a playlist"):
            play(playlist)
        # What comes behind our own look at the first bytes opens none either.
        with playlist.open("rb") as file:
            capture = Captures().pipe(file)
            assert not capture.isOpened() and not capture.read()[0]


def test_without_pyav_opencv_reads(tmp_path: Path, without_pyav: None) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 3)
    assert isinstance(Captures().file(str(clip)), cv2.VideoCapture)
    assert len(times(play(clip))) == 3


@contextmanager
def piped() -> Iterator[int]:
    """What is written into this comes through the descriptor 0."""
    reader, writer = os.pipe()
    kept = os.dup(0)
    os.dup2(reader, 0)
    os.close(reader)
    try:
        yield writer
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def write_all(place: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(place, view) :]


def test_frames_come_while_the_pipe_is_still_open(tmp_path: Path) -> None:
    content = make_av_clip(tmp_path / "clip.ts", range(0, 8000, 40)).read_bytes()
    part = len(content) * 3 // 4 // 188 * 188
    came = threading.Event()
    in_time = []

    def write(place: int) -> None:
        write_all(place, content[:part])
        in_time.append(came.wait(120))
        write_all(place, content[part:])
        os.close(place)

    graph = Graph.parse(
        "graphflow: 1\nside_packets: [input]\noutputs: [image]\nnodes:\n"
        "  source: {calculator: VideoSource, side_packets: {source: input}, outputs: {image: image}}\n"
    )
    frames = []
    with piped() as place:
        writer = threading.Thread(target=write, args=(place,))
        writer.start()
        with graph.start({"input": "-"}) as run:
            run.observe("image", lambda packet: (came.set(), frames.append(int(packet.timestamp))))
            run.wait_until_done()
        writer.join()
    assert in_time == [True]
    assert frames == [number * 40_000 for number in range(200)]


@pytest.mark.parametrize(
    ("name", "container", "options"),
    [
        ("clip.mp4", None, {}),
        ("clip.mkv", None, {}),
        ("clip.ts", None, {}),
        ("clip.flv", None, {}),
        ("live.mkv", "matroska", {"live": "1"}),
    ],
)
def test_any_clip_may_come_through_a_pipe(
    tmp_path: Path, name: str, container: str | None, options: dict[str, str]
) -> None:
    codec = "flv" if name.endswith("flv") else "mpeg4"
    clip = make_av_clip(tmp_path / name, codec=codec, container=container, options=options)
    with piped() as place:
        writer = threading.Thread(target=lambda: (write_all(place, clip.read_bytes()), os.close(place)))
        writer.start()
        assert times(play("-")) == [number * 40_000 for number in range(10)]
        writer.join()


def test_a_pipe_that_ends_too_early_fails_the_run(tmp_path: Path) -> None:
    content = make_av_clip(tmp_path / "clip.ts", range(0, 8000, 40)).read_bytes()
    with piped() as place:
        writer = threading.Thread(target=lambda: (write_all(place, content[:-100]), os.close(place)))
        writer.start()
        with pytest.raises(IncompleteInput, match=r"'standard input' is cut off: \d+ frames could be decoded;"):
            play("-")
        writer.join()


def test_a_long_pipe_is_not_kept(tmp_path: Path) -> None:
    from graphflow.calculators.sources import standard_input

    content = make_av_clip(tmp_path / "clip.ts").read_bytes()
    packets = content * (8_000_000 // len(content))
    with piped() as place:
        writer = threading.Thread(target=lambda: (write_all(place, packets + content[:150]), os.close(place)))
        writer.start()
        pipe = standard_input.Piped()
        while pipe.read(100_000):
            pass
        writer.join()
    kept = pipe.shortened()
    assert kept is not None
    rest = kept.getvalue()
    assert len(rest) < 3_000_000 and len(rest) % 188 == 150 % 188
    assert rest[:2048] == packets[:2048] and rest[-150:] == content[:150]


def test_frames_of_a_pipe_are_those_of_the_file(tmp_path: Path) -> None:
    clip = make_av_clip(tmp_path / "clip.ts")
    with piped() as place:
        write_all(place, clip.read_bytes())
        os.close(place)
        played = play("-").values("image")
    for own, read in zip(played, play(clip).values("image"), strict=True):
        numpy.testing.assert_array_equal(own, read)


@pytest.mark.parametrize("form", ["yuv420p", "yuv444p"])
def test_a_frame_may_be_drawn_on_without_a_copy(tmp_path: Path, form: str) -> None:
    clip = make_av_clip(tmp_path / "clip.mkv", [0], codec="ffv1", form=form, pictures=noise(1, (64, 48)))
    own = Captures().file(str(clip))
    frame = own.read()[1]
    assert frame.base is None and frame.flags.writeable, "only such an array is handed over (Owned)"
    own.release()
