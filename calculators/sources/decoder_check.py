"""Whether OpenCV decodes interlaced clips: some releases give black frames, or old memory, and report no error.

Alone it needs only OpenCV: ``python decoder_check.py`` says what is wrong and ends with status 1, else with 0.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import cv2

# One frame of MPEG-2, 32 x 32 pixels, marked as interlaced: grey, the upper left quarter white, the lower right black.
_CLIP = Path(__file__).with_name("interlaced.mkv")
_SEEN = {(8, 8): 255, (8, 24): 128, (24, 24): 0, (24, 8): 128}
_TOLERANCE = 24


@functools.cache
def decoder_problem() -> str:
    """What is wrong with this OpenCV, and what to type; empty if nothing is. It takes some milliseconds, once."""
    capture = cv2.VideoCapture(str(_CLIP), cv2.CAP_FFMPEG)
    try:
        done, frame = capture.read()
    finally:
        capture.release()
    # A decoder that gives no frame at all gives none of other clips either, and says so.
    if not done or all(abs(int(frame[place][0]) - grey) <= _TOLERANCE for place, grey in _SEEN.items()):
        return ""
    return (
        f"OpenCV {cv2.__version__} cannot be used for clips: it decodes interlaced ones (DVD, DV, broadcast) wrongly "
        "and does not say so; type: pip install 'opencv-python>=4.11,<4.13'"
    )


if __name__ == "__main__":
    sys.exit(decoder_problem() or 0)
