"""Results in a storage: workers put them there. What a storage cannot do (rename, append, lock) is not asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow.corpus.manifest import FILE
from graphflow.corpus.storage import Storage
from graphflow.errors import UnusableFile


class StoredResults:
    """Stands for a `WorkFolder` whose results lie elsewhere.

    An object appears when it is complete, those of one input one after the other. That all are there is said by the
    manifest, in which the line comes last.

    Args:
        address: Where results are kept.

    Raises:
        StorageUnusable: The storage cannot be reached.
        NotPermitted: It may not be listed.
    """

    def __init__(self, address: str) -> None:
        self._storage = Storage(address)
        self._there = self._storage.listed().keys() - {FILE}

    def fresh(self, worker: int) -> None:
        """There is no folder: a worker makes one where it is."""

    def keep(self, folder: Path, name: str) -> None:
        """Nothing is left to do: the worker has."""

    def holds(self, name: str, record: Mapping[str, Any]) -> bool:
        """Whether the objects of a record were there when this was made."""
        return all(f"{name}/{one}" in self._there for one in record.get("objects", ()))

    def remove(self, name: str) -> None:
        """Remove the results of that name, if there are any.

        Raises:
            StorageUnusable: They cannot be removed.
        """
        place = self._storage / name
        place.remove(place.listed().keys() - {""})

    def clear(self) -> None:
        """Nothing of this is in the storage."""


def refuse_others(storage: Storage) -> None:
    """A place without a manifest is nobody's only if nothing else is there.

    Raises:
        UnusableFile: Something is.
    """
    if storage.listed().keys() - {FILE}:
        raise UnusableFile(f"'{storage.address}' is not empty, and no manifest is there: give another address")
