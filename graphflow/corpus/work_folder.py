"""Where results are made, apart from where they are kept: a folder takes its name when all that is in it is there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow.errors import UnusableFile
from graphflow.result_file import HIDDEN

_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)


class WorkFolder:
    """A hidden folder below the one for results, on the same disk. What an earlier run has left in it is removed.

    Args:
        output_dir: Where results are kept.

    Raises:
        UnusableFile: It cannot be made.
    """

    def __init__(self, output_dir: Path) -> None:
        self._kept = output_dir
        self._place = Path(os.path.abspath(output_dir)) / f"{HIDDEN}work"
        self._of: dict[int, Path] = {}
        self.clear()
        try:
            if self._place.is_symlink():
                raise OSError(f"'{self._place}' is a link, which leads elsewhere")
            self._place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnusableFile(f"'{output_dir}' cannot be written: {error.strerror or error}") from error

    def fresh(self, worker: int) -> Path:
        """An empty folder for one worker, of a name that nobody has had. What it had before is removed.

        A worker on a machine that cannot be reached any more may still write where it was told to.

        Raises:
            UnusableFile: It cannot be made.
        """
        folder = self._place / f"{worker}-{os.urandom(8).hex()}"
        try:
            if old := self._of.pop(worker, None):
                shutil.rmtree(old, ignore_errors=True)
            folder.mkdir(parents=True)
            self._of[worker] = folder
        except OSError as error:
            raise UnusableFile(f"'{folder}' cannot be made: {error.strerror or error}") from error
        return folder

    def keep(self, folder: Path, name: str) -> None:
        """Give a folder its name, all that is in it at once. An older one of that name is replaced.

        Raises:
            UnusableFile: The place cannot be written.
        """
        goal = self._kept / name
        try:
            if link := self._link_on_the_way(name):
                raise OSError(f"'{link}' is a link, which leads elsewhere")
            goal.parent.mkdir(parents=True, exist_ok=True)
            self.remove(name)
            os.rename(folder, goal)
        except OSError as error:
            raise UnusableFile(f"'{goal}' cannot be written: {error.strerror or error}") from error

    def holds(self, name: str, record: Mapping[str, Any]) -> bool:
        """Whether the results of that name are there, of which there is a record."""
        return os.path.isdir(f"{self._kept}/{name}")

    def remove(self, name: str) -> None:
        """Remove the results of that name, if there are any: at once, then from the disk."""
        old = self._place / f"old-{os.urandom(8).hex()}"
        try:
            if self._link_on_the_way(name):  # nothing of ours is there
                return
            os.rename(self._kept / name, old)
        except OSError as error:
            if error.errno in _NOTHING_THERE:
                return
            raise
        shutil.rmtree(old, ignore_errors=True)

    def _link_on_the_way(self, name: str) -> Path | None:
        """A symbolic link among the folders that a name leads through. What is replaced must lie in this folder."""
        folders = [self._kept / folder for folder in Path(name).parents][-2::-1]
        return next((folder for folder in folders if folder.is_symlink()), None)

    def clear(self) -> None:
        """Remove what is not kept."""
        shutil.rmtree(self._place, ignore_errors=True)
