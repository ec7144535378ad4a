"""What a packet shows of itself in a notebook (https://ipython.readthedocs.io/en/stable/config/integrating.html).

Nothing here knows a payload type: an array that can be a picture is one, and other payloads show themselves.
"""

from __future__ import annotations

from typing import Any

Bundle = dict[str, Any]
"""Forms of one thing by their MIME types; the front end takes the one that it likes best."""

_WIDEST = 960
"""Pixels of a picture in a notebook, which keeps a copy of it."""
_SMALLEST_MASK = 16
"""Rows and columns of the smallest array of floats that is a picture: matrices and lists of points are none."""
_MOST = 4
"""How many items of a list are shown."""


def packet_bundle(packet: Any) -> Bundle:
    """A packet: its time and its payload as text, and as more where the payload has more."""
    return {**value_bundle(packet.value), "text/plain": repr(packet)}


def value_bundle(value: Any) -> Bundle:
    """What there is of a payload besides text; empty if there is nothing."""
    if picture := _png(value):
        return {"image/png": picture}
    if isinstance(value, list | tuple):
        shown = [text for item in value[:_MOST] if (text := _html(item))]
        more = f"<p>and {len(value) - _MOST} more</p>" if len(value) > _MOST else ""
        return {"text/html": "".join(shown) + more} if shown else {}
    text = _html(value)
    return {"text/html": text} if text else {}


def _html(value: Any) -> str:
    """What a payload says of itself, as pandas' and ours do."""
    method = getattr(type(value), "_repr_html_", None)
    text = method(value) if method else ""
    return text if isinstance(text, str) else ""


def _png(value: Any) -> bytes:
    """An array as a picture: of 8-bit values with one, three (RGB) or four (RGBA) channels, or a mask."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    if len(shape) == 3 and shape[2] == 1:
        value, shape = value[:, :, 0], shape[:2]
    if str(getattr(value, "dtype", "")).startswith("float") and _is_mask(value, shape):
        value = (value * 255).round().astype("uint8")
    if str(getattr(value, "dtype", "")) != "uint8" or not all(shape):
        return b""
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (3, 4)):
        return b""
    import cv2

    if shape[1] > _WIDEST:
        size = (_WIDEST, max(1, round(shape[0] * _WIDEST / shape[1])))
        value = cv2.resize(value, size, interpolation=cv2.INTER_AREA)
    if len(shape) == 3:
        value = cv2.cvtColor(value, cv2.COLOR_RGB2BGR if shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    done, picture = cv2.imencode(".png", value)
    return picture.tobytes() if done else b""


def _is_mask(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether an array of floats is one: shares from 0 to 1, and more of them than a matrix or points have."""
    return len(shape) == 2 and min(shape) >= _SMALLEST_MASK and bool(((value >= 0) & (value <= 1)).all())
