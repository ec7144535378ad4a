"""Resizing as MediaPipe's OpenCV does it."""

from __future__ import annotations

from typing import Any

import cv2
from numpy.typing import NDArray


def resized(image: NDArray[Any], width: int, height: int, interpolation: int = cv2.INTER_LINEAR) -> NDArray[Any]:
    """An image or a mask at another size; itself, if it has that size.

    Intel's IPP, which OpenCV's packages use where they can, rounds floats in another way (1e-5 in a mask). MediaPipe is
    built without it. It is switched off for this thread and this call only.

    Args:
        image: Any that OpenCV resizes.
        width: In pixels.
        height: In pixels.
        interpolation: One of OpenCV's.
    """
    if image.shape[:2] == (height, width):
        return image
    ipp = cv2.ipp.useIPP()
    cv2.ipp.setUseIPP(False)
    try:
        return cv2.resize(image, (width, height), interpolation=interpolation)
    finally:
        cv2.ipp.setUseIPP(ipp)
