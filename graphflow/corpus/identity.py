"""Whether an input is still the one that was worked on."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from typing import Any

from graphflow.corpus.inputs import Input, is_address
from graphflow.corpus.storage import Storage, is_stored
from graphflow.media import SAMPLE
from graphflow.ordinary_file import open_ordinary


def identity_of(item: Input, verify: bool) -> dict[str, Any]:
    """What an input is known by: path, size and time of its file, or the SHA-256 of what is in it; and side packets.

    An object in storage is known by its etag, or time, in place of a file's time.

    Args:
        item: The input.
        verify: Whether to read the file for its SHA-256.

    Raises:
        OSError: The file cannot be read.
        MissingResource: There is no such object.
        NotPermitted: An object may not be read.
        StorageUnusable: The storage cannot be reached.
    """
    others = {name: value for name, value in item.side_packets.items() if name != "input"}
    known: dict[str, Any] = {"side_packets": others} if others else {}
    path = item.path
    if is_stored(path):
        stat_now = item.stat or Storage(path).stat()
        if stat_now is None:
            raise OSError("it is no object")
        return {"path": path, "size": stat_now.size, "etag": stat_now.version} | known
    if not path or path == SAMPLE or is_address(path):
        return {"path": path} | known
    found = os.stat(path)
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise OSError("it is not an ordinary file")
    known = {"path": path, "size": found.st_size, "mtime_ns": found.st_mtime_ns} | known
    if verify:
        with open_ordinary(path) as file:
            known["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return known


def same(record: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a record is about the input that was looked at now. If there is a SHA-256 now, nothing else counts."""
    keys = ("sha256",) if "sha256" in known else ("path", "size", "mtime_ns", "etag")
    return all(record.get(key) == known.get(key) for key in (*keys, "side_packets"))
