"""SplitLandmarks, for both kinds of lists, and the visibility of a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, landmarks, pixel_landmarks


def make(payload: Callable[..., Any]) -> Callable[[Random], Iterator[dict[str, Any]]]:
    def inputs(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            yield {"points": payload(random, 9, scores=True)}

    return inputs


def case(name: str, kind: str, peer: str, payload: Callable[..., Any], options: Any, parts: list[str]) -> Case:
    split = {
        "calculator": "SplitLandmarks",
        "inputs": {"item": "points"},
        "outputs": {"out": parts},
        "options": options,
    }
    return Case(
        name=name,
        nodes={"split": split},
        inputs={"points": kind},
        outputs=dict.fromkeys(parts, kind),
        make=make(payload),
        peer_names={"SplitLandmarks": peer},
        golden=3,
    )


RANGES = {"ranges": [{"begin": 0, "end": 1}, {"begin": 4, "end": 7}]}
ONE_LIST = {"ranges": [{"begin": 4, "end": 7}, {"begin": 0, "end": 2}], "combine_outputs": True}
RELATIVE, PIXELS = "SplitNormalizedLandmarkListCalculator", "SplitLandmarkListCalculator"
CASES = [
    case("ranges", "landmarks", RELATIVE, landmarks, RANGES, ["first", "others"]),
    case("combined", "landmarks", RELATIVE, landmarks, ONE_LIST, ["together"]),
    case("metres", "pixel_landmarks", PIXELS, pixel_landmarks, RANGES, ["first", "others"]),
]
