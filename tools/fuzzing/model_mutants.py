"""Model files after accidents: bits turned, numbers exchanged, pieces lost and moved. All follows from a seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

_EXTREME = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 1 << 20, 1 << 28)
_EDGE = 1 << 16
"""Bytes at each end of a file, where most of its structure lies; between them are weights."""


def _place(content: bytearray, rng: random.Random) -> int:
    length = len(content)
    if rng.random() < 0.2 or length <= 2 * _EDGE:
        return rng.randrange(length)
    return rng.randrange(_EDGE) if rng.random() < 0.5 else length - 1 - rng.randrange(_EDGE)


def _turn_bit(content: bytearray, rng: random.Random) -> None:
    content[_place(content, rng)] ^= 1 << rng.randrange(8)


def _any_byte(content: bytearray, rng: random.Random) -> None:
    content[_place(content, rng)] = rng.randrange(256)


def _number(content: bytearray, rng: random.Random) -> None:
    """A number of four bytes becomes an extreme one, or one near to what it was."""
    place = _place(content, rng) // 4 * 4
    if place + 4 > len(content):
        return
    (before,) = struct.unpack_from("<I", content, place)
    after = rng.choice(_EXTREME) if rng.random() < 0.5 else before + rng.randint(-16, 16)
    struct.pack_into("<I", content, place, after & 0xFFFFFFFF)


def _exchange(content: bytearray, rng: random.Random) -> None:
    """Two numbers change places: what one field says is found in another."""
    one, other = (_place(content, rng) // 4 * 4 for _ in range(2))
    if max(one, other) + 4 <= len(content):
        content[one : one + 4], content[other : other + 4] = content[other : other + 4], content[one : one + 4]


def _overwrite(content: bytearray, rng: random.Random) -> None:
    size = rng.choice((4, 16, 64, 1024))
    source, target = _place(content, rng), _place(content, rng)
    piece = content[source : source + size]
    content[target : target + len(piece)] = piece


def _erase(content: bytearray, rng: random.Random) -> None:
    place, size = _place(content, rng), rng.choice((4, 64, 4096))
    piece = content[place : place + size]
    content[place : place + len(piece)] = bytes(len(piece))


def _lose(content: bytearray, rng: random.Random) -> None:
    place = _place(content, rng)
    del content[place : place + rng.choice((1, 4, 64))]


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[_place(content, rng) :]


_ACCIDENTS: dict[Callable[[bytearray, random.Random], None], int] = {
    _turn_bit: 4,
    _any_byte: 3,
    _number: 8,
    _exchange: 3,
    _overwrite: 2,
    _erase: 2,
    _lose: 1,
    _cut: 1,
}
"""How often each happens."""


def mutant(content: bytes, rng: random.Random) -> bytes:
    """A model after one to four accidents."""
    changed = bytearray(content)
    for accident in rng.choices(list(_ACCIDENTS), list(_ACCIDENTS.values()), k=rng.choice((1, 1, 2, 4))):
        if changed:
            accident(changed, rng)
    return bytes(changed)
