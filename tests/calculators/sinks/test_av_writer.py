"""Clips through PyAV: pictures at their times, H.264, and the sound of the input."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

av = pytest.importorskip("av", minversion="17.1")

from graphflow import Graph, MissingResource, Packet, UnusableFile  # noqa: E402
from graphflow.calculators.sinks.av_writer import AvWriter  # noqa: E402
from graphflow.calculators.sinks.video_file import VIDEOS, VideoFile  # noqa: E402
from graphflow.calculators.sinks.video_sink import VideoSink  # noqa: E402
from graphflow.calculators.types.video import VideoInfo  # noqa: E402
from graphflow.testing import run_calculator  # noqa: E402
from tests.calculators.av_clips import make_av_clip, packets, picture  # noqa: E402
from tests.calculators.sources.media import play, times  # noqa: E402

UNEVEN = [0, 40, 45, 200, 1000, 1001, 1400]
SOUNDS = [("aac", ".mp4"), ("aac", ".mov"), ("libopus", ".mkv"), ("pcm_s16le", ".avi")]
needs_h264 = pytest.mark.skipif("libx264" not in av.codecs_available, reason="this FFmpeg does not encode H.264")

COPY = (
    "graphflow: 1\nside_packets: [input, output]\nnodes:\n"
    "  source: {calculator: VideoSource, side_packets: {source: input}, outputs: {image: image},\n"
    "           output_side_packets: {info: info}}\n"
    "  sink: {calculator: VideoSink, inputs: {image: image}, side_packets: {target: output, info: info}}\n"
)


def copied(clip: Path, target: Path, **options: object) -> Path:
    """From clip to clip, through a graph."""
    with Graph.parse(COPY, options=options).start({"input": str(clip), "output": str(target)}) as run:
        run.wait_until_done()
    return target


@pytest.mark.parametrize("suffix", VIDEOS[:-1])
def test_times_come_out_as_they_went_in(tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture) -> None:
    clip = make_av_clip(tmp_path / "in.mkv", UNEVEN)
    assert times(play(copied(clip, tmp_path / f"out{suffix}"))) == [1000 * time for time in UNEVEN]
    assert not caplog.records


def test_what_is_live_keeps_its_times(tmp_path: Path) -> None:
    came = [700_000, 740_000, 861_111, 942_000]
    run_calculator(
        VideoSink,
        inputs={"image": [Packet(picture(number), time) for number, time in enumerate(came)]},
        side_packets={"target": str(tmp_path / "out.mp4"), "info": VideoInfo(64, 48, 25.0, live=True)},
    )
    assert times(play(tmp_path / "out.mp4")) == [time - came[0] for time in came]


def test_pictures_of_an_avi_file_take_the_places_next_to_their_times(tmp_path: Path) -> None:
    file = VideoFile(tmp_path / "out.avi", 25)
    for number, time in enumerate([0, 41_000, 120_000, 121_000]):
        file.write(picture(number), time)
    file.close()
    assert times(play(tmp_path / "out.avi")) == [0, 40_000, 120_000, 160_000]


@needs_h264
@pytest.mark.parametrize("suffix", VIDEOS[:-1])
def test_h264_can_be_asked_for(tmp_path: Path, suffix: str) -> None:
    file = VideoFile(tmp_path / f"out{suffix}", 25, codec="h264")
    for number in range(60):
        file.write(picture(number), number * 40_000)
    file.close()
    with av.open(str(tmp_path / f"out{suffix}")) as clip:
        context = clip.streams.video[0].codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
    assert times(play(tmp_path / f"out{suffix}")) == [number * 40_000 for number in range(60)]
    if suffix in (".mp4", ".m4v", ".mov"):
        content = (tmp_path / f"out{suffix}").read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("codec", "told", "threads"),
    [
        ("mp4v", "", 3),
        ("mp4v", "1", 1),
        pytest.param("h264", "", 0, marks=needs_h264, id="h264-all"),  # FFmpeg counts the processors
        pytest.param("h264", "1", 1, marks=needs_h264),
    ],
)
def test_an_encoder_leaves_processors_to_the_graph_or_takes_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, told: str, threads: int
) -> None:
    monkeypatch.setattr(cv2, "getNumberOfCPUs", lambda: 5)
    monkeypatch.setenv("OPENCV_FFMPEG_THREADS", told)
    writer = AvWriter(tmp_path / "out.mp4", tmp_path / "out.mp4", 25, (64, 48), codec=codec, sound=None)
    writer.write(picture(0), 0)
    assert writer.threads == threads
    writer.close()


@pytest.mark.parametrize(("sound", "suffix"), SOUNDS)
def test_sound_is_carried_over_as_it_is(tmp_path: Path, sound: str, suffix: str) -> None:
    if sound not in av.codecs_available:
        pytest.skip("this FFmpeg does not encode it")
    clip = make_av_clip(tmp_path / f"in{suffix}", range(0, 2000, 40), sound=sound)
    target = copied(clip, tmp_path / f"out{suffix}")
    before = [packet for packet in packets(clip, "audio") if packet[0] >= 0]
    after = [packet for packet in packets(target, "audio") if packet[0] >= 0]
    assert [content for _, content in after] == [content for _, content in before]
    assert [time for time, _ in after] == pytest.approx([time for time, _ in before], abs=0.001)
    assert len(packets(target, "video")) == 50


def test_sound_of_a_transport_stream_goes_into_an_mp4(tmp_path: Path) -> None:
    clip = make_av_clip(tmp_path / "in.ts", range(0, 1000, 40), sound="aac")
    target = copied(clip, tmp_path / "out.mp4")
    before, after = packets(clip, "audio"), packets(target, "audio")
    assert [time for time, _ in after] == pytest.approx([time for time, _ in before], abs=0.001)
    assert all(whole.endswith(bare) for (_, whole), (_, bare) in zip(before, after, strict=True))  # without heads


def test_sound_ends_with_the_pictures(tmp_path: Path) -> None:
    clip = make_av_clip(tmp_path / "in.mkv", range(0, 2000, 40), sound="pcm_s16le")
    copied(clip, tmp_path / "out.mkv", **{"source.max_frames": 10})
    assert 0.3 < packets(tmp_path / "out.mkv", "audio")[-1][0] < 0.4


def test_sound_that_a_file_cannot_hold_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if "libopus" not in av.codecs_available:
        pytest.skip("this FFmpeg does not encode it")
    clip = make_av_clip(tmp_path / "in.mkv", sound="libopus")
    target = copied(clip, tmp_path / "out.avi")
    [record] = caplog.records
    assert record.getMessage() == f"'{target}' is without sound: .avi cannot hold that of '{clip}'"
    assert len(packets(target, "video")) == 10


@pytest.mark.parametrize("options", [{"loop": True, "max_frames": 15}, {"realtime": True}])
def test_what_is_not_read_once_gives_no_sound(tmp_path: Path, options: dict[str, object]) -> None:
    clip = make_av_clip(tmp_path / "in.mkv", sound="pcm_s16le")
    assert play(clip).side_packets["info"].sound.path == clip
    assert play(clip, **options).side_packets["info"].sound is None


def test_an_avi_file_holds_no_h264(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="a file with the codec h264 ends in .mp4, .m4v, .mov, .mkv"):
        VideoFile(tmp_path / "out.avi", 25, codec="h264")


def test_without_pyav_h264_is_refused_with_what_to_type(tmp_path: Path, without_pyav: None) -> None:
    with pytest.raises(MissingResource, match="with the codec h264 without PyAV: pip install av"):
        VideoFile(tmp_path / "out.mp4", 25, codec="h264")


def test_a_disk_that_refuses_ends_it_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = VideoFile(tmp_path / "out.mkv", 25)
    file.write(picture(0), 0)
    writer = file._writer
    assert writer is not None

    def full(*_: object) -> None:
        raise av.FFmpegError(28, "No space left on device")

    monkeypatch.setattr(writer, "_container", type("Full", (), {"mux": full, "close": full})())
    with pytest.raises(UnusableFile, match="out.mkv' cannot be written further"):
        file.write(picture(1), 40_000)
