"""OpenCvVideoDecoder and OpenCvVideoEncoder: the ports of MediaPipe's graphs around VideoSource and video files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, GraphConfigError, Timestamp, UnusableFile
from graphflow.calculators.sinks.opencv_video_encoder import OpenCvVideoEncoder
from graphflow.calculators.sources.opencv_video_decoder import OpenCvVideoDecoder
from graphflow.testing import run_calculator
from tests.calculators.sources.media import make_clip, play, times

COPY = """
graphflow: 1
side_packets: [clip, copy]
outputs: [frames]
nodes:
  decoder:
    calculator: OpenCvVideoDecoder
    side_packets: {{input_file_path: clip}}
    outputs: {{video: frames, video_prestream: header}}
    output_side_packets: {{saved_audio_path: audio}}
  encoder:
    calculator: OpenCvVideoEncoder
    options: {{codec: {codec}, video_format: mp4}}
    inputs: {{video: frames, video_prestream: header}}
    side_packets: {{output_file_path: copy, audio_file_path: audio}}
"""


def copy(clip: Path, target: Path, codec: str = "avc1") -> None:
    sides = {"clip": str(clip), "copy": str(target)}
    with Graph.parse(COPY.format(codec=codec)).start(sides) as run:
        run.wait_until_done()


def test_a_clip_is_decoded_as_by_the_source_with_its_header_ahead(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 5)
    result = run_calculator(OpenCvVideoDecoder, side_packets={"input_file_path": str(clip)})
    expected = play(clip)
    assert [packet.timestamp for packet in result.packets("video")] == times(expected)
    assert all(map(numpy.array_equal, result.values("video"), expected.values("image")))
    (header,) = result.packets("video_prestream")
    assert header.timestamp == Timestamp.PRESTREAM
    assert header.value[:4] == (64, 48, 25, 5)
    assert result.side_packets["saved_audio_path"] == ""


def test_what_is_encoded_has_the_pictures_the_rate_and_the_name(tmp_path: Path, library: str) -> None:
    copy(make_clip(tmp_path / "clip.mp4", 5, rate=12.5), tmp_path / "copy.mp4", "mp4v")
    capture = cv2.VideoCapture(str(tmp_path / "copy.mp4"), cv2.CAP_FFMPEG)
    assert (capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)) == (12.5, 5)
    read, image = capture.read()
    assert read and abs(int(image[24, 32, 0]) - 40) < 12


def test_avc1_is_h264_where_there_is_pyav_and_the_sound_goes_along(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    from tests.calculators.av_clips import make_av_clip

    copy(make_av_clip(tmp_path / "clip.mp4", sound="aac"), tmp_path / "copy.mp4")
    with av.open(str(tmp_path / "copy.mp4")) as made:
        assert [stream.codec_context.name for stream in made.streams] == ["h264", "aac"]


def test_avc1_is_mpeg_4_without_pyav(tmp_path: Path, without_pyav: None, caplog: pytest.LogCaptureFixture) -> None:
    copy(make_clip(tmp_path / "clip.mp4", 2), tmp_path / "copy.mp4")
    assert "is written as MPEG-4: H.264 needs PyAV" in caplog.text
    assert (tmp_path / "copy.mp4").stat().st_size


def test_the_name_ends_in_the_format(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"must end in \.mp4"):
        copy(make_clip(tmp_path / "clip.mp4", 2), tmp_path / "copy.avi")


def test_without_a_header_the_rate_is_an_option() -> None:
    options: dict[str, Any] = {"codec": "mp4v", "video_format": "mp4"}
    with pytest.raises(GraphConfigError, match="nothing says how many frames a second there are"):
        run_calculator(
            OpenCvVideoEncoder, inputs={"video": []}, options=options, side_packets={"output_file_path": "x.mp4"}
        )


def test_files_are_known_before_a_run() -> None:
    assert OpenCvVideoDecoder.reads({}, {"input_file_path": "clip.mp4"}) == (Path("clip.mp4"),)
    assert OpenCvVideoEncoder.writes({}, {"output_file_path": "copy.mp4"}) == (Path("copy.mp4"),)
    assert OpenCvVideoEncoder.reads({}, {"audio_file_path": "clip.mp4"}) == (Path("clip.mp4"),)
    assert OpenCvVideoEncoder.reads({}, {"audio_file_path": ""}) == ()
