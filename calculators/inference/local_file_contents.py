"""LocalFileContents: what is in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import Calculator, SidePackets
from graphflow.models import own_files, whole_file


class Contents(SidePackets):
    """The side packets of LocalFileContents.

    Args:
        contents: All its bytes.
    """

    contents: bytes


class LocalFileContents(Calculator):
    """Read a file: one that 'graphflow models list' shows, or of your own.

    Args:
        file_path: Its name, as ResourceProvider takes it.
    """

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The file, if it is known yet."""
        name = side_packets.get("file_path")
        return (name,) if isinstance(name, str) else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The same, if it is the user's own."""
        return tuple(path for name in cls.resources(options, side_packets) for path in own_files(name))

    def open(self, file_path: str) -> Contents:
        return Contents(contents=whole_file(file_path).content)
