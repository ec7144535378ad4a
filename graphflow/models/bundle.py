"""Bundles of MediaPipe Tasks: ``.task`` files, archives of models. One of the models is called ``FILE.task#MEMBER``.

Nothing is unpacked to the disk. What an archive says of itself is believed only after it has been compared with what
is there, and metadata in the models count for nothing.
"""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from graphflow.config.diagnostics import did_you_mean, quoted
from graphflow.errors import UnusableFile
from graphflow.models.kinds import LARGEST, SUFFIX

MOST_MEMBERS = 1000
"""Members of a bundle at most; MediaPipe's have two to ten."""
LARGEST_RATIO = 200
"""How many times larger than packed a member may be. Weights hardly shrink at all; zeros shrink a thousandfold."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ARCHIVE = b"PK\x03\x04"
_PACKED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle, as the archive's directory has it: its size in bytes may be a lie."""

    name: str
    size: int


class Bundle:
    """A bundle in memory.

    Args:
        name: Its file, for messages.
        content: Its bytes.

    Attributes:
        digest: Its SHA-256.
        members: What is in it, folders left out.

    Raises:
        UnusableFile: It is no whole archive, or has too many members.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.digest = hashlib.sha256(content).hexdigest()
        self._name = f"the bundle '{name}' (SHA-256 {self.digest})"
        # Reading the directory takes memory for each entry, so they are counted first.
        if content.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:
            raise UnusableFile(f"{self._name} has more than {MOST_MEMBERS:,} members, which no bundle of models has")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGES as error:
            raise UnusableFile(f"{self._name} is no whole archive: {error}") from error
        entries = ((info.filename, info.file_size) for info in self._archive.infolist())
        # Not `is_dir`, which fails where a name is empty.
        self.members = tuple(Member(name, size) for name, size in entries if not name.endswith("/"))

    def read(self, member: str) -> bytes:
        """The bytes of a member.

        Raises:
            UnusableFile: There is none of that name, or it cannot be read or is not to be: more than one has that name,
                it lies in a folder, is a link, is encrypted, is a bundle itself, is damaged, or too large.
        """
        info = self._found(member)
        if wrong := _wrong(info):
            raise UnusableFile(f"{quoted(member)} in {self._name} {wrong}")
        try:
            with self._archive.open(info) as file:
                content = file.read(info.file_size + 1)  # that is all that is ever unpacked
        except _DAMAGES as error:
            raise UnusableFile(f"{quoted(member)} in {self._name} is damaged: {error or 'it ends early'}") from error
        if len(content) != info.file_size:
            raise UnusableFile(f"{quoted(member)} in {self._name} is damaged: it does not have the size that it says")
        if content.startswith(_ARCHIVE):
            raise UnusableFile(f"{quoted(member)} in {self._name} {_NESTED}")
        return content

    def _found(self, member: str) -> zipfile.ZipInfo:
        if SUFFIX in member:
            raise UnusableFile(f"{quoted(member)} in {self._name} {_NESTED}")
        if "/" in member or "\\" in member:
            raise UnusableFile(f"{quoted(member)} is not read from {self._name}: its models lie in no folders")
        found = [info for info in self._archive.infolist() if info.filename == member]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnusableFile(f"{self._name} has {len(found)} members {quoted(member)}, and nobody knows which")
        names = [one.name for one in self.members]
        near = did_you_mean(member, names)
        hint = f"did you mean {quoted(near)}?" if near else f"it has {', '.join(map(quoted, names[:20])) or 'nothing'}"
        if not member:
            raise UnusableFile(f"a model of {self._name} must be named, as in FILE{SUFFIX}#MODEL; {hint}")
        raise UnusableFile(f"{self._name} has no {quoted(member)}; {hint}")


_NESTED = "is a bundle in a bundle, which is not read: take it out, and name that file"

_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What Python's reader of archives raises where one is damaged, or made to be."""


def _wrong(info: zipfile.ZipInfo) -> str:
    """Why a member is not to be unpacked; an empty text if it may be."""
    if info.filename != info.orig_filename:
        return "has a name that goes on behind a zero"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, which is not followed"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _PACKED_AS:
        return "is packed in a way that bundles do not use; only stored and deflated members are read"
    if info.file_size > LARGEST:
        return f"has {info.file_size:,} bytes; more than {LARGEST:,} are not read"
    if info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        return (
            f"has {info.file_size:,} bytes out of {info.compress_size:,}: no model can be packed so small, so it is "
            "not unpacked"
        )
    return ""
