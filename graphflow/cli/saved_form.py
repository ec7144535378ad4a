"""``--save-format NAME``: payloads in a form that other programs know, in pixels of the frame.

A payload, or each item of a list, has that form if it has a method ``to_NAME(width, height)``, as landmarks have
``to_tfjs``.
"""

from __future__ import annotations

from typing import Any

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import UnusableFile


class SavedForm:
    """Brings the payloads of a stream into a form.

    Args:
        name: Of the form.
        stream: Its name, for messages.
    """

    def __init__(self, name: str, stream: str) -> None:
        self._name = name
        self._stream = stream

    def __call__(self, value: Any, shape: Any) -> list[Any]:
        """A list of what there is at a time; empty where nothing was found.

        Args:
            value: The payload, or None.
            shape: Of the frame that it belongs to: height, width.

        Raises:
            UnusableFile: A payload has no such form, or belongs to no picture.
        """
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [self._formed(item, shape) for item in items]

    def _formed(self, item: Any, shape: Any) -> Any:
        method = getattr(item, f"to_{self._name}", None)
        if method is None:
            kind = type(item).__name__
            match = did_you_mean(self._name, [one[3:] for one in dir(item) if one.startswith("to_")])
            advice = f"did you mean '{match}'?" if match else "leave --save-format out"
            raise UnusableFile(f"stream '{self._stream}' holds {kind}, which has no form '{self._name}'; {advice}")
        if shape is None or len(shape) < 2:
            raise UnusableFile(f"stream '{self._stream}' belongs to no pictures, so that it has no form in pixels")
        return method(shape[1], shape[0])
