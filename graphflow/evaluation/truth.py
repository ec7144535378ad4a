"""Pictures and the points that somebody has marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphflow.errors import UnusableFile
from graphflow.evaluation.measure import eye_distance
from graphflow.evaluation.points import COUNT, Points

_TOLD = 10
"""How many problems a message lists."""


class TruthError(UnusableFile):
    """The truth is malformed, or pictures are missing.

    Attributes:
        problems: Each as ``file:line: what is wrong``, all of them.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        further = [f"and {len(problems) - _TOLD} more like these"] if len(problems) > _TOLD else []
        super().__init__("\n".join([*problems[:_TOLD], *further]))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, eq=False)
class MarkedPicture:
    """A picture and the faces that are marked in it.

    Attributes:
        path: The picture.
        name: What reports call it.
        faces: The points of each face, in pixels.
        size: Width and height that the truth gives the picture, or None.
        place: Where the truth speaks of it, as ``file:line``.
    """

    path: Path
    name: str
    faces: tuple[Points, ...]
    place: str
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What a folder or a file marks.

    Attributes:
        pictures: In order.
        notes: What was left out, in words.
    """

    pictures: tuple[MarkedPicture, ...]
    notes: tuple[str, ...] = ()


def checked_face(points: Points, place: str, problems: list[str]) -> bool:
    """Whether a face can be measured against: 68 points, and eyes that are apart.

    Args:
        points: Of the face.
        place: Where it stands in the truth.
        problems: Takes what is wrong.
    """
    if len(points) != COUNT:
        problems.append(f"{place}: this face has {len(points)} points; {COUNT} are needed")
    elif eye_distance(points) == 0:
        problems.append(
            f"{place}: both eyes of this face are on the same spot, so that nothing can be measured by them"
        )
    else:
        return True
    return False
