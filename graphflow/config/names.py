"""Which words can be names, and what to type instead of those that cannot."""

from __future__ import annotations

import re
from typing import Any

from graphflow.config.diagnostics import quoted
from graphflow.config.limits import MAX_NAME_LENGTH
from graphflow.config.location import Located
from graphflow.config.report import Report

NAME = "[a-z_][a-z0-9_]*"
"""What names a stream, side packet, port, option or executor, as a regular expression."""
MIXED_CASE_NAME = "[A-Za-z_][A-Za-z0-9_]*"
"""What names a node, calculator or policy."""
OPTION_VALUE = rf"\$\{{\s*({MIXED_CASE_NAME})\s*\}}"
"""``${name}``: a graph option in the place of a value."""

_NAME = re.compile(NAME)
_MIXED_CASE_NAME = re.compile(MIXED_CASE_NAME)
_MIXED_CASE_RULE = "names have letters, digits and _, and do not start with a digit"
_REFERENCE = re.compile(OPTION_VALUE)
_PORT = re.compile(rf"({MIXED_CASE_NAME})\.{NAME}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAGGED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)?:(?:[0-9]+:)?([A-Za-z0-9_]+)")


def check_name(word: Located[str], what: str, report: Report, *, listed: bool = False) -> None:
    """Report `word` unless it can name a stream, side packet, port, option or executor.

    Args:
        word: As written.
        what: What it names, as the message calls it: ``node 'a': input``.
        report: Receives the error.
        listed: It may stand in a list, so that several words may have lost their commas.
    """
    name = word.value
    if _NAME.fullmatch(name) and len(name) <= MAX_NAME_LENGTH:
        return
    rule = "names have small letters, digits and _, and do not start with a digit"
    help, words = _instead(name, _NAME, _joined(name.lower())), name.split()
    if help and listed and len(words) > 1 and all(map(_NAME.fullmatch, words)):
        help += f", or [{', '.join(words)}] if these are several"
    _refuse(word, what, rule, help, report)


def check_node_name(word: Located[str], report: Report) -> None:
    """Report `word` unless it can name a node: as other names, but capitals may occur."""
    if not _is_mixed_case_name(word.value):
        _refuse(word, "node", _MIXED_CASE_RULE, _instead(word.value, _MIXED_CASE_NAME, _joined(word.value)), report)


def check_class_name(word: Located[str], what: str, report: Report) -> None:
    """Report `word` unless it can name a calculator or a policy."""
    if not _is_mixed_case_name(word.value):
        joined = "".join(part[0].upper() + part[1:] for part in _joined(word.value).split("_") if part)
        _refuse(word, what, _MIXED_CASE_RULE, _instead(word.value, _MIXED_CASE_NAME, joined), report)


def check_stream_read(word: Located[str], what: str, report: Report) -> None:
    """Report `word` unless a node of this graph can read a stream or side packet of that name."""
    node, _, inner = word.value.rpartition("/")
    if _MIXED_CASE_NAME.match(node) and _NAME.fullmatch(inner):
        message = f"{what} {quoted(word.value)} is inside the subgraph node {quoted(node)} and cannot be connected to"
        help = f"list {quoted(inner)} in the outputs of the subgraph's file, and at node {quoted(node)}"
        report.error("bad-name", message, word.span, help)
    elif port := _PORT.fullmatch(word.value):
        message = f"{what} {quoted(word.value)} cannot be a name: a stream goes by its name alone"
        report.error("bad-name", message, word.span, f"write the name that node {quoted(port[1])} gives to it")
    else:
        check_name(word, what, report, listed=True)


def node_name(calculator: str) -> str:
    """What a node is called after its calculator: ``flow_limiter`` after FlowLimiter."""
    return _WORDS.sub("_", calculator).lower()


def option_named(value: Any) -> str | None:
    """The graph option that a value stands for, if it is one ``${name}`` as a whole."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def reference_inside(value: Any) -> str | None:
    """The first ``${name}`` in a text, a list or a map."""
    if isinstance(value, str):
        match = _REFERENCE.search(value)
        return match[0] if match else None
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next(filter(None, map(reference_inside, items)), None)


def _refuse(word: Located[str], what: str, rule: str, help: str, report: Report) -> None:
    name = word.value
    if not name:
        report.error("bad-name", f"{what} has an empty name", word.span, rule)
    elif len(name) > MAX_NAME_LENGTH:
        message = f"{what} {quoted(name)} is {len(name)} characters long; a name has at most {MAX_NAME_LENGTH}"
        report.error("bad-name", message, word.span, "use a shorter name")
    else:
        report.error("bad-name", f"{what} {quoted(name)} cannot be a name: {rule}", word.span, help)


def _is_mixed_case_name(name: str) -> bool:
    return len(name) <= MAX_NAME_LENGTH and _MIXED_CASE_NAME.fullmatch(name) is not None


def _joined(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")


def _instead(name: str, pattern: re.Pattern[str], near: str) -> str:
    tagged = _TAGGED.fullmatch(name)
    if tagged:
        return f"MediaPipe's {quoted(name)} is written {(tagged[1] or 'item').lower()}: {tagged[2].lower()}"
    return f"write {near}" if pattern.fullmatch(near) and name.isascii() and name.isprintable() else ""
