from __future__ import annotations

import math
import os
import random
from pathlib import Path

import cv2
import numpy
import pytest

from graphflow import IncompleteInput, UnusableFile
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.types.video import VideoInfo
from tests.calculators.sources.media import FakeCapture, FakeCaptures, frame, make_clip, make_noisy_clip, play, times

pytestmark = pytest.mark.usefixtures("library")


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "mp4v"), ("clip.avi", "MJPG"), ("clip.mkv", "mp4v")])
def test_every_frame_of_a_clip_comes_at_its_time(tmp_path: Path, name: str, codec: str) -> None:
    played = play(make_clip(tmp_path / name, 10, rate=25, codec=codec))
    assert times(played) == [number * 40_000 for number in range(10)]
    assert [round(image[20, 20, 1] / 4) for image in played.values("image")] == [10 + n for n in range(10)]
    assert played.side_packets["info"] == VideoInfo(64, 48, 25.0, 10)
    assert played.counters == {"frames_declared": 10}
    assert not any(image.flags.writeable for image in played.values("image"))


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (2, 1), (3, 1), (5, 3), (64, 16)])
def test_a_clip_is_decoded_on_processors_that_this_process_may_use_and_leaves_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int, threads: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    monkeypatch.setattr(cv2, "getNumberOfCPUs", lambda: processors)
    monkeypatch.delenv("OPENCV_FFMPEG_THREADS", raising=False)
    capture = Captures().file(str(make_clip(tmp_path / "clip.mp4", 2)))
    assert capture.get(cv2.CAP_PROP_N_THREADS) == threads
    capture.release()


def test_whoever_says_how_many_threads_decode_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_THREADS", "3")
    capture = Captures().file(str(make_clip(tmp_path / "clip.mp4", 2)))
    assert capture.get(cv2.CAP_PROP_N_THREADS) == 3
    capture.release()


@pytest.mark.parametrize("name", [b"50%d.mp4", b"%03d.gif", b"\xff.mp4", "\u00fc\u4e2d.mp4".encode()])
def test_a_clip_may_have_any_name(tmp_path: Path, name: bytes) -> None:
    clip = tmp_path / os.fsdecode(name)
    clip.write_bytes(make_clip(tmp_path / "clip.mp4", 3).read_bytes())
    assert len(times(play(clip))) == 3


