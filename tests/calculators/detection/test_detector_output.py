from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.detection.ssd_anchors import SsdAnchors
from graphflow.calculators.detection.tensors_to_detections import TensorsToDetections
from graphflow.testing import run_calculator

SHORT_RANGE: dict[str, Any] = {
    "input_size_width": 128,
    "input_size_height": 128,
    "num_layers": 4,
    "strides": [8, 16, 16, 16],
    "min_scale": 0.1484375,
    "max_scale": 0.75,
    "fixed_anchor_size": True,
}


def anchors(**options: Any) -> Any:
    return run_calculator(SsdAnchors, options=SHORT_RANGE | options).side_packets["out"]


def test_the_anchors_of_the_short_range_detector() -> None:
    made = anchors()
    assert made.shape == (896, 4)
    assert made[[0, 1, 2, 512]].tolist() == [
        [0.03125, 0.03125, 1, 1],
        [0.03125, 0.03125, 1, 1],
        [0.09375, 0.03125, 1, 1],
        [0.0625, 0.0625, 1, 1],
    ]


def test_the_anchors_of_the_full_range_detector() -> None:
    full = {"input_size_width": 192, "input_size_height": 192, "num_layers": 1, "strides": [4]}
    made = anchors(**full, interpolated_scale_aspect_ratio=0.0)
    assert made.shape == (2304, 4)
    assert made[49].tolist() == [numpy.float32(1.5 / 48), numpy.float32(1.5 / 48), 1, 1]


def test_sizes_grow_from_layer_to_layer() -> None:
    made = anchors(num_layers=2, strides=[64, 128], min_scale=0.2, max_scale=0.8, fixed_anchor_size=False,
                   aspect_ratios=[4.0])  # fmt: skip
    between = math.sqrt(0.2 * 0.8)
    assert made[:2, 2:].tolist() == pytest.approx(numpy.array([[0.4, 0.1], [between, between]]), abs=1e-6)
    last = math.sqrt(0.8)
    assert made[-2:, 2:].tolist() == pytest.approx(numpy.array([[1.6, 0.4], [last, last]]), abs=1e-6)


def test_three_fixed_boxes_in_the_lowest_layer() -> None:
    made = anchors(num_layers=1, strides=[128], fixed_anchor_size=False, reduce_boxes_in_lowest_layer=True)
    scale = (0.1484375 + 0.75) / 2
    wide, narrow = scale * math.sqrt(2), scale / math.sqrt(2)
    shapes = [[0.1, 0.1], [wide, narrow], [narrow, wide]]
    assert made[:, 2:].tolist() == pytest.approx(numpy.array(shapes), abs=1e-6)


def test_as_many_strides_as_layers() -> None:
    with pytest.raises(GraphConfigError, match="num_layers is 3, but there are 4 strides"):
        anchors(num_layers=3)


# --- decoding ----------------------------------------------------------------------------------------------------

ANCHORS = numpy.array([[0.25, 0.5, 1, 1], [0.75, 0.5, 1, 2]], numpy.float32)
OPTIONS: dict[str, Any] = {
    "num_classes": 1,
    "num_boxes": 2,
    "num_coords": 6,
    "num_keypoints": 1,
    "keypoint_coord_offset": 4,
    "x_scale": 100.0,
    "y_scale": 100.0,
    "w_scale": 100.0,
    "h_scale": 100.0,
    "box_format": "XYWH",
}
BOXES = [[10, 20, 30, 40, 1, 2], [-10, 0, 20, 10, 3, 4]]


def decode(boxes: Any = BOXES, scores: Any = ((0.6,), (0.7,)), swap: bool = False, **options: Any) -> list[Any]:
    tensors = [numpy.array([boxes], numpy.float32), numpy.array([scores], numpy.float32)]
    inputs: dict[str, Any] = {"tensors": [Packet(tensors[::-1] if swap else tensors, 0)]}
    result = run_calculator(
        TensorsToDetections, inputs=inputs, options=OPTIONS | options, side_packets={"anchors": ANCHORS}
    )
    found: list[Any] = result.values("detections")[0]
    return found


def boxes_of(found: list[Any]) -> Any:
    return numpy.array([(d.xmin, d.ymin, d.width, d.height) for d in found])


def test_boxes_and_key_points_refer_to_their_anchors() -> None:
    one, two = decode()
    assert boxes_of([one, two]) == pytest.approx(numpy.array([[0.2, 0.5, 0.3, 0.4], [0.55, 0.4, 0.2, 0.2]]), abs=1e-6)
    assert one.keypoints == pytest.approx(numpy.array([[0.26, 0.52]]), abs=1e-6)
    assert two.keypoints == pytest.approx(numpy.array([[0.78, 0.58]]), abs=1e-6)
    assert (one.label_id, one.score, two.score) == (0, numpy.float32(0.6), numpy.float32(0.7))


