"""TensorsToDetections, with the anchors of SsdAnchors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, array

BOXES, KEYPOINTS = 96, 3
ANCHORS: dict[str, Any] = {
    "calculator": "SsdAnchors",
    "output_side_packets": {"out": "anchors"},
    "options": {
        "input_size_width": 64,
        "input_size_height": 64,
        "num_layers": 2,
        "min_scale": 0.15,
        "max_scale": 0.75,
        "strides": [16, 16],
        "aspect_ratios": [1.0, 0.5],
        "interpolated_scale_aspect_ratio": 1.0,
    },
}


def make(classes: int) -> Any:
    def inputs(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            boxes = array(random, -20, 60, (1, BOXES, 4 + 2 * KEYPOINTS))
            yield {"tensors": [boxes, array(random, -4, 2, (1, BOXES, classes))]}

    return inputs


def case(name: str, classes: int, *, fixed: bool = True, **options: Any) -> Case:
    anchors = ANCHORS | {"options": ANCHORS["options"] | {"fixed_anchor_size": fixed}}
    numbers = {"num_classes": classes, "num_boxes": BOXES, "num_coords": 4 + 2 * KEYPOINTS, "num_keypoints": KEYPOINTS}
    scales = {"keypoint_coord_offset": 4, "x_scale": 64.0, "y_scale": 64.0, "w_scale": 64.0, "h_scale": 64.0}
    decode = {
        "calculator": "TensorsToDetections",
        "inputs": {"tensors": "tensors"},
        "outputs": {"detections": "detections"},
        "side_packets": {"anchors": "anchors"},
        "options": numbers | scales | options,
    }
    return Case(
        name=name,
        nodes={"anchors": anchors, "decode": decode},
        inputs={"tensors": "tensors"},
        outputs={"detections": "detections"},
        make=make(classes),
        golden=3,
    )


CASES = [
    case("sigmoid", 1, sigmoid_score=True, min_score_thresh=0.5, score_clipping_thresh=100.0),
    case("x before y", 1, sigmoid_score=True, min_score_thresh=0.6, reverse_output_order=True),
    case("several classes", 3, fixed=False, min_score_thresh=1.0, ignore_classes=[1], box_format="XYWH"),
    case("exponential", 1, min_score_thresh=1.0, apply_exponential_on_box_size=True, flip_vertically=True),
]
