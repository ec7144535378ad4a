"""The manifest of results in a storage: written here, where lines can be added, and copied there, where they cannot."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphflow.corpus.manifest import FILE, Manifest, is_being_written
from graphflow.corpus.storage import Stat, Storage, StorageUnusable, is_stored
from graphflow.corpus.stored_results import refuse_others
from graphflow.errors import MissingResource, UnusableFile
from graphflow.models.store import cache_folder
from graphflow.result_file import HIDDEN
from graphflow.temporary_folder import temporary_folder

_PERIOD = 20.0
"""Seconds between two copies, at least."""
_SHARE = 20
"""A copy may take the twentieth part of the time: that of a million inputs has 220 MB."""

_log = logging.getLogger(__name__)


def manifest_folder(address: str) -> Path:
    """Where this machine writes the manifest of results at an address."""
    mark = hashlib.sha256(address.rstrip("/").encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return cache_folder().with_name("maps") / mark


@contextmanager
def folder_with_manifest(place: str) -> Iterator[Path]:
    """The folder that a manifest is in: as it is, or for a while, if it comes from a storage.

    A run of this machine has newer lines than the copy.

    Raises:
        MissingResource: There is none.
        UnusableFile: The storage cannot be reached, or no folder can be made for it.
    """
    if not is_stored(place):
        yield Path(place)
        return
    here = manifest_folder(place)
    if is_being_written(here):
        yield here
        return
    with temporary_folder() as folder:
        (Storage(place) / FILE).fetch(Path(folder) / FILE)
        yield Path(folder)


class StoredManifest(Manifest):
    """A manifest with a copy in a storage, which is made now and then, and in the end.

    The copy is one object and always whole. When a run begins, it counts; lines that are here only count if they go on
    where it ends: a run on this machine was killed. Without a copy all begins anew.

    Two machines that write to one address cannot be kept apart beforehand. Whoever finds the other one's copy ends.

    Args:
        storage: Where results are.
        fingerprint: As for `Manifest`.

    Raises:
        UnusableFile: As `Manifest`; or the storage cannot be reached, or written.
    """

    def __init__(self, storage: Storage, fingerprint: Mapping[str, Any]) -> None:
        self._copy = storage / FILE
        self._storage = storage
        self._copied = -1  # bytes
        self._last: Stat | None = None
        self._copying = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._other: UnusableFile | None = None
        super().__init__(manifest_folder(storage.address), fingerprint, storage.address)
        try:
            self.copy()
        except BaseException:
            super().close()
            raise

    def _restore(self) -> None:
        self._last = self._now()
        if self._last is None:
            refuse_others(self._storage)
            self._file.truncate(0)
            return
        with self._fetched() as copy:
            if not _begins_with(self.path, copy):
                self._replace(copy)

    def _refuse_results(self) -> None:
        refuse_others(self._storage)

    def _replace(self, copy: Path) -> None:
        """All of the copy, or an error: what is here will be the copy. A file without a buffer may take a part only."""
        self._file.truncate(0)
        try:
            with copy.open("rb") as origin, open(self._file.fileno(), "ab", closefd=False) as here:
                shutil.copyfileobj(origin, here)
        except OSError as error:
            raise UnusableFile(f"'{self.path}' cannot be written: {error.strerror or error}") from error

    def begin(self, inputs: int, workers: int, now: float) -> None:
        super().begin(inputs, workers, now)
        self._thread = threading.Thread(target=self._copy_on, name="graphflow manifest", daemon=True)
        self._thread.start()

    def add(self, name: str, record: Mapping[str, Any]) -> None:
        if self._other is not None:
            raise self._other
        super().add(name, record)

    def copy(self) -> None:
        """Copy what is new.

        Raises:
            UnusableFile: Another run has copied its own meanwhile.
            StorageUnusable: The storage cannot be reached, or written.
        """
        with self._copying:
            size = os.fstat(self._file.fileno()).st_size
            if size == self._copied:
                return
            if self._now() != self._last:
                self._refuse_other_run()
            self._copy.put(self.path)
            self._copied, self._last = size, self._now()

    def _refuse_other_run(self) -> None:
        """Unless it was this one, which was not told that its copy had arrived."""
        with self._fetched() as copy:
            if not _begins_with(self.path, copy):
                raise UnusableFile(f"another run is writing into '{self._results}'")

    @contextmanager
    def _fetched(self) -> Iterator[Path]:
        with temporary_folder(self.path.parent, prefix=HIDDEN) as folder:
            self._copy.fetch(Path(folder) / FILE)
            yield Path(folder) / FILE

    def _now(self) -> Stat | None:
        try:
            return self._copy.stat()
        except MissingResource:
            return None

    def _copy_on(self) -> None:
        pause = _PERIOD
        while not self._ended.wait(pause):
            start = time.monotonic()
            try:
                self.copy()
            except StorageUnusable as error:
                _log.warning("the manifest is only on this machine: %s", error)
            except UnusableFile as error:
                self._other = error
                return
            pause = max(_PERIOD, _SHARE * (time.monotonic() - start))

    def close(self) -> None:
        """Copy what is left, and let other runs have the folder.

        Raises:
            UnusableFile: As `copy`. Here it is whole, and the next run goes on with it.
        """
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if not self._file.closed:
            try:
                self.copy()
            finally:
                super().close()


def _begins_with(path: Path, copy: Path) -> bool:
    with path.open("rb") as whole, copy.open("rb") as beginning:
        while part := beginning.read(1 << 20):
            if whole.read(len(part)) != part:
                return False
    return True