def test_tensors_are_told_apart_by_size() -> None:
    assert decode(swap=True) == decode()


def test_other_orders_of_a_box() -> None:
    turned = [[box[i] for i in (1, 0, 3, 2, 5, 4)] for box in BOXES]
    assert decode(turned, box_format="YXHW") == decode()
    assert decode(turned, box_format="UNSPECIFIED") == decode()
    assert decode(box_format="UNSPECIFIED", reverse_output_order=True) == decode()
    distances = [[5, 20, 25, 20, 1, 2], [20, 5, 0, 5, 3, 4]]  # left, up, right, down from the anchor
    assert decode(distances, box_format="XYXY") == decode([[10, 0, 30, 40, 1, 2], [-10, 0, 20, 10, 3, 4]])


def test_sizes_as_logarithms() -> None:
    found = decode([[0, 0, 0, -100, 0, 0], BOXES[1]], apply_exponential_on_box_size=True)
    assert (found[0].width, found[0].height) == pytest.approx((1.0, math.exp(-1)))


def test_y_that_counts_from_below() -> None:
    upright, turned = decode()[0], decode(flip_vertically=True)[0]
    assert turned.ymin == pytest.approx(1 - upright.ymin - upright.height, abs=1e-6)
    assert turned.keypoints[0, 1] == pytest.approx(1 - upright.keypoints[0, 1])


def test_scores_below_the_threshold_do_not_count_and_those_at_it_do() -> None:
    assert [d.score for d in decode(min_score_thresh=0.7)] == [numpy.float32(0.7)]
    assert len(decode(min_score_thresh=0.6)) == 2


def test_a_threshold_of_the_same_time_replaces_the_option() -> None:
    tensors = [numpy.array([BOXES], numpy.float32), numpy.array([[[0.6], [0.7]]], numpy.float32)]
    inputs = {"tensors": [Packet(tensors, time) for time in range(3)], "min_score_thresh": "0:0.7 1:0.8"}
    options = OPTIONS | {"min_score_thresh": 0.1}
    result = run_calculator(TensorsToDetections, inputs=inputs, options=options, side_packets={"anchors": ANCHORS})
    assert [len(found) for found in result.values("detections")] == [1, 0, 2]


def test_scores_through_a_sigmoid() -> None:
    scores = [[2.0], [-500.0]]
    (found,) = decode(scores=scores, sigmoid_score=True, score_clipping_thresh=100.0, min_score_thresh=0.5)
    assert found.score == numpy.float32(1) / (numpy.float32(1) + numpy.float32(math.exp(-2)))
    assert len(decode(scores=scores, sigmoid_score=True, score_clipping_thresh=100.0)) == 2


def test_the_score_decides_exactly_at_the_threshold() -> None:
    logits = numpy.linspace(-0.001, 0.001, 401, dtype=numpy.float32)
    for first, second in zip(logits[::2], logits[1::2], strict=False):
        found = decode(scores=[[first], [second]], sigmoid_score=True, min_score_thresh=0.5)
        exact = [1 / (numpy.float32(1) + numpy.float32(math.exp(-float(x)))) for x in (first, second)]
        assert len(found) == sum(score >= 0.5 for score in exact)


def test_the_best_class_counts_unless_it_is_ignored() -> None:
    scores = [[0.1, 0.9, 0.5], [0.3, 0.2, 0.3]]
    labels = lambda **options: [d.label_id for d in decode(scores=scores, num_classes=3, **options)]  # noqa: E731
    assert labels() == [1, 0]
    assert labels(ignore_classes=[1]) == [2, 0]
    assert labels(allow_classes=[1]) == [1, 1]


def test_boxes_of_negative_or_unknown_size_are_left_out() -> None:
    assert decode([[0, 0, -1, 5, 0, 0], [0, 0, math.nan, 5, 0, 0]]) == []


def test_the_first_results_are_kept_not_the_best() -> None:
    assert [d.score for d in decode(max_results=1)] == [numpy.float32(0.6)]


def test_tensors_of_another_size() -> None:
    with pytest.raises(ValueError, match=r"2 boxes of 6 values and as many scores of 1 classes, .* \(1, 3, 6\)"):
        decode([*BOXES, BOXES[0]])


@pytest.mark.parametrize(
    "options", [{"num_coords": 8}, {"ignore_classes": [0], "allow_classes": [0]}, {"max_results": 0}, {"x_scale": 0.0}]
)
def test_options_that_contradict_each_other(options: dict[str, Any]) -> None:
    with pytest.raises(GraphConfigError):
        decode(**options)
