"""LandmarkLetterboxRemoval, behind the ImageToTensor that tells the padding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, landmarks

PADDING = {
    "calculator": "ImageToTensor",
    "inputs": {"image": "image"},
    "outputs": {"tensors": "tensors", "letterbox_padding": "padding"},
    "options": {
        "output_tensor_width": 8,
        "output_tensor_height": 6,
        "keep_aspect_ratio": True,
        "output_tensor_float_range": {"min": 0.0, "max": 1.0},
    },
}


def padded_image(random: Random) -> Any:
    """A black one, small and of any shape."""
    return numpy.zeros((*random.integers(3, 40, 2).tolist(), 3), numpy.uint8)


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"one": landmarks(random, scores=True), "other": landmarks(random, 3), "image": padded_image(random)}


CASES = [
    Case(
        name="two streams",
        nodes={
            "padding": PADDING,
            "tested": {
                "calculator": "LandmarkLetterboxRemoval",
                "inputs": {"landmarks": ["one", "other"], "letterbox_padding": "padding"},
                "outputs": {"landmarks": ["one_out", "other_out"]},
            },
        },
        inputs={"one": "landmarks", "other": "landmarks", "image": "image_frame"},
        outputs={"one_out": "landmarks", "other_out": "landmarks"},
        make=make,
    )
]
