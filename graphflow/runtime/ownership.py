"""Who may write into a payload. A calculator may if it owns it (``Owned[X]``); the program may not after sending."""

from __future__ import annotations

import copy
import sys
from typing import Any

from graphflow.packet import Packet


def own(packet: Packet[Any], inputs: Any) -> Any:
    """The payload itself if nobody else can see it, else a copy.

    MediaPipe hands a payload over when the packet is its only holder; so do we, by CPython's reference counts. They
    are exact for what counts here: while a second reader, a second packet or a view of the array is alive, it holds a
    reference. An array that its maker has made read-only, because it is shared, becomes writable again once it is not.
    """
    value = packet.value
    # Held here by: the packet, the local `value`, and the argument of getrefcount.
    sole = sys.getrefcount(value) <= 3 and sys.getrefcount(packet) <= _PACKET_REFERENCES
    if sole and getattr(value, "base", None) is None:
        flags = getattr(value, "flags", None)
        if flags is None or flags.writeable:
            return value
        if flags.owndata:
            value.setflags(write=True)
            return value
    copied = getattr(value, "copy", None)
    return copied() if callable(copied) else copy.deepcopy(value)


def unshared(packet: Packet[Any]) -> Packet[Any]:
    """The packet, with a copy of its array if the program that sends it can still write into that."""
    value = packet.value
    flags = getattr(value, "flags", None)
    return Packet(value.copy(), packet.timestamp) if getattr(flags, "writeable", False) else packet


def _measure() -> int:
    """References that a packet has in a call although nobody else holds it: the inputs, the caller's and our names."""

    def called(packet: Packet[Any], inputs: Any) -> int:
        return sys.getrefcount(packet)

    def call(inputs: tuple[Any, ...]) -> int:
        (i0,) = inputs
        return called(i0, inputs)

    return call((Packet(None, 0),))


_PACKET_REFERENCES = _measure()
