"""What kind of file some bytes are: all that can be known of a model whose digest nobody has written down."""

from __future__ import annotations

import io
import struct
from pathlib import PurePath

LARGEST = 2_000_000_000
"""Bytes of a file at most: FlatBuffers and protocol buffers end a little above."""

_ONNX_FIELDS = {1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2}
"""Of ONNX's ModelProto: the kind of encoding by the field's number; 0 is a number, 2 bytes behind their length."""
_ONNX_REQUIRED = {1, 7, 8}
"""Version of the format, graph, and sets of operators."""
SUFFIX = ".task"
"""Of a bundle of models."""
_TFLITE_SUFFIX, _ONNX_SUFFIX = ".tflite", ".onnx"


def parts_of(name: str) -> tuple[str, str]:
    """The file and the member that a model's name stands for; no member where it is a whole file."""
    file, mark, member = name.partition(f"{SUFFIX}#")
    return (file + SUFFIX, member) if mark else (name, "")


def wrong_kind(name: str, content: bytes) -> str:
    """Why some bytes cannot be a whole file of a name's kind; an empty text if they can.

    An error page of a server, an empty answer and most files that have been cut off are told from a model by this.
    """
    suffix = PurePath(name).suffix
    if not content:
        return "it is empty"
    if suffix == _TFLITE_SUFFIX:
        return "" if _is_tflite(content) else f"it is no TensorFlow Lite file{_instead(content)}"
    if suffix == _ONNX_SUFFIX:
        return "" if _is_onnx(content) else f"it is no whole ONNX file{_instead(content)}"
    if suffix == SUFFIX:
        import zipfile  # most runs do without

        whole = content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content))
        return "" if whole else f"it is no whole archive of a task{_instead(content)}"
    return "whether it is right can only be told of models (.tflite, .onnx, .task)"


def _is_tflite(content: bytes) -> bool:
    """A FlatBuffer of TensorFlow Lite: its mark, and a first table that lies in it."""
    if content[4:8] != b"TFL3":
        return False
    try:
        (table,) = struct.unpack_from("<I", content)
        (back,) = struct.unpack_from("<i", content, table)
        size, _ = struct.unpack_from("<HH", content, table - back)
    except struct.error:
        return False
    return bool(4 <= size <= len(content))


def _is_onnx(content: bytes) -> bool:
    """Whether this is a protocol buffer with the fields of ONNX's ModelProto that ends where the bytes end."""
    at = 0
    seen: set[int] = set()
    while at < len(content):
        key, at = _varint(content, at)
        number, kind = key >> 3, key & 7
        if at < 0 or _ONNX_FIELDS.get(number) != kind:
            return False
        value, at = _varint(content, at)
        if at < 0:
            return False
        if kind == 2:
            at += value
        seen.add(number)
    return at == len(content) and seen >= _ONNX_REQUIRED


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of a protocol buffer, and where it ends; -1 if it does not."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            break
        value |= (content[at] & 0x7F) << shift
        at += 1
        if content[at - 1] < 0x80:
            return value, at
    return 0, -1


def _instead(content: bytes) -> str:
    return ", but a web page" if is_web_page(content) else ""


def is_web_page(content: bytes) -> bool:
    """Whether a file begins as what a server sends in the place of a file that it does not have."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head"))
