"""Our modules find what mp.solutions finds: as many things on every frame, at the same places.

The figures in tests/golden/solutions are MediaPipe's, written by `python -m tools.solutions.golden`.
"""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest

from graphflow.calculators.libm import GLIBC
from tools.solutions.distance import distances, other_count
from tools.solutions.golden import CASES, GoldenCase
from tools.solutions.here import Worker

LARGEST = {"px": 1e-3, "m": 1e-4, "units": 1e-4, "": 1e-5}
"""By unit how far apart numbers may be; without one are scores, and labels, which differ by 1 or not at all."""


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.path.stem for case in CASES])
def test_a_solution_finds_what_mediapipe_finds(case: GoldenCase, tmp_path: Path) -> None:
    if not (GLIBC or case.static):
        pytest.skip("the last bit grows from frame to frame, and elsewhere than in glibc it is another")
    frames = numpy.array(case.frames())
    Worker({"solution": case.solution, "side": case.sides}, frames).find(str(tmp_path / "found.npz"), case.static)
    with numpy.load(tmp_path / "found.npz") as arrays, numpy.load(case.path) as golden:
        found, expected = dict(arrays), dict(golden)
    assert other_count(found, expected) == {name: [] for name in expected}
    apart = list(distances(found, expected, frames.shape[2], frames.shape[1]))
    assert len(apart) >= len(expected)
    largest = LARGEST | case.largest
    assert not [str(one) for one in apart if not one.largest <= largest[one.unit]]
