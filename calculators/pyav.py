"""PyAV, FFmpeg for Python, reads and writes clips where it is installed; OpenCV does where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.container import InputContainer

# Older ones crash on some clips that come through a pipe, or convert colours in another way than OpenCV.
_OLDEST = (17, 1)


def has_pyav() -> bool:
    """Whether a PyAV is installed that can be used. The first call imports it."""
    try:
        import av
    except ImportError:
        return False
    return _release(av.__version__) >= _OLDEST


def open_clip(source: Any, *, protocols: str, options: Mapping[str, str] = {}, **more: Any) -> InputContainer:
    """Open a clip to be read, whatever the encoding of its title and the like.

    Args:
        source: An address, or an open file.
        protocols: What FFmpeg may open beside an open file, by names of its protocols.
        options: For FFmpeg.
        more: As `av.open` takes it.

    Raises:
        av.FFmpegError: FFmpeg cannot read it.
        OSError: The same.
    """
    import av

    if _release(av.__version__) < (19, 0):  # newer ones never fail there, and take no such word
        more["metadata_errors"] = "replace"
    clip: InputContainer = av.open(source, "r", container_options={"protocol_whitelist": protocols, **options}, **more)
    return clip


def _release(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")[:2]))
