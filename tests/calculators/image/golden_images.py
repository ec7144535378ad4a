"""What MediaPipe's own calculators make of small images, recorded by ``tools/peer/mediapipe_images.py``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy

_FILE = Path(__file__).parents[2] / "golden" / "images.npz"


def cases(calculator: str) -> list[tuple[str, str]]:
    """The image and the options' text of each case of a calculator."""
    with numpy.load(_FILE) as golden:
        return [tuple(name.split("|")[1:]) for name in golden if name.startswith(f"{calculator}|")]  # type: ignore[misc]


def picture(name: str) -> Any:
    """One of the images."""
    with numpy.load(_FILE) as golden:
        return golden[name]


def case(calculator: str, image: str, options: str) -> tuple[Any, dict[str, Any], Any]:
    """The image, the options as graphflow has them, and what MediaPipe makes of it."""
    with numpy.load(_FILE) as golden:
        return golden[image], _options(options), golden[f"{calculator}|{image}|{options}"]


def _options(text: str) -> dict[str, Any]:
    """Options from text of the kind ``name: value other { name: value }``."""
    inner = re.compile(r"(\w+) \{(.*?)\}")
    found = {name: _options(body) for name, body in inner.findall(text)}
    return found | {name: _value(word) for name, word in re.findall(r"(\w+): (\S+)", inner.sub("", text))}


def _value(word: str) -> Any:
    if word in ("true", "false"):
        return word == "true"
    return float(word) if "." in word else int(word) if word.lstrip("-").isdigit() else word.strip('"')
