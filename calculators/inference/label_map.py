"""Names of classes: from a file with one on each line, or from a graph file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphflow import UnusableFile
from graphflow.models import load_model


class Label(NamedTuple):
    """The name of a class.

    Attributes:
        name: For programs.
        display_name: For people; may be empty.
    """

    name: str
    display_name: str = ""


PATH_DOC = "A file with the name of a class on each line; one that 'graphflow models list' shows, or your own."
ITEMS_DOC = "{0: {name: Left}, 1: {name: Right}}: names of classes, in place of a file; display_name is for people."


def labels_of(path: str, items: Mapping[int, Mapping[str, Any]]) -> dict[int, Label]:
    """The names of classes by their numbers.

    Args:
        path: As in `PATH_DOC`; may be empty, and counts before `items`.
        items: As in `ITEMS_DOC`.

    Raises:
        MissingResource: There is no such file.
        UnusableFile: The file is no text.
    """
    if path:
        try:
            text = load_model(path).content.decode()
        except UnicodeDecodeError as error:
            raise UnusableFile(f"'{path}' has no names of classes: it is no text") from error
        lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
        return {number: Label(line) for number, line in enumerate(lines)}
    return {int(number): Label(item.get("name", ""), item.get("display_name", "")) for number, item in items.items()}
