"""TensorsToDetections: what a detector's output means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.inference.sigmoid import sigmoid
from graphflow.calculators.libm import expf
from graphflow.calculators.types import Anchors, Detection, Tensors

BoxFormat = Literal["UNSPECIFIED", "YXHW", "XYWH", "XYXY"]
Values = NDArray[numpy.float32]

_HALF = numpy.float32(2)
_ONE = numpy.float32(1)


class TensorsToDetections(Calculator):
    """Turn a detector's output into detections: one for each anchor whose score is high enough.

    Of the two tensors one has the boxes with their key points, the other the scores; they are told apart by size.
    Boxes stay relative to the detector's input.

    Args:
        tensors: Boxes (num_boxes values of num_coords) and scores (num_boxes values of num_classes).
        anchors: What the boxes refer to.
        min_score_thresh: Replaces the option of that name at the same time.
        detections: In the order of the anchors; empty where nothing was found.
    """

    num_classes: int = Option(ge=1, doc="Scores for each box.")
    num_boxes: int = Option(ge=1, doc="Boxes in the output.")
    num_coords: int = Option(ge=4, doc="Values for each box: 4, and those of its key points.")
    keypoint_coord_offset: int = Option(default=0, ge=0, doc="Where the key points start among the values of a box.")
    num_keypoints: int = Option(default=0, ge=0, doc="Key points of each box.")
    num_values_per_keypoint: int = Option(default=2, ge=2, le=2, doc="Values of each key point.")
    box_coord_offset: int = Option(default=0, ge=0, doc="Where the box starts among its values.")
    x_scale: float = Option(default=0.0, doc="What 1 stands for in the output, for x; pixels of the input.")
    y_scale: float = Option(default=0.0, doc="As x_scale, for y.")
    w_scale: float = Option(default=0.0, doc="As x_scale, for the width.")
    h_scale: float = Option(default=0.0, doc="As x_scale, for the height.")
    apply_exponential_on_box_size: bool = Option(default=False, doc="Whether width and height are logarithms.")
    reverse_output_order: bool = Option(default=False, doc="Whether x stands before y: another way to say XYWH.")
    box_format: BoxFormat = Option(
        default="UNSPECIFIED", doc="Order of a box's values. XYXY are distances from the anchor; UNSPECIFIED is YXHW."
    )
    ignore_classes: list[int] = Option(default=[], doc="Classes that do not count.")
    allow_classes: list[int] = Option(default=[], doc="The only classes that count; empty: all.")
    sigmoid_score: bool = Option(default=False, doc="Whether scores are still to go through a sigmoid.")
    score_clipping_thresh: float | None = Option(default=None, gt=0, doc="Bound of the scores before the sigmoid.")
    min_score_thresh: float | None = Option(default=None, doc="Lowest score of a detection.")
    max_results: int = Option(default=-1, doc="How many detections to keep, the first ones; below 0: all.")
    flip_vertically: bool = Option(default=False, doc="Whether y counts from below.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look for options that contradict each other."""
        if options["num_coords"] != 4 + 2 * options["num_keypoints"]:
            help = "num_coords is 4 for the box and 2 for each of num_keypoints"
            node.error(f"num_coords {options['num_coords']} does not fit {options['num_keypoints']} key points", help)
        if options["ignore_classes"] and options["allow_classes"]:
            node.error("ignore_classes and allow_classes are both given", "keep one of the two")
        if options["max_results"] == 0:
            node.error("max_results is 0, so that nothing could be found", "write -1 for all")
        if not all(options[name] > 0 for name in ("x_scale", "y_scale", "w_scale", "h_scale")):
            node.error("x_scale, y_scale, w_scale and h_scale must be above 0", "they are sizes of the model's input")

    def open(self, anchors: Anchors) -> None:
        if len(anchors) != self.num_boxes:
            raise ValueError(f"num_boxes is {self.num_boxes}, but there are {len(anchors)} anchors")
        self._anchors = anchors
        self._format = self.box_format
        if self._format == "UNSPECIFIED":
            self._format = "XYWH" if self.reverse_output_order else "YXHW"
        classes = range(self.num_classes)
        allowed = [c for c in self.allow_classes or classes if c in classes and c not in self.ignore_classes]
        self._classes = numpy.array(allowed)
        self._left_out = numpy.setdiff1d(classes, allowed)

    def process(
        self, tensors: Tensors, min_score_thresh: float | None = None
    ) -> Annotated[list[Detection], "detections"]:
        """Find the boxes that count, and decode those only."""
        given = self.min_score_thresh if min_score_thresh is None else min_score_thresh
        threshold = None if given is None else numpy.float32(given)
        boxes, scores = self._sorted(tensors)
        chosen = self._candidates(scores, threshold)
        best = self._classes[scores[chosen][:, self._classes].argmax(axis=1)]
        raw = scores[chosen, best].tolist()
        values = self._decoded(boxes[chosen], self._anchors[chosen])
        detections: list[Detection] = []
        for position, (score, label) in enumerate(zip(map(self._score, raw), best.tolist(), strict=True)):
            if threshold is not None and not score >= threshold:
                continue
            ymin, xmin, ymax, xmax = values[position, :4]
            width, height = xmax - xmin, ymax - ymin
            if self.flip_vertically:
                ymin = _ONE - ymax
            if not (width >= 0 and height >= 0):  # not what NaN is, either
                continue
            keypoints = values[position, 4:].reshape(-1, 2)
            keypoints.flags.writeable = False
            detections.append(Detection(score, label, float(xmin), float(ymin), float(width), float(height), keypoints))
            if len(detections) == self.max_results:
                break
        return detections

    def _sorted(self, tensors: Tensors) -> tuple[Values, Values]:
        """The boxes and the scores, one row each."""
        sizes = [self.num_boxes * self.num_coords, self.num_boxes * self.num_classes]
        if [tensor.size for tensor in tensors] == sizes[::-1]:
            tensors = tensors[::-1]
        elif [tensor.size for tensor in tensors] != sizes:
            shapes = ", ".join(str(tensor.shape) for tensor in tensors)
            raise ValueError(
                f"the tensors should be {self.num_boxes} boxes of {self.num_coords} values and as many scores of "
                f"{self.num_classes} classes, but they have the shapes {shapes}"
            )
        return tensors[0].reshape(self.num_boxes, -1), tensors[1].reshape(self.num_boxes, -1)

    def _candidates(self, scores: Values, threshold: numpy.float32 | None) -> NDArray[numpy.intp]:
        """Boxes of which some score may reach the threshold: the exact test, of a few, comes later."""
        if threshold is None:
            return numpy.arange(len(scores))
        lowest = float(threshold)
        if self.sigmoid_score:
            if lowest <= 0 or self._clipped(math.inf) < 20:
                return numpy.arange(len(scores))
            lowest = math.log(lowest / (1 - lowest)) if lowest < 1 else 20.0
        high = scores >= lowest - 1e-3 * max(1.0, abs(lowest))
        high[:, self._left_out] = False
        places = numpy.flatnonzero(high.ravel())
        return places if self.num_classes == 1 else numpy.unique(places // self.num_classes)

    def _clipped(self, raw: float) -> float:
        limit = self.score_clipping_thresh
        return raw if limit is None else max(-limit, min(limit, raw))

    def _score(self, raw: float) -> float:
        return sigmoid(self._clipped(raw)) if self.sigmoid_score else raw

    def _decoded(self, boxes: Values, anchors: Anchors) -> Values:
        """For each box ymin, xmin, ymax, xmax, then x and y of each key point, relative to the model's input.

        Every operation is one of float32, in MediaPipe's order, so that the numbers are the same.
        """
        x, y, width, height = self._centers_and_sizes(boxes[:, self.box_coord_offset : self.box_coord_offset + 4])
        x_scale, y_scale, w_scale, h_scale = map(
            numpy.float32, (self.x_scale, self.y_scale, self.w_scale, self.h_scale)
        )
        anchor_x, anchor_y, anchor_width, anchor_height = anchors.T
        x = x / x_scale * anchor_width + anchor_x
        y = y / y_scale * anchor_height + anchor_y
        width, height = width / w_scale, height / h_scale
        if self.apply_exponential_on_box_size:
            width, height = _exp(width), _exp(height)
        half_width, half_height = width * anchor_width / _HALF, height * anchor_height / _HALF
        result = numpy.empty((len(boxes), 4 + 2 * self.num_keypoints), numpy.float32)
        result[:, :4] = numpy.stack([y - half_height, x - half_width, y + half_height, x + half_width], axis=1)
        start = self.keypoint_coord_offset
        first = boxes[:, start : start + 2 * self.num_keypoints : 2]
        second = boxes[:, start + 1 : start + 2 * self.num_keypoints : 2]
        if self._format == "YXHW":
            first, second = second, first
        result[:, 4::2] = first / x_scale * anchor_width[:, None] + anchor_x[:, None]
        result[:, 5::2] = second / y_scale * anchor_height[:, None] + anchor_y[:, None]
        if self.flip_vertically:
            result[:, 5::2] = _ONE - result[:, 5::2]
        return result

    def _centers_and_sizes(self, box: Values) -> tuple[Values, Values, Values, Values]:
        one, two, three, four = box.T
        if self._format == "YXHW":
            return two, one, four, three
        if self._format == "XYWH":
            return one, two, three, four
        return (three - one) / _HALF, (four - two) / _HALF, three + one, four + two


def _exp(values: Values) -> Values:
    return numpy.array([expf(value) for value in values.tolist()], numpy.float32)
