"""From a file's bytes to text that the YAML parser can be trusted with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, MutableMapping, Sequence

from graphflow.bundled import graphs_by_name
from graphflow.config.diagnostics import Diagnostic, did_you_mean, quoted
from graphflow.config.limits import MAX_FILES, MAX_SIZE, MAX_TOTAL_SIZE, Budget
from graphflow.config.location import Span
from graphflow.config.report import Report
from graphflow.ordinary_file import open_ordinary

_SHOWN_PATH = 300  # characters of a path in a message

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
# What YAML cannot hold, and the line breaks that editors do not show as such: text behind them could hide.
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of `text` as the YAML parser and editors count them."""
    lines = _LINE_BREAK.split(text)
    return tuple(lines if lines[-1] else lines[:-1])


def read_text(
    path: str | os.PathLike[str],
    diagnostics: list[Diagnostic],
    sources: MutableMapping[str, Sequence[str]],
    budget: Budget,
    decode: Callable[[bytes], str] | None = None,
) -> str | None:
    """The text of a graph file, or None if there is none; then `diagnostics` say why.

    Args:
        path: Of an ordinary file in UTF-8, with or without byte order mark, of at most `MAX_SIZE` bytes.
        diagnostics: Receives what is wrong.
        sources: Receives the file's lines, for `render`.
        budget: What the files of the graph may still hold.
        decode: Makes the text of a file of another format; its ValueError says what is wrong.
    """
    file = os.fspath(path)
    budget.files -= 1
    if budget.files < 0:
        diagnostics.append(_too_much(file, f"the graph has more than {MAX_FILES:,} files"))
        return None
    try:
        data = _read_bytes(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        diagnostics.append(_unreadable(file, error))
        return None
    if len(data) > MAX_SIZE:
        diagnostics.append(_too_large(file))
        return None
    budget.size -= len(data)
    if budget.size < 0:
        diagnostics.append(_too_much(file, f"the files of the graph have more than {MAX_TOTAL_SIZE:,} bytes together"))
        return None
    if decode is not None:
        try:
            text = decode(data)
        except ValueError as error:
            diagnostics.append(Diagnostic("not-a-graph", str(error), Span(file, 1, 1)))
            return None
        sources[file] = split_lines(text)
        return text
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sources[file] = split_lines(data.decode("utf-8-sig", errors="replace"))
        diagnostics.append(_not_utf8(file, data, error))
        return None
    sources[file] = split_lines(text)
    return text


def check_text(text: str, lines: Sequence[str], file: str, report: Report) -> None:
    """Refuse what the YAML parser must not see.

    Raises:
        Abandoned: The text is too large, or holds a character that YAML cannot hold; it has been reported.
    """
    if len(text) > MAX_SIZE:
        raise report.abandon(_too_large(file))
    if not _BAD_CHARACTER.search(text):
        return
    for number, line in enumerate(lines, start=1):
        for found in _BAD_CHARACTER.finditer(line):
            message = f"the character U+{ord(found[0]):04X} cannot stand in a graph file"
            help = "delete it; an editor that shows invisible characters helps to find it"
            span = Span(file, number, found.start() + 1)
            raise report.abandon(Diagnostic("bad-character", message, span, help=help))


def _read_bytes(file: str) -> bytes:
    """At most one byte more than a graph file may have: enough to know that it is too large."""
    with open_ordinary(file) as stream:
        return stream.read(MAX_SIZE + 1)


def _unreadable(file: str, error: OSError | ValueError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        return Diagnostic(
            "missing-file", f"there is no file {quoted(file, _SHOWN_PATH)}", None, help=_similar_file(file)
        )
    if isinstance(error, IsADirectoryError):
        return Diagnostic(
            "unreadable-file", f"{quoted(file, _SHOWN_PATH)} is a folder", None, help="name a graph file in it"
        )
    reason = getattr(error, "strerror", None) or str(error)
    return Diagnostic("unreadable-file", f"{quoted(file, _SHOWN_PATH)} cannot be read: {reason}", None)


def _similar_file(file: str) -> str:
    folder, name = os.path.split(file)
    try:
        known = [entry for entry in os.listdir(folder or ".") if entry.endswith((".yaml", ".yml"))]
    except OSError:
        return f"there is no folder {quoted(folder, _SHOWN_PATH)} either"
    near = did_you_mean(name, known if folder else [*known, *graphs_by_name()])
    return f"did you mean {quoted(os.path.join(folder, near), _SHOWN_PATH)}?" if near else "check the name"


def _too_large(file: str) -> Diagnostic:
    message = f"the graph is larger than {MAX_SIZE:,} bytes, the most a graph file may have"
    return Diagnostic("too-large", message, Span(file, 1, 1), help="split it into subgraphs, one file each")


def _too_much(file: str, message: str) -> Diagnostic:
    return Diagnostic("too-large", message, Span(file, 1, 1), help="use fewer or smaller subgraph files")


def _not_utf8(file: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = split_lines(error.object[: error.start].decode("utf-8", errors="replace") + "?")
    span = Span(file, len(before), len(before[-1]))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Diagnostic("not-utf8", "the file is UTF-16 text", span, help="save it as UTF-8")
    byte = f"0x{data[error.start]:02x}"
    return Diagnostic("not-utf8", f"the file is not UTF-8 text: byte {byte} here", span, help="save it as UTF-8")
