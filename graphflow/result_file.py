"""A file of results: under its name only if it is complete, and never in the place of what it was not to replace."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from graphflow.errors import MissingResource, UnusableFile

HIDDEN = ".graphflow-"
"""How the names of unfinished files begin; random digits and the suffix follow."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_log = logging.getLogger(__name__)


class ResultFile:
    """A file that takes its name when it is complete; until then it has a hidden, random one in its folder.

    An older file of the same name stays as it was until `complete`. No other file is ever opened, replaced or removed.
    A symbolic link of the name is replaced like a file; its target is left alone. A calculator makes one in ``open``
    and ends it in ``close``::

        def close(self, ctx: Context) -> None:
            self._file.complete() if ctx.graph_status is None else self._file.partial()

    As a context manager it is complete unless the block is left with an exception.

    Args:
        path: The name to take.
        keep_partial: Whether `partial` is to replace an older file as `complete` does.

    Attributes:
        path: As given.
        place: The file's path until it is ended, for libraries that write to a path. Absolute; in ASCII except for
            the folder.

    Raises:
        UnusableFile: The place cannot be written, or something that is no ordinary file has the name.
        MissingResource: The folder does not exist.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep_partial: bool = False) -> None:
        self.path = Path(path)
        self._keep_partial = keep_partial
        try:
            self._goal = Path(os.path.abspath(self.path.parent)) / self.path.name
            older = self._older()
            # The suffix stays, because encoders go by it.
            self.place = self._goal.with_name(f"{HIDDEN}{os.urandom(8).hex()}{self.path.suffix}")
            self._handle = os.open(self.place, _FLAGS, 0o666)
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from error
        if older is not None:  # who may read it does not change, as if it had been written over
            with contextlib.suppress(OSError):  # a file system that has no modes
                os.chmod(self.place, stat.S_IMODE(older.st_mode) & 0o777)

    def _older(self) -> os.stat_result | None:
        """The file that is to be replaced, if there is one."""
        if not self._goal.parent.is_dir():
            raise MissingResource(f"there is no folder '{self.path.parent}' for '{self.path.name}'; make it first")
        if self._goal.is_dir():
            raise UnusableFile(f"'{self.path}' is a folder; add the name of a file")
        try:
            older = self._goal.lstat()
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(older.st_mode):
            return None
        if not stat.S_ISREG(older.st_mode):
            raise UnusableFile(f"'{self.path}' is no ordinary file, and is not replaced by one")
        if not os.access(self._goal, os.W_OK):
            raise UnusableFile(f"'{self.path}' is write-protected")
        return older

    @property
    def ended(self) -> bool:
        """Whether it has been completed, kept as partial or discarded."""
        return self._handle < 0

    def write(self, content: bytes) -> None:
        """Add something, all of it or nothing.

        Raises:
            UnusableFile: The disk is full.
        """
        size = os.fstat(self._handle).st_size
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            os.ftruncate(self._handle, size)
            os.lseek(self._handle, size, os.SEEK_SET)
            raise self._unwritable(error) from error

    def complete(self) -> None:
        """Give it its name. Ending a file twice is harmless, and the first time counts.

        Raises:
            UnusableFile: The disk does not take it; then it is kept as partial.
        """
        if self.ended:
            return
        try:
            self._flush()
            if self._goal.is_dir():
                raise IsADirectoryError(0, "a folder has that name now")
            self._close()
            os.replace(self.place, self._goal)
        except OSError as error:
            self._keep_beside()
            raise self._unwritable(error) from error

    def partial(self) -> None:
        """Keep what there is as ``NAME.part.SUFFIX``, or ``NAME.part-2.SUFFIX`` if that is taken, and say so.

        Nothing is kept of a file in which nothing is.
        """
        if self.ended:
            return
        if not os.fstat(self._handle).st_size:
            self.discard()
        elif self._keep_partial:
            self.complete()
            _log.warning("'%s' is not complete", self.path)
        else:
            self._keep_beside()

    def discard(self) -> None:
        """Leave nothing of it."""
        if not self.ended:
            self._close()
            self.place.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.complete()
        else:
            self.partial()

    def _flush(self) -> None:
        """Bring it onto the disk: some say only now that they are full."""
        try:
            os.fsync(self._handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that knows nothing of it
                raise

    def _keep_beside(self) -> None:
        try:
            self._close()
            kept = next(name for name in self._free_names() if self._move_to(name))
        except OSError:  # a name that is too long, a folder that is full: it is safe where it is
            kept = self.place
        _log.warning("'%s' is not complete; what there is of it is in '%s'", self.path, self.path.with_name(kept.name))

    def _free_names(self) -> Iterator[Path]:
        for number in count(1):
            part = "part" if number == 1 else f"part-{number}"
            yield self._goal.with_name(f"{self.path.stem}.{part}{self.path.suffix}")

    def _move_to(self, name: Path) -> bool:
        """Take a name if it is free. `os.replace` would replace a file that came a moment ago."""
        try:
            os.link(self.place, name, follow_symlinks=False)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            try:
                os.close(os.open(name, _FLAGS))
            except FileExistsError:
                return False
            os.replace(self.place, name)
        else:
            self.place.unlink()
        return True

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _unwritable(self, error: OSError | ValueError) -> UnusableFile:
        reason = error.strerror if isinstance(error, OSError) else None
        return UnusableFile(f"'{self.path}' cannot be written: {reason or error}")
