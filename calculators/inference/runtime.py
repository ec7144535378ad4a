"""The library that runs TensorFlow Lite models, whichever of its two names is installed."""

from __future__ import annotations

from typing import Any

from graphflow import MissingResource


def runtime() -> Any:
    """The module with ``Interpreter`` and ``load_delegate``: LiteRT, else the older tflite-runtime.

    Raises:
        MissingResource: Neither is installed.
    """
    try:
        from ai_edge_litert import interpreter

        return interpreter
    except ImportError:
        pass
    try:
        from tflite_runtime import interpreter as older

        return older
    except ImportError as error:
        raise MissingResource("nothing here runs models; to install LiteRT, run: pip install ai-edge-litert") from error


def is_litert() -> bool:
    """Whether it is LiteRT. The older library's XNNPACK has none of MediaPipe's operators.

    Raises:
        MissingResource: Neither is installed.
    """
    name: str = runtime().__name__
    return name.startswith("ai_edge_litert")
