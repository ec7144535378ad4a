"""ImageFileProperties: the camera of a picture, by the picture's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Outputs, SidePackets
from graphflow.calculators.sources.exif import image_file_properties
from graphflow.calculators.types import ImageFileProperties as Properties


class SentProperties(Outputs):
    """The outputs of ImageFileProperties.

    Args:
        out: Of each file.
    """

    out: Properties | None = None


class SetProperties(SidePackets):
    """The side packets of ImageFileProperties.

    Args:
        out: Of the file.
    """

    out: Properties | None = None


class ImageFileProperties(Calculator):
    """Read the size and the focal lengths of a picture out of the EXIF data of a JPEG.

    Args:
        item: The bytes of a file; a stream, or a side packet.
    """

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is a file, and that the result can go where it should."""
        if not node.connected("item"):
            node.error("the bytes of a file must be connected", "connect 'item', as a stream or a side packet")
        elif not node.inputs and node.outputs:
            node.error("a side packet cannot become a stream here", "put a SidePacketToStream behind the side packet")

    def open(self, item: bytes = UNCONNECTED) -> SetProperties:
        return SetProperties(out=None if item is UNCONNECTED else image_file_properties(item))

    def process(self, ctx: Context, item: bytes = UNCONNECTED) -> SentProperties:
        found = image_file_properties(item)
        ctx.set_side_packet("out", found)
        return SentProperties(out=found)
