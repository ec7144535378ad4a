"""WarpAffine, with the inverse of the matrix that ImageToTensor tells of a region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from graphflow.calculators.types import ImageSize
from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, array, image, rect

REGION = {
    "calculator": "ImageToTensor",
    "inputs": {"image": "picture", "norm_rect": "rect"},
    "outputs": {"tensors": "tensors", "matrix": "there"},
    "options": {
        "output_tensor_width": 8,
        "output_tensor_height": 8,
        "keep_aspect_ratio": True,
        "output_tensor_float_range": {"min": 0.0, "max": 1.0},
    },
}
INVERSE = {"calculator": "InverseMatrix", "inputs": {"matrix": "there"}, "outputs": {"matrix": "back"}}


def make(mask: bool) -> Any:
    def payloads(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            width, height = random.integers(12, 25, 2).tolist()
            yield {
                "picture": numpy.zeros((height, width, 3), numpy.uint8),
                "size": ImageSize(width, height),
                "rect": rect(random),
                "image": array(random, 0, 1, (9, 9)) if mask else image(random, 9, 7),
            }

    return payloads


def case(name: str, kind: str, **options: str) -> Case:
    warp = {
        "calculator": "WarpAffine",
        "inputs": {"image": "image", "matrix": "back", "output_size": "size"},
        "outputs": {"image": "warped"},
        "options": options,
    }
    return Case(
        name=name,
        nodes={"region": REGION, "inverse": INVERSE, "tested": warp},
        inputs={"picture": "image_frame", "size": "image_size", "rect": "rect", "image": kind},
        outputs={"warped": kind},
        make=make(kind == "mask"),
        golden=4,
    )


CASES = [
    case("masks", "mask", border_mode="BORDER_ZERO"),
    case("masks to the border", "mask", interpolation="INTER_CUBIC"),
    case("images", "image", border_mode="BORDER_REPLICATE", interpolation="INTER_LINEAR"),
]
