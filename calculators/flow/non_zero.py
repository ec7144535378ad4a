"""NonZero: whether a number is something."""

from __future__ import annotations

from graphflow import Calculator, Outputs


class Told(Outputs):
    """The outputs of NonZero.

    Args:
        output: 0 or 1.
        output_bool: False or true.
    """

    output: int | None = None
    output_bool: bool | None = None


class NonZero(Calculator):
    """Send 0 for 0 and 1 for every other number, and the same as a boolean.

    Args:
        input: Numbers.
    """

    def process(self, input: int) -> Told:
        return Told(output=int(input != 0), output_bool=input != 0)
