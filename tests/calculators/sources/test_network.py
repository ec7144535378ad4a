"""Servers that do not answer, and standard input."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import cv2
import pytest

from graphflow import IncompleteInput, MissingResource, UnusableFile
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.decoder_check import decoder_problem
from tests.calculators.sources.media import FakeCapture, FakeCaptures, frame, make_clip, play, times


@contextmanager
def black_hole() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def serving(content: bytes, kind: str) -> Iterator[str]:
    """The address of a server that has one file, whatever it is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:
                pass  # it has seen enough

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_environment_stays_as_it_is_while_something_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_pyav: None
) -> None:
    # It is the whole process's: what we wrote there would hold for the program's own captures too.
    assert decoder_problem() == ""
    before, seen = dict(os.environ), []

    def opened(*_: object) -> Any:
        seen.append(dict(os.environ))
        return nothing

    nothing = cv2.VideoCapture()
    monkeypatch.setattr(cv2, "VideoCapture", opened)
    Captures().file(str(make_clip(tmp_path / "clip.mp4", 2)))
    Captures().stream("rtsp://127.0.0.1/")
    Captures().camera(0, None, None, None)
    assert seen == [before] * 3


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_server_that_never_answers_is_given_up_within_seconds(
    scheme: str, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    asked: list[Any] = []
    opened = cv2.VideoCapture

    def opening(url: str, backend: int, limits: list[int]) -> cv2.VideoCapture:
        asked.append(limits)
        return opened(url, backend, limits)

    monkeypatch.setattr(cv2, "VideoCapture", opening)
    if library == "PyAV":
        import av

        av_open = av.open

        def opening_av(*arguments: Any, timeout: float, **options: Any) -> Any:
            asked.append(timeout)
            return av_open(*arguments, timeout=timeout, **options)

        monkeypatch.setattr(av, "open", opening_av)
    with black_hole() as port, pytest.raises(MissingResource) as failed:
        play(f"{scheme}://me:s3cret@127.0.0.1:{port}/stream?key=s3cret")
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 2000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 2000]
    assert asked == [2.0 if library == "PyAV" else limits]
    assert f"no video from {scheme}://127.0.0.1:{port}/stream?... within 2 s" in str(failed.value)
    assert "s3cret" not in str(failed.value) + "".join(failed.value.__notes__)


def test_a_server_that_refuses_is_named_without_secrets(library: str) -> None:
    with black_hole() as port:
        pass  # nobody listens there any more
    with pytest.raises(MissingResource, match=f"no video from http://127.0.0.1:{port}/ within") as failed:
        play(f"http://me:s3cret@127.0.0.1:{port}/")
    assert "s3cret" not in str(failed.value)


def test_a_clip_from_a_server_loses_no_frame(tmp_path: Path, library: str) -> None:
    content = make_clip(tmp_path / "clip.mp4", 10).read_bytes()
    with serving(content, "video/mp4") as address:
        played = play(f"{address}/clip.mp4")
    assert times(played) == [number * 40_000 for number in range(10)]
    assert not played.side_packets["info"].live


def test_a_gif_from_a_server_loses_no_frame(tmp_path: Path) -> None:
    # FFmpeg cannot tell how many frames it has, as little as of a camera.
    capture = FakeCapture([frame(number) for number in range(3)], times=[0, 40, 80])
    played = play("https://example.org/clip.GIF?size=1", FakeCaptures(capture))
    assert times(played) == [0, 40_000, 80_000]
    assert not played.side_packets["info"].live


def test_a_clip_from_a_server_that_cannot_be_read_there_is_to_be_downloaded() -> None:
    # MP4 files with their index at the end, from a server that gives whole files only.
    capture = FakeCapture([], properties={cv2.CAP_PROP_FRAME_COUNT: 9})
    with pytest.raises(UnusableFile, match="no frame that could be decoded; if it is a file, download it first"):
        play("http://example.org/clip.mp4", FakeCaptures(capture))


def test_a_playlist_from_a_server_reads_no_file(tmp_path: Path, library: str) -> None:
    other = make_clip(tmp_path / "other.ts", 5, codec="mpg2").as_uri()
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n".encode()
    with (
        serving(playlist, "application/vnd.apple.mpegurl") as address,
        pytest.raises(MissingResource, match="no video from"),
    ):
        play(f"{address}/list.m3u8")


def test_a_stream_is_live_and_its_end_is_said(caplog: pytest.LogCaptureFixture) -> None:
    capture = FakeCapture([frame(number) for number in range(3)], properties={cv2.CAP_PROP_FRAME_COUNT: -1})
    played = play("rtsp://me:s3cret@cam/stream", FakeCaptures(capture), allow_truncated=True)
    assert played.side_packets["info"].live and not played.side_packets["info"].camera
    assert len(times(played)) == 3
    assert "rtsp://cam/stream ended after 3 frames" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_stream_that_is_lost_fails_the_run_at_its_end() -> None:
    capture = FakeCapture([frame(number) for number in range(3)], properties={cv2.CAP_PROP_FRAME_COUNT: -1})
    with pytest.raises(IncompleteInput, match=r"rtsp://cam/stream ended after 3 frames; add --allow-truncated"):
        play("rtsp://me:s3cret@cam/stream", FakeCaptures(capture))


@contextmanager
def standard_input(content: bytes, folder: Path) -> Iterator[None]:
    """Let `content` come through the descriptor 0."""
    (folder / "stdin").write_bytes(content)
    kept, given = os.dup(0), os.open(folder / "stdin", os.O_RDONLY)
    os.dup2(given, 0)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(given)


def test_standard_input_is_read_like_a_file_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_clip(tmp_path / "clip.mp4", 4).read_bytes()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with standard_input(content, tmp_path):
        assert times(play("-")) == [0, 40_000, 80_000, 120_000]
    assert os.listdir(tmp_path / "temporary") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "nothing came through standard input"), (b"text" * 99, "'standard input' cannot be read: it is no video")],
)
def test_standard_input_that_is_no_video_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, message: str
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with standard_input(content, tmp_path), pytest.raises(UnusableFile, match=message):
        play("-")
    assert os.listdir(tmp_path / "temporary") == []
