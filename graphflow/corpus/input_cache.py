"""Objects of storage on the disk of the machine that works on them: each version fetched once, all of them bounded."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from graphflow.corpus.storage import Stat, Storage
from graphflow.errors import MissingResource
from graphflow.models.store import cache_folder

if sys.platform != "win32":
    import fcntl

DEFAULT_SIZE = 10_000_000_000
"""Bytes that a machine keeps, unless told otherwise."""

_WORK, _LOCK, _PART = "work-", ".lock", "part-"
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LONGEST = 255
"""Bytes of a file's name. A key of S3 may have 1,024."""
_LOOKS = 64
"""After this part of the cache has been fetched, a process looks what is in it: there may be very many files."""


def inputs_folder() -> Path:
    """Where this machine keeps what it has fetched, and works on it."""
    return cache_folder().with_name("inputs")


class InputCache:
    """What has been fetched. Any number of processes of a machine share it.

    Args:
        folder: Made if it is not there.
        size: Bytes that it may take when nobody is at work.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._fetched = size  # since the last look

    def link(self, origin: Storage, folder: Path) -> Path:
        """Have an object as a file of its own name, if that is not too long, in a folder, which lies on the same disk.

        Raises:
            MissingResource: There is no such object.
            NotPermitted: It may not be read.
            StorageUnusable: The storage cannot be reached, or the disk is full.
            OSError: The folder cannot be written.
        """
        stat = origin.stat()
        if stat is None:
            raise MissingResource(f"'{origin.address}' is no object")
        goal = folder / _name_here(os.path.basename(origin.address))
        entry = self._folder / hashlib.sha256("\0".join([origin.address, *map(str, stat)]).encode()).hexdigest()
        with _locked(self._folder / f"{entry.name[:2]}{_LOCK}"):  # whoever wants the same one waits
            if not _linked(entry, goal):
                self._fetch(origin, stat, entry)
                if not _linked(entry, goal):  # a disk without links keeps nothing
                    os.replace(entry, goal)
                if stat.size > self._size:
                    entry.unlink(missing_ok=True)
        return goal

    def link_kept(self, address: str, stat: Stat, folder: Path) -> Path | None:
        """The same for a version of an object that is here already, without asking the storage; None if it is not."""
        goal = folder / _name_here(os.path.basename(address))
        return goal if _linked(self._entry(address, stat), goal) else None

    def _entry(self, address: str, stat: Stat) -> Path:
        return (
            self._folder
            / hashlib.sha256("\0".join([address, *map(str, stat)]).encode("utf-8", "backslashreplace")).hexdigest()
        )

    def _fetch(self, origin: Storage, stat: Stat, entry: Path) -> None:
        self._fetched += stat.size
        if self._fetched * _LOOKS >= self._size:
            self._make_room(stat.size)
            self._fetched = 0
        part = self._folder / f"{_PART}{os.urandom(8).hex()}"
        try:
            origin.fetch(part)
            os.replace(part, entry)
        finally:
            part.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Remove what was longest not used. Who is at work has links of their own."""
        found = []
        for entry in os.scandir(self._folder):
            if len(entry.name) == 64:
                with contextlib.suppress(FileNotFoundError):
                    found.append((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path))
        left = sum(bytes for _, bytes, _ in found) + size
        for _, bytes, path in sorted(found):
            if left <= self._size:
                break
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            left -= bytes


def _name_here(name: str) -> str:
    """The name of an object, unless it is longer than that of a file may be."""
    suffix = os.path.splitext(name)[1]
    return (
        name if len(os.fsencode(name)) <= _LONGEST else f"{hashlib.sha256(os.fsencode(name)).hexdigest()}{suffix[:16]}"
    )


def _linked(entry: Path, goal: Path) -> bool:
    """Whether there is an entry, which then has the other name too."""
    try:
        os.link(entry, goal)
    except (OSError, ValueError):  # no name for a file
        return False
    os.utime(entry)
    return True


class Bench:
    """A folder of one process for what it works on; whatever happens to the process, `sweep` finds out."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # who may read a bucket is not for this to widen
        with _locked(folder / f"sweep{_LOCK}"):
            self._place = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
            self._held = open(self._place / _LOCK, "wb")  # noqa: SIM115 - as long as the process lives
            _lock(self._held, wait=False)

    @contextlib.contextmanager
    def fresh(self) -> Iterator[Path]:
        """An empty folder, for a while."""
        with tempfile.TemporaryDirectory(dir=self._place, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def close(self) -> None:
        """Leave it to whoever sweeps."""
        self._held.close()


def sweep(folder: Path) -> None:
    """Remove what processes have left that are gone. Where the system has no locks, nobody knows."""
    if not folder.is_dir() or sys.platform == "win32":
        return
    # Whoever needs the folder says what is wrong with it.
    with contextlib.suppress(OSError), _locked(folder / f"sweep{_LOCK}"):
        for place in folder.glob(f"{_WORK}*"):
            with contextlib.suppress(OSError), _opened(place / _LOCK) as held:
                if _lock(held, wait=False):
                    shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with _opened(path) as file:
        _lock(file, wait=True)
        yield


def _opened(path: Path) -> IO[bytes]:
    """A lock. Others may have made it: no link is followed, and no pipe waited for."""
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags | _CAREFUL, 0o666))


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
    return True
