"""Time as the framework sees it: injected, never read from the system inside the core."""

from __future__ import annotations

import time
from typing import Protocol, runtime_checkable


@runtime_checkable
class Clock(Protocol):
    """What a calculator gets for a parameter annotated ``Clock``."""

    def now(self) -> int:
        """Microseconds since an arbitrary start; never goes back."""
        ...

    def sleep(self, duration: int) -> None:
        """Wait `duration` microseconds. In virtual time the invocation gets longer and nothing really waits."""
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> int:
        """Microseconds of the monotonic clock."""
        return time.monotonic_ns() // 1000

    def sleep(self, duration: int) -> None:
        """Block this thread for `duration` microseconds."""
        time.sleep(duration / 1e6)
