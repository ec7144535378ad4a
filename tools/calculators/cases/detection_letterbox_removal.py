"""DetectionLetterboxRemoval, behind the ImageToTensor that tells the padding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case
from tools.calculators.cases.landmark_letterbox_removal import PADDING, padded_image
from tools.calculators.random_payloads import Random, detections


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"found": detections(random), "image": padded_image(random)}


CASES = [
    Case(
        name="detections",
        nodes={
            "padding": PADDING,
            "tested": {
                "calculator": "DetectionLetterboxRemoval",
                "inputs": {"detections": "found", "letterbox_padding": "padding"},
                "outputs": {"detections": "found_out"},
            },
        },
        inputs={"found": "detections", "image": "image_frame"},
        outputs={"found_out": "detections"},
        make=make,
    )
]
