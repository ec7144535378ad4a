"""Standard input: kept as a file, because most clips have to be read from more than one place; or read as it comes."""

from __future__ import annotations

import io
import math
import os
import stat
from pathlib import Path
from typing import IO

from graphflow import UnusableFile
from graphflow.calculators.sources.container import HEAD, can_be_read_as_it_comes, ends_tell

_CHUNK = 1 << 20
# What `Piped` keeps of the end at least, and what it leaves out at a time: whole packets of MPEG-TS, whether they have
# 188, 192 or 204 bytes.
_KEPT = 1 << 20
_LEFT_OUT = 8 * math.lcm(188, 192, 204)


def is_pipe() -> bool:
    """Whether another program writes standard input at this moment."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:  # it is closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


class Piped(io.RawIOBase):
    """Standard input as it comes. Nothing of it is kept but its beginning and its end.

    Attributes:
        head: The first bytes, by which a clip is known: 2,048, or all there are.
    """

    def __init__(self) -> None:
        self.head = b""
        while len(self.head) < HEAD and (chunk := os.read(0, HEAD - len(self.head))):
            self.head += chunk
        self._unread = self.head
        self._passed = bytearray()

    @property
    def readable_as_it_comes(self) -> bool:
        """Whether it is a clip that can be read so."""
        return can_be_read_as_it_comes(self.head)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """What is there, at most `size` bytes; waits until something is. Empty at the end."""
        chunk, self._unread = self._unread[:size], self._unread[size:]
        chunk = chunk or os.read(0, size)
        self._passed += chunk
        if len(self._passed) > HEAD + _KEPT + _LEFT_OUT:
            del self._passed[HEAD : HEAD + _LEFT_OUT]
        return chunk

    def shortened(self) -> io.BytesIO | None:
        """What has come, without whole packets in the middle, if that says whether the end of the clip is there."""
        return io.BytesIO(self._passed) if ends_tell(self.head) else None


class Spooled:
    """Everything that comes through standard input, in a temporary file.

    Where the system lets a file be opened that has no name any more (Linux), it has none, so that nothing stays behind
    whatever becomes of the process. Elsewhere `close` deletes it.

    Args:
        head: What has been read of it already.

    Attributes:
        path: What to open.

    Raises:
        UnusableFile: Nothing came, or there is no room for it.
    """

    def __init__(self, head: bytes = b"") -> None:
        import tempfile

        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="graphflow-")  # noqa: SIM115 - `close` does
        self.path = Path(f"/proc/self/fd/{self._file.fileno()}")
        if not self.path.exists():
            self._file.close()
            self._file = tempfile.NamedTemporaryFile(prefix="graphflow-")  # noqa: SIM115
            self.path = Path(self._file.name)
        try:
            size = self._fill(head)
            if not size:
                raise UnusableFile("nothing came through standard input")
        except BaseException as error:
            self._file.close()
            if isinstance(error, OSError):
                raise UnusableFile(f"standard input cannot be read into a temporary file: {error.strerror}") from error
            raise

    def _fill(self, head: bytes) -> int:
        self._file.write(head)
        # Not through sys.stdin: a thread that waits in it would keep Python from ending.
        while chunk := os.read(0, _CHUNK):
            self._file.write(chunk)
        self._file.flush()
        return self._file.tell()

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()
