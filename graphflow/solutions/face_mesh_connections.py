"""Which points of a face are joined by lines: the numbers of MediaPipe's solutions (Apache-2.0)."""

from __future__ import annotations

from collections.abc import Iterable

from graphflow.solutions.face_tesselation import TRIANGLES

Pairs = frozenset[tuple[int, int]]


def _chains(*chains: Iterable[int]) -> Pairs:
    """Lines from each point of a chain to the next."""
    return frozenset(pair for chain in map(tuple, chains) for pair in zip(chain, chain[1:], strict=False))


# The order counts: programs draw lines in that of the sets, and a later one covers an earlier one.
FACEMESH_LIPS = _chains(
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
    [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
    [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
    [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
)
FACEMESH_LEFT_EYE = _chains(
    [263, 249, 390, 373, 374, 380, 381, 382, 362], [263, 466, 388, 387, 386, 385, 384, 398, 362]
)
FACEMESH_LEFT_IRIS = _chains([474, 475, 476, 477, 474])
FACEMESH_LEFT_EYEBROW = _chains([276, 283, 282, 295, 285], [300, 293, 334, 296, 336])
FACEMESH_RIGHT_EYE = _chains([33, 7, 163, 144, 145, 153, 154, 155, 133], [33, 246, 161, 160, 159, 158, 157, 173, 133])
FACEMESH_RIGHT_EYEBROW = _chains([46, 53, 52, 65, 55], [70, 63, 105, 66, 107])
FACEMESH_RIGHT_IRIS = _chains([469, 470, 471, 472, 469])
FACEMESH_FACE_OVAL = _chains(
    [
        10,
        338,
        297,
        332,
        284,
        251,
        389,
        356,
        454,
        323,
        361,
        288,
        397,
        365,
        379,
        378,
        400,
        377,
        152,
        148,
        176,
        149,
        150,
        136,
        172,
        58,
        132,
        93,
        234,
        127,
        162,
        21,
        54,
        103,
        67,
        109,
        10,
    ]
)
FACEMESH_NOSE = _chains(
    [168, 6, 197, 195, 5, 4, 1, 19, 94, 2], [98, 97, 2, 326, 327, 294, 278, 344, 440, 275, 4, 45, 220, 115, 48, 64, 98]
)
FACEMESH_CONTOURS = frozenset().union(
    FACEMESH_LIPS,
    FACEMESH_LEFT_EYE,
    FACEMESH_LEFT_EYEBROW,
    FACEMESH_RIGHT_EYE,
    FACEMESH_RIGHT_EYEBROW,
    FACEMESH_FACE_OVAL,
)
FACEMESH_IRISES = frozenset().union(FACEMESH_LEFT_IRIS, FACEMESH_RIGHT_IRIS)
FACEMESH_TESSELATION: Pairs = frozenset(pair for a, b, c in TRIANGLES for pair in ((a, b), (b, c), (c, a)))
