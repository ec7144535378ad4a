"""Drawings as the bytes of files."""

from __future__ import annotations

from typing import Any

import cv2


def png(picture: Any) -> bytes:
    """A picture in OpenCV's order of colours as PNG."""
    return bytes(cv2.imencode(".png", picture)[1])
