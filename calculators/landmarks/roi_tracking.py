"""RoiTracking: whether to go on looking where something was."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.libm import cosf, sinf
from graphflow.calculators.types import ImageSize, Landmarks, NormRect

Float = numpy.float32
"""All steps are those of float32."""

_ONE = Float(1)
_HALF = Float(0.5)


@dataclass(frozen=True)
class IouRequirements:
    """How much of the two regions must be common to both.

    Attributes:
        min_iou: Lowest intersection over union, 0 to 1.
    """

    min_iou: float = 0.5


@dataclass(frozen=True)
class RectRequirements:
    """How much the region may have changed.

    Attributes:
        rotation_degrees: Largest turn.
        translation: Largest shift along either side of the new region, in lengths of that side.
        scale: Largest change of either side, in lengths of the new region's side.
    """

    rotation_degrees: float = 10.0
    translation: float = 0.1
    scale: float = 0.1


@dataclass(frozen=True)
class LandmarksRequirements:
    """Where the landmarks of the frame before must lie: inside the new region.

    Attributes:
        recrop_rect_margin: By how much the region is larger for this, 0.1 for a tenth; below 0 it is smaller.
    """

    recrop_rect_margin: float = 0.0


class RoiTracking(Calculator):
    """Choose the region to look at: the one around the landmarks of the frame before, while that still fits.

    It fits while every requirement that is given holds. If one does not, or if there was nothing on the frame before,
    the region found anew is taken. Without such a region nothing is sent.

    Args:
        prev_landmarks: Landmarks of the frame before.
        prev_landmarks_rect: The region around them.
        recrop_rect: The region found anew on this frame.
        image_size: The comparison is one in pixels.
        tracking_rect: One of the two regions.
    """

    iou_requirements: IouRequirements | None = Option(
        default=None,
        doc="{min_iou: 0.5}: lowest intersection over union of the two regions; unturned, and with their centres as "
        "corners, as MediaPipe has it.",
    )
    rect_requirements: RectRequirements | None = Option(
        default=None,
        doc="{rotation_degrees: 10.0, translation: 0.1, scale: 0.1}: largest change; the last two in sides of the new "
        "region.",
    )
    landmarks_requirements: LandmarksRequirements | None = Option(
        default=None,
        doc="{recrop_rect_margin: 0.0}: all landmarks lie in the new region, enlarged by that share of its sides.",
    )

    def process(
        self,
        prev_landmarks: Landmarks | None,
        prev_landmarks_rect: NormRect | None,
        recrop_rect: NormRect,
        image_size: ImageSize | None,
    ) -> Annotated[NormRect, "tracking_rect"]:
        if prev_landmarks_rect is None:
            return recrop_rect
        if prev_landmarks is None or image_size is None:
            raise ValueError("there is a previous region at a time without its landmarks or without an image size")
        size = Float(image_size[0]), Float(image_size[1])
        before, now = _Box(prev_landmarks_rect, size), _Box(recrop_rect, size)
        # A turn that makes the new region upright.
        turn = Float(cosf(-recrop_rect.rotation)), Float(sinf(-recrop_rect.rotation))
        iou, rect, landmarks = self.iou_requirements, self.rect_requirements, self.landmarks_requirements
        fits = (
            (iou is None or _overlaps(before, now, iou))
            and (rect is None or _is_near(before, now, turn, rect))
            and (landmarks is None or _holds(now, turn, prev_landmarks, size, landmarks))
        )
        return prev_landmarks_rect if fits else recrop_rect


class _Box:
    """A region in pixels."""

    __slots__ = ("height", "rotation", "width", "x", "y")

    def __init__(self, rect: NormRect, size: tuple[Float, Float]) -> None:
        width, height = size
        self.x, self.y = Float(rect.x_center) * width, Float(rect.y_center) * height
        self.width, self.height = Float(rect.width) * width, Float(rect.height) * height
        self.rotation = rect.rotation


def _turned(x: Any, y: Any, turn: tuple[Float, Float]) -> tuple[Any, Any]:
    cos, sin = turn
    return x * cos - y * sin, x * sin + y * cos


def _overlaps(before: _Box, now: _Box, required: IouRequirements) -> bool:
    """Whether enough is common to both. Regions without anything in common never pass, though in MediaPipe they do."""
    width = min(before.x + before.width, now.x + now.width) - max(before.x, now.x)
    height = min(before.y + before.height, now.y + now.height) - max(before.y, now.y)
    if width < 0 or height < 0:
        return False
    common = width * height
    both = _area(before) + _area(now) - common
    return bool(common >= both * Float(required.min_iou))


def _area(box: _Box) -> Float:
    return ((box.x + box.width) - box.x) * ((box.y + box.height) - box.y)


def _is_near(before: _Box, now: _Box, turn: tuple[Float, Float], required: RectRequirements) -> bool:
    angle = Float(before.rotation / math.pi * 180) - Float(now.rotation / math.pi * 180)
    if angle > 180:
        angle -= Float(360)
    if angle < -180:
        angle += Float(360)
    (old_x, old_y), (x, y) = _turned(before.x, before.y, turn), _turned(now.x, now.y, turn)
    translation, scale = Float(required.translation), Float(required.scale)
    return bool(
        abs(angle) <= Float(required.rotation_degrees)
        and abs(old_x - x) <= now.width * translation
        and abs(old_y - y) <= now.height * translation
        and abs(before.width - now.width) <= now.width * scale
        and abs(before.height - now.height) <= now.height * scale
    )


def _holds(
    now: _Box,
    turn: tuple[Float, Float],
    landmarks: Landmarks,
    size: tuple[Float, Float],
    required: LandmarksRequirements,
) -> bool:
    larger = _ONE + Float(required.recrop_rect_margin)
    across, down = now.width * larger * _HALF, now.height * larger * _HALF
    center_x, center_y = _turned(now.x, now.y, turn)
    x, y = _turned(landmarks.points[:, 0] * size[0], landmarks.points[:, 1] * size[1], turn)
    return bool(
        x.min() > center_x - across
        and x.max() < center_x + across
        and y.min() > center_y - down
        and y.max() < center_y + down
    )
