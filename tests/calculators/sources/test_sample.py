from __future__ import annotations

import numpy

from graphflow.calculators.sources.sample_clip import motion
from tests.calculators.sources.media import play, times

FACE = numpy.array([223.0, 132.0, 1.0])


def inside(time: float) -> bool:
    """Whether the middle of the face is well inside of the picture."""
    x, y = motion(time) @ FACE
    return bool(100 < x < 1180 and 100 < y < 620)


def test_the_sample_is_ten_seconds_and_the_same_every_time() -> None:
    first, second = play("sample", max_frames=3), play("sample", max_frames=3)
    assert times(first) == [0, 33_333, 66_667]
    assert first.side_packets["info"][:3] == (1280, 720, 30)
    assert all((a == b).all() for a, b in zip(first.values("image"), second.values("image"), strict=True))
    assert not (first.values("image")[0] == first.values("image")[2]).all()


def test_the_face_leaves_the_picture_twice_and_comes_back() -> None:
    seen = [inside(number / 30) for number in range(300)]
    changes = [number for number in range(1, 300) if seen[number] != seen[number - 1]]
    assert seen[0] and seen[-1] and len(changes) == 4
    assert all(away > 15 for away in (changes[1] - changes[0], changes[3] - changes[2]))


def test_it_moves_smoothly() -> None:
    path = numpy.array([motion(number / 30) @ FACE for number in range(300)])
    assert numpy.abs(numpy.diff(path, axis=0)).max() < 120
