"""A model without some of its outputs, and without the work that is done for these alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from graphflow import UnusableFile
from graphflow.calculators.inference.model_file import DAMAGE, ModelFile, Operator
from graphflow.models import Model


def without_outputs(model: Model, places: Collection[int]) -> Model:
    """The model without some outputs; what the others say does not change.

    Args:
        model: The model.
        places: Of the outputs that nobody needs, in the order that calculators rely on.

    Raises:
        ValueError: There is no such output, or no other one.
        UnusableFile: The file cannot be read.
    """
    try:
        file = ModelFile(model.content)
        by_name = {file.name(tensor): tensor for tensor in file.outputs()}
        names = model.outputs or tuple(by_name)
        if not set(places) < set(range(len(names))):
            raise ValueError(f"{model.name} has the outputs 0 to {len(names) - 1}, and one of them must stay")
        kept = tuple(name for place, name in enumerate(names) if place not in places)
        tensors = [by_name[name] for name in kept]
        content = file.part(_makers(file, tensors), file.inputs(), tensors)
    except DAMAGE as error:
        raise UnusableFile(f"the TensorFlow Lite file {model.name} is damaged: {error}") from error
    return replace(model, content=content, outputs=kept)


def _makers(file: ModelFile, tensors: Collection[int]) -> list[Operator]:
    """The operators that some tensors come from, in the order of the file."""
    needed, found = set(tensors), []
    for operator in reversed(file.operators()):
        if not needed.isdisjoint(operator.outputs):
            needed.update(operator.inputs)
            found.append(operator)
    return found[::-1]
