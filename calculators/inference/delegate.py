"""Delegates: libraries that run parts of a model, loaded into LiteRT's interpreter (https://ai.google.dev/edge/litert)."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from graphflow import MissingResource


@dataclass(frozen=True)
class Library:
    """The library of a delegate.

    Attributes:
        path: Its file, or its name if the system finds it: ``libedgetpu.so.1``.
        options: What it is to be told, such as ``{device: usb}``.
    """

    path: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def in_a_folder(self) -> bool:
        """Whether a certain file is meant, not what the system has under that name."""
        return PurePath(self.path).name != self.path or "\\" in self.path


def problem(given: Mapping[str, Any]) -> str:
    """What is wrong with a map that stands for a `Library`; an empty text if nothing is."""
    if not isinstance(given.get("path"), str) or not given["path"]:
        return "a delegate's library has a 'path'"
    if strange := [name for name in given if name not in ("path", "options")]:
        return f"a delegate's library has a 'path' and 'options', no '{strange[0]}'"
    options = given.get("options", {})
    if not isinstance(options, Mapping) or not all(isinstance(value, str | int | float) for value in options.values()):
        return "the options of a delegate are a map of texts and numbers"
    return ""


def loaded(library: Library, runtime: Any) -> Any:
    """The delegate, for the interpreters of a runtime.

    Raises:
        MissingResource: The file is missing, is no delegate, or refuses; or it is not certain which file is meant.
    """
    if not library.in_a_folder and os.path.lexists(library.path):
        # macOS looks there too, and so does Linux where LD_LIBRARY_PATH begins or ends with a colon.
        raise _unusable(
            library,
            "a file of that name lies in the working folder, which some systems would take; if it is meant, say so "
            f"yourself: --set 'NODE.delegate={{path: {os.path.join(os.curdir, library.path)}}}'",
        )
    try:
        # LiteRT complains about its own half-made object where this fails.
        functions = ctypes.CDLL(library.path)
    except OSError as error:
        raise _unusable(library, str(error)) from error
    if not hasattr(functions, "tflite_plugin_create_delegate"):
        raise _unusable(library, "it is a library, but no delegate of TensorFlow Lite")
    try:
        return runtime.load_delegate(library.path, dict(library.options))
    except ValueError as error:
        reason = str(error).partition("\n")[2].strip()  # behind LiteRT's own 'Failed to load delegate from ...'
        raise _unusable(library, f"it refuses: {reason}" if reason else "it refuses, and says no more") from error


def _unusable(library: Library, reason: str) -> MissingResource:
    return MissingResource(
        f"the delegate '{library.path}' cannot be used: {reason}; mend that, or write 'delegate: xnnpack'"
    )
