"""What a program printed and drew, as text that can be compared."""

import re
from pathlib import Path

import numpy as np

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")


def drawn(path: Path) -> list[np.ndarray]:
    """The pictures that a program wrote."""
    with np.load(path) as archive:
        return [archive[name] for name in archive.files]


def as_text(printed: str, pictures: list[np.ndarray]) -> str:
    """What was printed, and a line for each picture: its shape and its mean colour."""
    lines = [
        f"picture {'x'.join(map(str, picture.shape))} {' '.join(f'{mean:.4f}' for mean in picture.mean(axis=(0, 1)))}"
        for picture in pictures
    ]
    return "\n".join([*printed.splitlines(), *lines, ""])


def largest_difference(expected: str, found: str) -> float:
    """How far numbers at the same places are apart; infinite if words, or how many numbers there are, differ."""
    if NUMBER.sub("#", expected) != NUMBER.sub("#", found):
        return float("inf")
    pairs = zip(NUMBER.findall(expected), NUMBER.findall(found), strict=True)
    return max((abs(float(one) - float(other)) for one, other in pairs), default=0.0)


def differing_pixels(expected: list[np.ndarray], found: list[np.ndarray]) -> int | None:
    """How many pixels differ in all pictures; None if there are others, or of other sizes."""
    if [picture.shape for picture in expected] != [picture.shape for picture in found]:
        return None
    return sum(int((one != other).any(axis=-1).sum()) for one, other in zip(expected, found, strict=True))
