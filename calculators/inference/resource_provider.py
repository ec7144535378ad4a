"""ResourceProvider: a model's file, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import Calculator, NodeCheck, Option, SidePackets
from graphflow.models import Model, load_model, own_files


class ProvidedResource(SidePackets):
    """The side packets of ResourceProvider.

    Args:
        resource: For TfLiteModel.
    """

    resource: Model


class ResourceProvider(Calculator):
    """Load a model's file.

    Its name is one that 'graphflow models list' shows, also behind a path in MediaPipe's own tree
    (``mediapipe/modules/...``), or a file of your own.

    Args:
        resource_id: The name, unless the option has it.
    """

    resource_id: list[str] = Option(default=[], doc="The name, in a list of one.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The model that a node with this name loads."""
        return (*options["resource_id"], *_given(side_packets))

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The same, if it is a file of the user's own."""
        return tuple(path for name in cls.resources(options, side_packets) for path in own_files(name))

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one name."""
        if len(options["resource_id"]) + node.connected("resource_id") != 1:
            node.error("the file must be named once", "set resource_id, or connect the side packet 'resource_id'")

    def open(self, resource_id: str = "") -> ProvidedResource:
        name = resource_id or next(iter(self.resource_id), "")
        if not name:
            raise ValueError("no file is named: the side packet that 'resource_id' is connected to was not given")
        return ProvidedResource(resource=load_model(name))


def _given(side_packets: Mapping[str, Any]) -> tuple[str, ...]:
    name = side_packets.get("resource_id")
    return (name,) if isinstance(name, str) else ()
