"""ModelLoader: one of several models."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import Calculator, Option, SidePackets
from graphflow.models import Model, load_model, own_files


class LoadedModel(SidePackets):
    """The side packets of ModelLoader.

    Args:
        model: For Inference.
    """

    model: Model


class ModelLoader(Calculator):
    """Load one of several models.

    Args:
        select: Which one: its place in `files`, from 0; or false for the first and true for the second.
    """

    files: list[str] = Option(doc="The models: names that 'graphflow models list' shows, or files of your own.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The model that a node with these side packets loads."""
        return _chosen(options, side_packets)

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The model, if it is a file of the user's own."""
        return tuple(path for name in _chosen(options, side_packets) for path in own_files(name))

    def open(self, select: int | bool) -> LoadedModel:
        place = int(select)
        if not 0 <= place < len(self.files):
            raise ValueError(f"model {place} is selected, but the models are numbered 0 to {len(self.files) - 1}")
        return LoadedModel(model=load_model(self.files[place]))


def _chosen(options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
    """The chosen file; none as long as it is not known, and where there is no such file, which `open` reports."""
    files, place = options["files"], int(side_packets.get("select", -1))
    return (files[place],) if 0 <= place < len(files) else ()
