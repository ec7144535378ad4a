"""Time that passes only when a test lets it."""

from __future__ import annotations


class VirtualClock:
    """A clock that starts at 0 and moves when told to; in microseconds.

    Under a `SeededDriver` the driver moves it: ``clock.sleep(d)`` inside a calculator makes that invocation d longer,
    so that its outputs appear d later while other nodes run, and time jumps when every node waits for it. Elsewhere
    ``sleep`` simply advances the clock.
    """

    def __init__(self) -> None:
        self._time = 0
        # How long the invocation that is being run has slept, None outside of one.
        self._slept: int | None = None

    def now(self) -> int:
        """The virtual time, including what the current invocation has slept."""
        return self._time + (self._slept or 0)

    def sleep(self, duration: int) -> None:
        """Let `duration` microseconds pass for the current invocation."""
        if duration < 0:
            raise ValueError(f"cannot sleep {duration} us")
        if self._slept is None:
            self._time += duration
        else:
            self._slept += duration

    def begin_invocation(self) -> None:
        """From here on `sleep` counts for one invocation."""
        self._slept = 0

    def end_invocation(self) -> int:
        """When that invocation ends, by what it has slept."""
        slept, self._slept = self._slept or 0, None
        return self._time + slept

    def jump(self, time: int) -> None:
        """Move to a time that is not in the past."""
        self._time = max(self._time, time)
