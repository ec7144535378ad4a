"""DetectionsToRenderData: boxes, key points and scores of detections."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.types import Detection, RenderData
from graphflow.calculators.types.render_data import Points, Primitive, Rectangle, Text

_LABEL_HEIGHT = 0.1
"""Height of a line of text, in heights of the box."""


class DetectionsToRenderData(Calculator):
    """Say how to draw detections: the class with the score, the box, and the key points.

    Args:
        detection: One detection.
        detections: Several.
    """

    produce_empty_packet: bool = Option(default=True, doc="Whether something is sent where there are no detections.")
    text_delimiter: str = Option(default=",", doc="What stands after the label and after the score.")
    one_label_per_line: bool = Option(default=False, doc="No difference here: a detection has one label.")
    text: dict[str, Any] = Option(default={}, doc="Look of the label: font_face, outline_thickness, outline_color.")
    thickness: float = Option(default=1.0, doc="Of the lines, in pixels; also the radius of key points.")
    color: dict[str, int] = Option(default={}, ge=0, le=255, doc="{r: 0, g: 255, b: 0}; black unless given.")
    scene_class: str = Option(default="DETECTION", doc="Name of the drawing.")
    render_detection_id: bool = Option(default=False, doc="Whether a line above the label tells the detection_id.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "color")
        unknown = set(options["text"]) - {"font_face", "outline_thickness", "outline_color"}
        if unknown:
            help = "it takes font_face, outline_thickness and outline_color"
            node.error(f"text has no field '{min(unknown)}'", help)

    def process(
        self, detection: Detection = UNCONNECTED, detections: list[Detection] = UNCONNECTED
    ) -> Annotated[RenderData | None, "render_data"]:
        found = [] if detections is UNCONNECTED else list(detections)
        if detection is not UNCONNECTED:
            found.append(detection)
        if not found and not self.produce_empty_packet:
            return None
        return RenderData([part for one in found for part in self._primitives(one)], self.scene_class)

    def _primitives(self, detection: Detection) -> list[Primitive]:
        color = color_of(self.color)
        left, top = detection.xmin, detection.ymin
        right, bottom = left + detection.width, top + detection.height
        line = detection.height * _LABEL_HEIGHT
        style = dict(self.text)
        if "outline_color" in style:
            style["outline_color"] = color_of(style["outline_color"])
        lines = [f"Id: {detection.detection_id}"] if self.render_detection_id else []
        lines.append(self._label(detection))
        texts = [
            Text(
                text,
                max(left, 0.0),
                min(top + number * line, 1.0),
                line * 0.9,
                color,
                self.thickness,
                normalized=True,
                **style,
            )
            for number, text in enumerate(lines, 1)
        ]
        inside = right >= 0 and bottom >= 0 and left <= 1 and top <= 1
        sides = (max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)) if inside else (0.0, 0.0, 0.0, 0.0)
        # A box that is wholly outside becomes an empty one in the corner, as in MediaPipe.
        box = Rectangle(*sides, color, self.thickness, normalized=inside)
        return [*texts, box, Points(detection.keypoints, color, self.thickness, normalized=True)]

    def _label(self, detection: Detection) -> str:
        """Name or number of the class, and the score with two decimals: ``0,0.92,``."""
        percent = numpy.float32(math.floor(numpy.float32(detection.score) * numpy.float32(100) + 0.5))
        score = percent / numpy.float32(100)
        return f"{detection.label or detection.label_id}{self.text_delimiter}{float(score):.6g}{self.text_delimiter}"
