"""Files that are whole are never called damaged, whatever number of frames they declare; a missing end is seen."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import cv2
import pytest

from graphflow import IncompleteInput
from graphflow.calculators.sources.container import HEAD, container_of, is_cut_off
from graphflow.calculators.sources.frame_count import frames_held
from tests.calculators.sources.media import FakeCapture, FakeCaptures, frame, gif, make_clip, play, times

KINDS = [
    ("clip.mp4", "mp4v", "mp4"),
    ("clip.mov", "mp4v", "mp4"),
    ("clip.mkv", "mp4v", "matroska"),
    ("clip.webm", "VP80", "matroska"),
    ("clip.avi", "MJPG", "avi"),
    ("clip.ts", "mpg2", "mpeg-ts"),
    ("clip.mpg", "mpg1", "mpeg-ps"),
    ("clip.vob", "mpg2", "mpeg-ps"),
    ("clip.flv", "FLV1", "flv"),
    ("clip.ivf", "VP80", "ivf"),
    ("clip.wmv", "WMV2", "asf"),
    ("clip.gif", "", "gif"),
]
each_kind = pytest.mark.parametrize(("name", "codec", "kind"), KINDS, ids=[f"{kind[0]}" for kind in KINDS])


def made(folder: Path, name: str, codec: str, frames: int = 30) -> Path:
    if codec:
        return make_clip(folder / name, frames, codec=codec)
    (folder / name).write_bytes(gif(frames))
    return folder / name


@each_kind
def test_a_whole_clip_is_whole_whatever_it_declares(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    clip = made(tmp_path, name, codec)
    assert container_of(clip.read_bytes()[:HEAD]) == kind
    capture = FakeCapture(map(frame, range(30)), properties={cv2.CAP_PROP_FRAME_COUNT: 59})
    played = play(clip, FakeCaptures(capture))
    assert len(times(played)) == 30
    assert "frames_missing" not in played.counters
    assert len(times(play(clip))) == 30


@each_kind
def test_a_clip_without_its_end_is_cut_off(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    content = made(tmp_path, name, codec).read_bytes()
    chance = random.Random(1)
    cuts = [chance.randrange(len(content) // 10, len(content)) for _ in range(50)]
    unseen = [cut for cut in cuts if not is_cut_off(io.BytesIO(content[:cut]))]
    assert len(unseen) <= (2 if kind in ("mpeg-ts", "mpeg-ps", "flv", "ivf") else 0)  # just between two packets


@pytest.mark.parametrize("name", ["clip.gif", "clip.mpg", "clip.ts"])
def test_a_clip_that_is_cut_off_fails_the_run_at_its_end(tmp_path: Path, name: str) -> None:
    clip = made(tmp_path, name, {"clip.gif": "", "clip.mpg": "mpg1", "clip.ts": "mpg2"}[name])
    content = clip.read_bytes()
    clip.write_bytes(content[: len(content) * 2 // 3 + 1])
    with pytest.raises(
        IncompleteInput, match=f"{name}' is cut off: .*frames could be decoded.*; add --allow-truncated"
    ):
        play(clip)
    assert 0 < len(times(play(clip, allow_truncated=True))) <= 30


def test_frames_that_are_asked_for_and_there_are_all_there_is_to_say(tmp_path: Path) -> None:
    clip = made(tmp_path, "clip.gif", "")
    clip.write_bytes(clip.read_bytes()[:-1])
    assert len(times(play(clip, max_frames=3))) == 3


@pytest.mark.parametrize(("name", "codec", "kind"), [kind for kind in KINDS if kind[1] in ("mp4v", "MJPG", "")])
def test_frames_are_counted_in_the_index(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    with made(tmp_path, name, codec).open("rb") as file:
        assert frames_held(file) == 30


def test_what_an_edit_list_leaves_out_is_not_missing(tmp_path: Path) -> None:
    content = bytearray(make_clip(tmp_path / "clip.mp4", 30, rate=30).read_bytes())
    track = content.index(b"mdia") - 4
    box = struct.pack(">I4sIIIiI", 28, b"elst", 0, 1, 500, 0, 0x10000)
    edits = struct.pack(">I4s", 8 + len(box), b"edts") + box
    if b"elst" in content:  # half of the second that the clip has
        struct.pack_into(">I", content, content.index(b"elst") + 12, 500)
    else:
        content[track:track] = edits
        for kind in (b"moov", b"trak"):
            place = content.index(kind) - 4
            struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + len(edits))
    (tmp_path / "edited.mp4").write_bytes(content)
    played = play(tmp_path / "edited.mp4")
    assert 10 < len(times(played)) < 20
    assert "frames_missing" not in played.counters


@pytest.mark.parametrize("filling", [b"\0" * 100, b"\xff" * 50])
def test_what_devices_fill_up_a_transport_stream_with_is_no_damage(tmp_path: Path, filling: bytes) -> None:
    content = make_clip(tmp_path / "clip.ts", 30, codec="mpg2").read_bytes()
    assert not is_cut_off(io.BytesIO(content + filling))


def test_a_transport_stream_with_times_before_each_packet_is_known(tmp_path: Path) -> None:
    content = make_clip(tmp_path / "clip.ts", 30, codec="mpg2").read_bytes()
    packets = [b"\0\0\0\0" + content[place : place + 188] for place in range(0, len(content), 188)]
    assert not is_cut_off(io.BytesIO(b"".join(packets)))
    assert is_cut_off(io.BytesIO(b"".join(packets)[:-5]))


def test_dv_has_frames_of_one_length() -> None:
    for sign, length in ((b"\x3f", 120_000), (b"\xbf", 144_000)):
        whole = (b"\x1f\x07\x00" + sign).ljust(length, b"\x55") * 2
        assert not is_cut_off(io.BytesIO(whole))
        assert is_cut_off(io.BytesIO(whole[:-1]))


def test_a_stream_of_unknown_length_is_whole_where_its_last_part_is() -> None:
    # As programs write it that cannot go back: segment and cluster without a length.
    head = b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\xff" + b"\x1f\x43\xb6\x75\xff"
    whole = head + (b"\xa3\x84\x81\0\0\0") * 5
    assert not is_cut_off(io.BytesIO(whole))
    assert all(is_cut_off(io.BytesIO(whole[:-cut])) for cut in (1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    "head", [b"", b"#EXTM3U\n", b"ffconcat version 1.0\n", b"ID3\x04\0\0\0\0\0\0#EXTM3U\n", b"<MPD>", b"RIFF....WAVE"]
)
def test_what_could_point_at_other_files_is_no_clip(head: bytes) -> None:
    assert container_of(head + bytes(3000)) == ""


@pytest.mark.parametrize(("name", "codec", "kind"), KINDS)
def test_damage_anywhere_ends_the_look_at_a_container(tmp_path: Path, name: str, codec: str, kind: str) -> None:
    content = made(tmp_path, name, codec, 10).read_bytes()
    chance = random.Random(2)
    for _ in range(200):
        damaged = bytearray(content[: chance.randrange(len(content))])
        for _ in range(min(20, len(damaged))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        is_cut_off(io.BytesIO(damaged))
        frames_held(io.BytesIO(damaged))
