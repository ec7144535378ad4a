"""Write what MediaPipe finds on the clips of the tests: python -m tools.solutions.golden PEER_PYTHON [SOLUTION...].

tests/solutions/test_same_result.py compares it with what is found here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from tools.face_mesh.clips import lost_and_found, moving
from tools.measuring.asked import ROOT
from tools.solutions.sides import both_sides
from tools.solutions.table import SOLUTIONS

GOLDEN = ROOT / "tests" / "golden" / "solutions"
PICTURES = ROOT / "tests" / "pictures"
Frame = NDArray[numpy.uint8]


@dataclass(frozen=True, kw_only=True)
class GoldenCase:
    """A clip on which a solution is compared.

    Attributes:
        solution: Of the table.
        name: Of the clip and the way.
        frames: Makes the clip: RGB, all of one size.
        static: Whether each picture is looked at for itself.
        side: Side packets besides those of the table.
        largest: By unit how far apart numbers may be, where that is not what the test says for all. MediaPipe finds the
            boxes of Objectron in space by an eigenvector in float32, and its rounding grows from frame to frame.
    """

    solution: str
    name: str
    frames: Callable[[], list[Frame]]
    static: bool = False
    side: Mapping[str, Any] = field(default_factory=dict)
    largest: Mapping[str, float] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The golden file."""
        return GOLDEN / f"{self.solution}.{self.name}.npz"

    @property
    def sides(self) -> dict[str, Any]:
        """All side packets."""
        return {**SOLUTIONS[self.solution].side, **self.side}


def hands() -> list[Frame]:
    """The picture of two hands."""
    return [_picture("hands.jpg")]


def signing() -> list[Frame]:
    """Somebody who signs with one hand: body, face and both hands."""
    return [_picture("signing.jpg")]


def signing_that_jumps() -> list[Frame]:
    """The same: a little motion, a jump, nobody, and again, then with one hand hidden."""
    (picture,) = signing()
    views = [picture[y : y + 450, x : x + 580] for x, y in ((0, 0), (5, 3), (60, 30), (58, 28), (0, 0), (4, 2))]
    views[-1] = views[-1].copy()
    views[-1][150:240, 230:350] = 128
    return [*views[:4], numpy.zeros_like(views[0]), *views[4:]]


def hands_that_come_and_go() -> list[Frame]:
    """Two hands that move a little, none, the left one alone, and both again."""
    (picture,) = hands()
    return list(_come_and_go(picture))


def _picture(name: str) -> Frame:
    picture: Any = cv2.imread(str(PICTURES / name))
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def _come_and_go(picture: Frame) -> Iterator[Frame]:
    height, width = picture.shape[0] - 22, picture.shape[1] - 80
    for step in range(4):
        yield picture[5 * step : 5 * step + height, 25 * step : 25 * step + width]
    yield numpy.zeros((height, width, 3), numpy.uint8)
    for step in range(3):
        alone = picture[:height, 4 * step : 4 * step + width].copy()
        alone[:, width // 2 :] = 255
        yield alone
    yield picture[22:, 80:]


def person_that_comes_and_goes() -> list[Frame]:
    """The upper body of the sample portrait: it moves, is gone, is elsewhere, half out of the picture, and back."""
    return list(lost_and_found())


def small_person() -> list[Frame]:
    """The upper body in pictures so small that their masks are, too."""
    return list(islice(moving(96, 72, (1, 5)), 4))


def cups() -> list[Frame]:
    """Two pictures: a cup, and two cups."""
    picture: Any = cv2.cvtColor(cv2.imread(str(PICTURES / "coffee.jpg")), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
    small = cv2.resize(picture, (300, 400), interpolation=cv2.INTER_AREA)
    return [picture, numpy.hstack([small, small[:, ::-1]])]


def cups_that_come_and_go() -> list[Frame]:
    """A cup that moves a little and turns, none, and two cups."""
    one, two = cups()
    turns = [cv2.getRotationMatrix2D((300, 200), 6.0 * step, 1.0 - 0.05 * step) for step in range(5)]
    turned: Any = [cv2.warpAffine(one, turn, (600, 400), borderMode=cv2.BORDER_REPLICATE) for turn in turns]
    return [*turned, numpy.zeros_like(one), numpy.zeros_like(one), two, two, one]


WITHOUT_MASK = {"enable_segmentation": False}
CASES = [
    GoldenCase(solution="hands", name="static", frames=hands, static=True),
    GoldenCase(solution="hands", name="static.lite", frames=hands, static=True, side={"model_complexity": 0}),
    GoldenCase(solution="hands", name="free", frames=hands_that_come_and_go),
    GoldenCase(solution="hands", name="free.lite", frames=hands_that_come_and_go, side={"model_complexity": 0}),
    GoldenCase(solution="holistic", name="static", frames=signing, static=True, side=WITHOUT_MASK),
    GoldenCase(solution="holistic", name="free", frames=signing_that_jumps, side=WITHOUT_MASK),
    GoldenCase(solution="pose", name="static", frames=small_person, static=True),
    GoldenCase(solution="pose", name="masks", frames=small_person),
    GoldenCase(solution="pose", name="free", frames=person_that_comes_and_goes, side=WITHOUT_MASK),
    GoldenCase(solution="objectron", name="static", frames=cups, static=True),
    GoldenCase(solution="objectron", name="free", frames=cups_that_come_and_go, largest={"px": 4.0, "units": 0.01}),
]


def main(python: str, *solutions: str) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for case in CASES:
        if solutions and case.solution not in solutions:
            continue
        frames = case.frames()
        with both_sides(python, case.solution, frames, case.sides, options={}, threads=None) as (_, (theirs,)):
            found, _ = theirs.find(case.static)
        numpy.savez_compressed(case.path, **found)  # type: ignore[arg-type]
        print(f"{case.path.name}: {case.path.stat().st_size} bytes, {len(frames)} frames")


if __name__ == "__main__":
    main(*sys.argv[1:])
