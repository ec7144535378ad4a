"""Whatever file is given: frames in order of time, or an error that says what is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import pytest

from graphflow import UnusableFile
from tests.calculators.sources.media import frame, make_clip, make_noisy_clip, play, times


def damage(content: bytes, seed: int) -> bytes:
    """Flip bits, write over, cut off, exchange parts, or lose a part."""
    chance, damaged = random.Random(seed), bytearray(content)
    length = len(damaged)
    first, second = sorted((chance.randrange(length), chance.randrange(length)))
    match seed % 5:
        case 0:
            for _ in range(chance.choice([1, 10, 100])):
                damaged[chance.randrange(length)] ^= 1 << chance.randrange(8)
        case 1:
            for _ in range(chance.choice([1, 5, 30])):
                place = chance.randrange(length)
                damaged[place : place + 40] = chance.randbytes(40)
        case 2:
            del damaged[first:]
        case 3:
            damaged = damaged[:first] + damaged[second:] + damaged[first:second]
        case _:
            del damaged[first:second]
    return bytes(damaged)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.mp4", "b.mp4", "a.mkv", "a.avi", "a.png", "a.jpg", "a.webp", "a.tif", "a.bmp"])
def test_damaged_files_are_read_as_far_as_they_go_or_refused(tmp_path: Path, name: str, library: str) -> None:
    path = tmp_path / name
    if name == "a.mp4":
        make_clip(path, 10)
    elif path.suffix in (".mp4", ".mkv", ".avi"):
        make_noisy_clip(path, 10, "MJPG" if path.suffix == ".avi" else "mp4v")
    else:
        cv2.imwrite(str(path), frame(7))
    content = path.read_bytes()
    read = 0
    for seed in range(60):
        path.write_bytes(damage(content, seed))
        try:
            played = play(path, allow_truncated=True)
        except UnusableFile:
            continue
        read += 1
        stamps = times(played)
        assert stamps == sorted(set(stamps))
    assert read or name == "a.png"  # which has checksums
