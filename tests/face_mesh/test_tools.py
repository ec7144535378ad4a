"""What the comparison with MediaPipe rests on."""

from __future__ import annotations

import hashlib
import stat
import sys
from pathlib import Path

import numpy
import pytest

from tools.face_mesh import clips, frames
from tools.face_mesh.distance import distance
from tools.face_mesh.peer import PeerError, peer_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="MediaPipe's part is played by a script for Unix")


def test_clips_are_the_same_bytes_everywhere() -> None:
    digests = {
        name: hashlib.sha256(numpy.stack(some).tobytes()).hexdigest()[:12] for name, (some, _) in clips.clips().items()
    }
    assert digests == DIGESTS


DIGESTS = {
    "portrait": "a8c429c18afa",
    "moving": "fe936361b8cd",
    "lost_and_found": "74eadf2ef89c",
    "two_faces": "cc2023e46513",
}


def faces(*counts: int) -> numpy.typing.NDArray[numpy.float32]:
    """Two faces of three points on each frame, as many of them as it says, the others missing."""
    found = numpy.full((len(counts), 2, 3, 3), numpy.nan, numpy.float32)
    for frame, count in enumerate(counts):
        found[frame, :count] = 0.5
    return found


def test_distances_are_in_pixels_and_leave_depth_out() -> None:
    one, other = faces(1, 2), faces(1, 2)
    other[1, 1, 2] += (0.03, 0.04, 9)
    apart = distance(one, other, 100, 100)
    assert (apart.largest, apart.worst_frame) == (pytest.approx(5, abs=1e-4), 1)
    assert apart.mean == pytest.approx(5 / 9, abs=1e-4)
    assert distance(one, other, 100, 0).largest == pytest.approx(3, abs=1e-4)


def test_frames_with_another_number_of_faces_are_counted_and_left_out() -> None:
    one, other = faces(1, 2, 0), faces(1, 1, 0)
    other[1, 0] += 1
    apart = distance(one, other, 100, 100)
    assert (apart.frames, apart.same_count, apart.largest) == (3, 2, 0)


def test_no_faces_at_all() -> None:
    assert distance(faces(0), faces(0), 100, 100).same_count == 1


def test_arrays_and_clips_are_read_as_far_as_wanted(tmp_path: Path) -> None:
    some = numpy.arange(3 * 4 * 5 * 3, dtype=numpy.uint8).reshape(3, 4, 5, 3)
    numpy.save(tmp_path / "clip.npy", some)
    read = frames.read(str(tmp_path / "clip.npy"), 2)
    numpy.testing.assert_array_equal(read, some[:2])
    assert frames.read("sample", 5)[0].shape == (512, 512, 3)
    assert [frame.shape for frame in frames.read("two720", 1)] == [(720, 1280, 3)]
    with pytest.raises(SystemExit, match=r"'nothing.mp4' has no frames; sample, moving720"):
        frames.read("nothing.mp4", 1)


def python(folder: Path, says: str) -> str:
    """A python that does something else."""
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{says}\n")
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    return str(script)


def test_what_mediapipe_prints_and_saves_is_read(tmp_path: Path) -> None:
    numpy.savez(tmp_path / "found.npz", landmarks=faces(1))
    says = f'cp {tmp_path}/found.npz "$3"; echo "median 1.5 ms  p99 2 ms  640.5 frames/s  cpu 1.75 ms/frame"'
    with peer_of(python(tmp_path, says), [clips.blank(8, 6)]) as peer:
        found, speed = peer.landmarks(1)
    numpy.testing.assert_array_equal(found, faces(1))
    assert (speed.rate, speed.cpu) == (640.5, 1.75)


def test_how_mediapipe_fails_is_told(tmp_path: Path) -> None:
    with (
        peer_of(python(tmp_path, "echo 'No module named mediapipe' >&2; exit 1"), [clips.blank(8, 6)]) as peer,
        pytest.raises(PeerError, match="No module named mediapipe"),
    ):
        peer.landmarks(1)
