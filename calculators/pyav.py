"""PyAV, FFmpeg for Python, reads and writes clips where it is installed; OpenCV does where it is not."""

from __future__ import annotations

# Older ones crash on some clips that come through a pipe, or convert colours in another way than OpenCV.
_OLDEST = (17, 1)


def has_pyav() -> bool:
    """Whether a PyAV is installed that can be used. The first call imports it."""
    try:
        import av
    except ImportError:
        return False
    return tuple(map(int, av.__version__.split(".")[:2])) >= _OLDEST
