"""The inputs that an address of storage means: an object, clips and pictures below it, or what matches a pattern."""

from __future__ import annotations

import os
from collections.abc import Iterator

from graphflow.corpus.inputs import Input, object_input
from graphflow.corpus.storage import Storage
from graphflow.errors import MissingResource, UnusableFile
from graphflow.media import CLIPS, PICTURES
from graphflow.urls import without_secrets

_LISTS = (".txt", ".csv", ".jsonl", ".parquet")
_VERSION = "?versionId="
"""With it s3fs asks for a version of an object whose name ends there."""


def stored_inputs(word: str, out: str) -> Iterator[Input]:
    """As files of a folder would be.

    Args:
        word: The address.
        out: Where results are kept; what lies below it is left out.

    Raises:
        MissingResource: There is nothing, or a package is not installed.
        UnusableFile: A name cannot be that of results, or it is a list.
        NotPermitted: It may not be read.
        StorageUnusable: The storage cannot be reached.
    """
    place, shown = Storage(word), without_secrets(word)
    pattern = any(sign in word for sign in "*?[")
    if not pattern and word.lower().endswith(_LISTS):
        raise UnusableFile(f"'{shown}' is a list or a table: those are read from files; copy it here first")
    stat = None if pattern or word.endswith("/") else place.stat()
    if stat is not None:
        yield object_input(place.address, os.path.basename(place.address), stat)
        return
    found = place.matching() if pattern else place.listed()
    top = place.fixed() if pattern else place
    some = False
    for name, stat in found.items():
        address = f"{top.address}/{name}"
        if not f"{address}/".startswith(f"{out}/") and (pattern or _is_media(name)):
            some = True
            if _VERSION in name:
                raise UnusableFile(f"'{address}': what follows '{_VERSION}' would be taken for a version; rename it")
            yield object_input(address, name, stat)
    if not some:
        raise MissingResource(f"{'nothing matches' if pattern else 'there are no clips or pictures below'} '{shown}'")


def _is_media(name: str) -> bool:
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not hidden and os.path.splitext(name)[1].lower() in (*CLIPS, *PICTURES)
