"""HandLandmarksToRect: of whole hands, and of the 12 points that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, image_size, landmarks


def make(points: int) -> Callable[[Random], Iterator[dict[str, Any]]]:
    def hands(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            hand = landmarks(random, points)
            hand.points[:, :2] -= random.choice([0, 0.5, 1])  # also outside of the picture
            yield {"norm_landmarks": hand, "image_size": image_size(random)}

    return hands


CASES = [
    Case(
        name=f"{points} points",
        **one_node(
            "HandLandmarksToRect", {"norm_landmarks": "landmarks", "image_size": "image_size"}, {"norm_rect": "rect"}
        ),
        make=make(points),
    )
    for points in (21, 12)
]
