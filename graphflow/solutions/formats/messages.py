"""Classes of messages, made from the table of MediaPipe's fields."""

from __future__ import annotations

from typing import Any

from google.protobuf.message_factory import GetMessageClass

from graphflow.mediapipe.binary import descriptor_pool
from graphflow.mediapipe.messages import PACKAGE


def message_class(module: str, name: str) -> Any:
    """The class of a message of MediaPipe's. `module` is where it stands, which `pickle` wants to know."""
    cls: Any = GetMessageClass(descriptor_pool().FindMessageTypeByName(f"{PACKAGE}.{name}"))
    cls.__module__ = module
    return cls
