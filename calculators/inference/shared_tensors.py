"""Tensors in memory that two processes share, so that a call sends no more than a few bytes through a pipe.

The memory has no name in any file system (on Windows one that ends with its last user), so that nothing of it is left
behind however the processes end.
"""

from __future__ import annotations

import mmap
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from graphflow.calculators.types import Tensor

_ALIGNMENT = 64
"""Bytes; what the widest instructions of a processor like."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies.

    Attributes:
        index: Its number in the model's file.
        dtype: NumPy's name of its type.
        shape: Its shape.
        offset: Bytes from the start of the memory.
    """

    index: int
    dtype: str
    shape: tuple[int, ...]
    offset: int

    def view(self, memory: mmap.mmap) -> Tensor:
        """The tensor itself: what one process writes, the other one reads."""
        count = int(numpy.prod(self.shape))
        return numpy.frombuffer(memory, self.dtype, count, self.offset).reshape(self.shape)


class Room:
    """Gives tensors their places, one behind the other.

    Attributes:
        size: Bytes given so far.
    """

    def __init__(self) -> None:
        self.size = 0

    def places(self, details: Sequence[dict[str, Any]]) -> list[Place]:
        """Places for tensors that LiteRT's ``Interpreter`` describes."""
        found = []
        for item in details:
            dtype, shape = numpy.dtype(item["dtype"]), tuple(int(side) for side in item["shape"])
            found.append(Place(int(item["index"]), dtype.name, shape, self.size))
            self.size += -(-int(numpy.prod(shape)) * dtype.itemsize // _ALIGNMENT) * _ALIGNMENT
        return found


class SharedMemory:
    """Memory that a child process can see.

    Args:
        size: Bytes.

    Attributes:
        memory: The bytes.
        key: What `attach` needs in the child.
        descriptors: What the child has to inherit.
    """

    def __init__(self, size: int) -> None:
        self.descriptors: tuple[int, ...] = ()
        if sys.platform == "win32":
            self.key: int | str = f"graphflow-{os.getpid()}-{secrets.token_hex(8)}"
            self.memory = mmap.mmap(-1, size, tagname=self.key)
        else:
            descriptor = _nameless()
            os.ftruncate(descriptor, size)
            self.memory = mmap.mmap(descriptor, size)
            self.key, self.descriptors = descriptor, (descriptor,)

    def handed_over(self) -> None:
        """The child has been started: what it inherits is no longer needed here."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = ()


def attach(key: int | str, size: int) -> mmap.mmap:
    """The memory in the child process, by its key and size in bytes."""
    if sys.platform == "win32":
        return mmap.mmap(-1, size, tagname=str(key))
    return mmap.mmap(int(key), size)


def _nameless() -> int:
    """A file without a name: on Linux in memory, elsewhere a temporary one that is deleted already."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("graphflow tensors")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
