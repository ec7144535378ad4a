"""Memory for frames that come and go."""

from __future__ import annotations

import ctypes
import functools
import sys

# Of <malloc.h>.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3

_KEPT = 256 << 20
_LARGEST = 32 << 20


@functools.cache
def keep_freed_memory() -> None:
    """Have the C library keep the memory of old frames for new ones.

    glibc gives blocks of such a size back to the system at once, and gets them back filled with zeros: for pictures of
    1280 x 720 that is 0.9 ms of processor time a frame, a tenth of decoding, Face Mesh and encoding together. It counts
    for the whole process; elsewhere than with glibc nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_TRIM_THRESHOLD, _KEPT)
    mallopt(_M_MMAP_THRESHOLD, _LARGEST)
