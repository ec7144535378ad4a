from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.detection.association import Association
from graphflow.calculators.detection.non_max_suppression import NonMaxSuppression
from graphflow.calculators.detection.overlap import rect_overlap
from graphflow.calculators.types import Detection, NormRect
from graphflow.testing import run_calculator


def box(score: float, xmin: float, width: float = 0.4, label: int = 0) -> Detection:
    points = numpy.array([[xmin, 0.5], [xmin + width, 0.5]], numpy.float32)
    return Detection(score, label, xmin, 0.25, width, 0.5, points)


FACE = {"min_suppression_threshold": 0.3, "overlap_type": "INTERSECTION_OVER_UNION", "algorithm": "WEIGHTED"}


def suppress(*streams: list[Detection], **options: Any) -> Any:
    inputs: dict[str, Any] = {f"item:{index}": [Packet(some, 0)] for index, some in enumerate(streams)}
    options = FACE | {"num_detection_streams": len(streams)} | options
    return next(iter(run_calculator(NonMaxSuppression, inputs=inputs, options=options).values()), None)


def test_a_group_becomes_its_weighted_mean_with_the_best_score() -> None:
    (mean,) = suppress([box(0.5, 0.1), box(0.75, 0.2, 0.5)])
    assert mean.score == 0.75
    assert mean.xmin == pytest.approx((0.5 * 0.1 + 0.75 * 0.2) / 1.25)
    assert mean.xmin + mean.width == pytest.approx((0.5 * 0.5 + 0.75 * 0.7) / 1.25)
    assert mean.keypoints[:, 0] == pytest.approx([mean.xmin, mean.xmin + mean.width], abs=1e-6)


def test_sums_are_made_one_after_the_other() -> None:
    scores = numpy.random.default_rng(3).uniform(0.5, 1, 40).astype(numpy.float32)
    found = [box(float(score), 0.1 + index / 1000) for index, score in enumerate(scores)]
    (mean,) = suppress(found)
    total = weighted = numpy.float32(0)
    for detection in sorted(found, key=lambda one: one.score, reverse=True):
        weighted += numpy.float32(detection.xmin) * numpy.float32(detection.score)
        total += numpy.float32(detection.score)
    assert mean.xmin == weighted / total


def test_things_apart_stay_apart_the_best_first() -> None:
    assert [d.score for d in suppress([box(0.5, 0.0), box(0.75, 0.6)])] == [0.75, 0.5]


def test_an_overlap_at_the_threshold_does_not_join() -> None:
    pair = [box(0.75, 0.0, 0.5), box(0.5, 0.0, 1.0)]
    assert len(suppress(pair, min_suppression_threshold=0.5)) == 2
    assert len(suppress(pair, min_suppression_threshold=0.49)) == 1


def test_the_default_algorithm_keeps_the_best_as_it_is() -> None:
    best = box(0.75, 0.2)
    assert suppress([box(0.5, 0.1), best], algorithm="DEFAULT") == [best]


@pytest.mark.parametrize(
    ("kind", "joined"), [("JACCARD", False), ("MODIFIED_JACCARD", True), ("INTERSECTION_OVER_UNION", True)]
)
def test_what_the_common_area_is_divided_by(kind: str, joined: bool) -> None:
    # A small box beside the middle of a large one: the rectangle around both is much larger than what they cover.
    large = Detection(0.5, 0, 0.0, 0.0, 1.0, 0.1, box(0, 0).keypoints)
    small = Detection(0.75, 0, 0.4, 0.0, 0.2, 0.5, box(0, 0).keypoints)
    found = suppress([large, small], overlap_type=kind, algorithm="DEFAULT", min_suppression_threshold=0.1)
    assert (len(found) == 1) is joined


def test_no_detections_are_no_packet_unless_wanted() -> None:
    assert suppress([]) is None
    assert suppress([], return_empty_detections=True) == []


def test_limits() -> None:
    apart = [box(0.5, 0.0, 0.1), box(0.75, 0.2, 0.1), box(0.6, 0.4, 0.1)]
    assert [d.score for d in suppress(apart, min_score_threshold=0.55)] == [0.75, 0.6]
    assert [d.score for d in suppress(apart, algorithm="DEFAULT", max_num_detections=1)] == [0.75]


def test_classes_on_their_own() -> None:
    found = [box(0.75, 0.1, label=1), box(0.5, 0.1, label=2)]
    assert len(suppress(found)) == 1
    assert [d.label_id for d in suppress(found, multiclass_nms=True)] == [1, 2]
    assert [d.label_id for d in suppress(found, multiclass_nms=True, max_num_detections=1)] == [1]


def test_several_streams_count_together() -> None:
    assert len(suppress([box(0.5, 0.1)], [box(0.75, 0.1)])) == 1


def test_the_number_of_streams_must_be_said() -> None:
    with pytest.raises(GraphConfigError, match="num_detection_streams: 2"):
        suppress([], [], num_detection_streams=1)


# --- association -------------------------------------------------------------------------------------------------


def rect(x: float, size: float = 0.2, rotation: float = 0.0) -> NormRect:
    return NormRect(x, 0.5, size, size, rotation)


def associate(*streams: list[NormRect] | None, threshold: float = 0.5) -> Any:
    inputs: dict[str, Any] = {
        f"item:{index}": [] if some is None else [Packet(some, 0)] for index, some in enumerate(streams)
    }
    options = {"min_similarity_threshold": threshold}
    return next(iter(run_calculator(Association, inputs=inputs, options=options).values()), None)


def test_later_streams_win_and_what_survives_of_earlier_ones_comes_first() -> None:
    detected, other, tracked = rect(0.30), rect(0.7), rect(0.31, rotation=0.2)
    assert associate([detected, other], [tracked]) == [other, tracked]


def test_at_the_threshold_two_rectangles_are_still_different_ones() -> None:
    same = NormRect(0.5, 0.5, 0.5, 0.5, 0.0)
    assert associate([same], [same], threshold=1.0) == [same, same]


def test_a_side_packet_replaces_the_threshold() -> None:
    inputs: dict[str, Any] = {"item:0": [Packet([rect(0.3), rect(0.31)], 0)]}
    side_packets = {"min_similarity_threshold": 1.0}
    options = {"min_similarity_threshold": 0.5}
    run = run_calculator(Association, inputs=inputs, options=options, side_packets=side_packets)
    assert run.values() == [[rect(0.3), rect(0.31)]]


def test_later_rectangles_of_a_list_win() -> None:
    assert associate([rect(0.3), rect(0.31)]) == [rect(0.31)]


def test_streams_that_are_absent_or_empty() -> None:
    assert associate(None, [rect(0.3)]) == [rect(0.3)]
    assert associate([], [rect(0.3)]) == [rect(0.3)]
    assert associate([], None) == []
    assert associate(None, None) is None


def test_overlap_of_rectangles() -> None:
    assert rect_overlap(rect(0.3), rect(0.3)) == pytest.approx(1)
    assert rect_overlap(rect(0.3), rect(0.4)) == pytest.approx(1 / 3, abs=1e-6)
    assert rect_overlap(rect(0.3), rect(0.9)) == 0
    assert rect_overlap(rect(0.3), rect(0.3, 0.0)) == 0
