"""ModelBundle: the models in a bundle of MediaPipe Tasks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import Calculator, Many, Option, SidePackets, UnusableFile
from graphflow.models import Model, load_model, own_files
from graphflow.models.kinds import SUFFIX


class BundledModels(SidePackets):
    """The side packets of ModelBundle.

    Args:
        model: For Inference, in the order of the option.
    """

    model: Many[Model]


class ModelBundle(Calculator):
    """Take models out of a bundle of MediaPipe Tasks, a ``.task`` file.

    Args:
        bundle: A name that 'graphflow models list' shows, or a file of your own.
    """

    members: list[str] = Option(doc="The models' names in the bundle, one for each side packet.")

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The bundle, if it is known."""
        return (side_packets["bundle"],) if "bundle" in side_packets else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The bundle, if it is a file of the user's own."""
        return own_files(side_packets["bundle"]) if "bundle" in side_packets else ()

    def open(self, bundle: str) -> BundledModels:
        if not bundle.endswith(SUFFIX):
            raise UnusableFile(f"'{bundle}' is no bundle of models: the name of one ends in {SUFFIX}")
        return BundledModels(model=tuple(load_model(f"{bundle}#{member}") for member in self.members))
