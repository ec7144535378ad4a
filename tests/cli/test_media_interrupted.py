"""Ctrl-C and kill in the middle of clips, on real processes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import environment, start
from tests.cli.test_media import RUN, frames, media, process, rows

__all__ = ["media"]

ENDLESS = (*RUN, "--input", "clip.mp4", "--loop", "--output", "out.mp4", "--save", "bright_rects=rows.jsonl")


def await_rows(folder: Path, count: int, running: subprocess.Popen[str]) -> None:
    """Return once so many rows are on the disk."""
    while sum(path.read_bytes().count(b"\n") for path in folder.glob(".graphflow-*.jsonl")) < count:
        with pytest.raises(subprocess.TimeoutExpired):  # it goes on
            running.wait(0.01)


@pytest.mark.slow
def test_an_interrupted_run_leaves_parts_a_clip_that_plays_and_whole_rows(media: Path) -> None:
    running = process(media, *ENDLESS)
    await_rows(media, 200, running)  # the encoder is behind by a queue of 100 frames at most
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 143
    assert "Traceback" not in err
    assert not (media / "rows.jsonl").exists() and not (media / "out.mp4").exists()
    count, rate = frames(media / "out.part.mp4")
    assert count >= 40 and rate == 25
    saved = rows(media / "rows.part.jsonl")
    assert len(saved) >= 200
    assert [row["timestamp"] for row in saved] == sorted(row["timestamp"] for row in saved)


@pytest.mark.slow
def test_a_live_run_that_is_interrupted_is_complete(media: Path) -> None:
    running = process(media, *ENDLESS, "--realtime")
    await_rows(media, 10, running)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "not complete" not in err and "Traceback" not in err
    saved = rows(media / "rows.jsonl")
    assert len(saved) >= 10
    assert frames(media / "out.mp4")[0] > 0  # a busy machine drops some
    assert not list(media.glob("*.part*")) and not list(media.glob(".graphflow-*"))


@pytest.mark.slow
def test_a_killed_run_leaves_whole_rows_under_a_hidden_name(media: Path) -> None:
    running = process(media, *ENDLESS)
    await_rows(media, 50, running)
    running.kill()
    running.communicate(timeout=120)
    [unfinished] = media.glob(".graphflow-*.jsonl")
    text = unfinished.read_text()
    assert text.endswith("\n")
    assert all(json.loads(line)["timestamp"] >= 0 for line in text.splitlines())
    assert not (media / "rows.jsonl").exists() and not (media / "out.mp4").exists()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_server_that_never_answers_can_be_interrupted(media: Path, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"{scheme}://me:s3cret@127.0.0.1:{server.getsockname()[1]}/"
        running = process(media, *RUN, "--input", address, "--output", "out.mp4")
        server.settimeout(30)
        connection, _ = server.accept()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=120)
        connection.close()
    assert running.returncode == 130
    assert "Traceback" not in err and "s3cret" not in err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_standard_input_that_never_ends_can_be_interrupted_and_leaves_nothing(
    media: Path, number: signal.Signals
) -> None:
    (media / "tmp").mkdir()
    given = {"stdin": subprocess.PIPE, "env": environment(TMPDIR=str(media / "tmp"))}
    running = start(media, *RUN, "--input", "-", "--output", "out.mp4", **given)
    try:
        assert running.stdin is not None
        # More than a pipe holds: once it is written, somebody reads, and waits for more.
        running.stdin.write("x" * 1_000_000)
        running.stdin.flush()
        running.send_signal(number)
        assert running.wait(timeout=60) == (-number if number == signal.SIGKILL else 128 + number)
    finally:
        running.kill()
        _, err = running.communicate()
    assert "Fatal" not in err and "Traceback" not in err
    if sys.platform.startswith("linux"):
        assert list((media / "tmp").iterdir()) == []