def test_colours_are_rgb(tmp_path: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "c.avi"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    writer.write(numpy.full((48, 64, 3), (0, 0, 200), numpy.uint8))
    writer.release()
    [image] = play(tmp_path / "c.avi").values("image")
    red, green, blue = image[24, 32]
    assert red > 150 and green < 50 and blue < 50


def test_a_clip_does_not_limit_how_many_frames_are_in_flight(tmp_path: Path) -> None:
    assert play(make_clip(tmp_path / "clip.mp4", 2)).side_packets["max_in_flight"] > 1000


def test_frames_can_be_limited_and_the_clip_repeated(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 3, rate=25)
    assert times(play(clip, max_frames=2)) == [0, 40_000]
    assert times(play(clip, loop=True, max_frames=7)) == [number * 40_000 for number in range(7)]
    assert play(clip, loop=True, max_frames=7).counters == {"frames_declared": 7}


def test_damage_in_the_middle_is_read_over_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    content = bytearray(make_noisy_clip(tmp_path / "clip.avi", 40, "MJPG").read_bytes())
    chance = random.Random(3)
    for place in (chance.randrange(8000, len(content) * 9 // 10) for _ in range(30)):
        content[place : place + 2000] = bytes(chance.randrange(256) for _ in range(2000))
    (tmp_path / "damaged.avi").write_bytes(content)
    with pytest.raises(
        IncompleteInput, match=r"damaged.avi' is damaged: \d+ of 40 frames could be decoded; add --allow"
    ):
        play(tmp_path / "damaged.avi")
    played = play(tmp_path / "damaged.avi", allow_truncated=True)
    decoded = len(played.values("image"))
    assert 20 < decoded < 40
    assert played.counters["frames_missing"] == 40 - decoded
    assert f"is damaged: {decoded} of 40 frames could be decoded" in caplog.text


def test_a_clip_that_is_cut_off_says_how_much_is_missing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    content = make_noisy_clip(tmp_path / "clip.avi", 40, "MJPG").read_bytes()
    (tmp_path / "cut.avi").write_bytes(content[: len(content) // 2])
    with pytest.raises(
        IncompleteInput, match=r"cut.avi' is cut off: \d+ frames could be decoded, \d+ or more are missing; add"
    ):
        play(tmp_path / "cut.avi")
    played = play(tmp_path / "cut.avi", allow_truncated=True)
    decoded = len(played.values("image"))
    assert 10 < decoded < 30
    assert played.counters["frames_missing"] == 40 - decoded
    assert f"is cut off: {decoded} frames could be decoded, {40 - decoded} or more are missing" in caplog.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"This is a text.\n" * 100, "it is no video, no picture, or damaged at its beginning"),
        (b"#EXTM3U\n", "is a playlist"),
        (bytes(5000), "it is no video"),
    ],
)
def test_what_is_no_clip_is_refused_with_the_reason(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(UnusableFile, match=message):
        play(tmp_path / "clip.mp4")


def test_an_mp4_that_was_never_finished_is_called_so(tmp_path: Path) -> None:
    content = make_noisy_clip(tmp_path / "clip.mp4", 20, "mp4v").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    with pytest.raises(UnusableFile, match="it is cut off; an MP4 file that was not finished lacks the index"):
        play(tmp_path / "cut.mp4")


def test_a_whole_mp4_without_video_is_not_called_cut_off(tmp_path: Path) -> None:
    content = make_clip(tmp_path / "clip.mp4", 3).read_bytes()
    (tmp_path / "sound.mp4").write_bytes(content.replace(b"vide", b"soun", 1))
    with pytest.raises(UnusableFile, match="it holds no video that can be decoded; it may be sound alone"):
        play(tmp_path / "sound.mp4")


@pytest.mark.skipif(cv2.__version__ < "4.12", reason="FFmpeg in OpenCV 4.11 does not keep to the list of formats")
def test_a_playlist_under_another_name_reads_no_other_file(tmp_path: Path) -> None:
    # Behind the first kilobyte, where we do not look, FFmpeg would.
    make_clip(tmp_path / "other.ts", 5, codec="mpg2")
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.ts\n#EXT-X-ENDLIST\n")
    capture = Captures().file(str(playlist))
    assert not capture.isOpened() and not capture.read()[0]


def test_times_that_repeat_or_go_back_are_repaired_and_counted() -> None:
    frames = [frame(number) for number in range(6)]
    capture = FakeCapture(frames, times=[0, 40, 40, 20, math.nan, 120], properties={cv2.CAP_PROP_FRAME_COUNT: 6})
    played = play(__file__, FakeCaptures(capture))
    assert times(played) == [0, 40_000, 80_000, 120_000, 160_000, 220_000]
    assert played.counters["timestamps_repaired"] == 3
    assert capture.released


def test_a_clip_whose_times_are_all_zero_has_its_rate(caplog: pytest.LogCaptureFixture) -> None:
    properties = {cv2.CAP_PROP_FRAME_COUNT: 205}
    played = play(__file__, FakeCaptures(FakeCapture([frame(0) for _ in range(205)], properties=properties)))
    assert times(played) == [number * 40_000 for number in range(205)]


@pytest.mark.parametrize("rate", [0, math.nan, math.inf, -1, 90_000])
def test_a_rate_that_makes_no_sense_is_replaced(rate: float) -> None:
    capture = FakeCapture([frame(0)], properties={cv2.CAP_PROP_FPS: rate, cv2.CAP_PROP_FRAME_COUNT: 1})
    assert play(__file__, FakeCaptures(capture)).side_packets["info"].rate == 30


def test_a_slow_clip_keeps_its_rate() -> None:
    capture = FakeCapture([frame(0)], properties={cv2.CAP_PROP_FPS: 1 / 30, cv2.CAP_PROP_FRAME_COUNT: 1})
    assert play(__file__, FakeCaptures(capture)).side_packets["info"].rate == 1 / 30


def test_pixels_that_are_not_square_are_told(caplog: pytest.LogCaptureFixture) -> None:
    wide = {cv2.CAP_PROP_SAR_NUM: 2.0, cv2.CAP_PROP_SAR_DEN: 1.0}
    play(__file__, FakeCaptures(FakeCapture([frame(0)], properties=wide)))
    assert "has pixels that are not square, 2 wide to 1 high" in caplog.text
    caplog.clear()
    play(__file__, FakeCaptures(FakeCapture([frame(0)])))
    assert not caplog.records


def test_frames_may_change_their_size() -> None:
    frames = [frame(0, 64, 48), frame(1, 32, 24), frame(2, 63, 47)]
    played = play(__file__, FakeCaptures(FakeCapture(frames, properties={cv2.CAP_PROP_FRAME_COUNT: 3})))
    assert [image.shape for image in played.values("image")] == [(48, 64, 3), (24, 32, 3), (47, 63, 3)]


def test_a_clip_with_huge_frames_is_refused() -> None:
    properties = {cv2.CAP_PROP_FRAME_WIDTH: 20_000, cv2.CAP_PROP_FRAME_HEIGHT: 20_000, cv2.CAP_PROP_FRAME_COUNT: 1}
    with pytest.raises(UnusableFile, match="20000 x 20000 pixels; at most"):
        play(__file__, FakeCaptures(FakeCapture([], properties=properties)))


def test_a_clip_without_frames_is_refused() -> None:
    with pytest.raises(UnusableFile, match="has no frame that could be decoded"):
        play(__file__, FakeCaptures(FakeCapture([], properties={cv2.CAP_PROP_FRAME_COUNT: 9})))
