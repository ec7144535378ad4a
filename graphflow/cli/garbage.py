"""When the command looks for garbage: while a graph runs.

What is imported before that stays. Python would look through all of it again and again, and once more at its own end,
which takes a sixth of a short command's time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_left_alone() -> Iterator[None]:
    """Until `look_for_garbage`, and if nobody asks for that, at Python's end too."""
    gc.disable()
    try:
        yield
    finally:
        if not gc.isenabled():
            gc.freeze()


def look_for_garbage() -> None:
    """From now on, among what is made from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
