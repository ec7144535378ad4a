"""Single values of a graph file: is it what is expected there, and if not, what was found instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from graphflow.config.diagnostics import Related, did_you_mean, quoted
from graphflow.config.location import Located
from graphflow.config.report import Report
from graphflow.config.tree import Entry, ListValue, MapValue, Refused, Scalar, Value
from graphflow.values import in_words, is_of

Entries = Mapping[str, Entry]

T = TypeVar("T")


def is_empty(value: Value) -> bool:
    """Nothing was written, or ``null``: a list or map without entries, where one is expected."""
    return isinstance(value, Scalar) and value.value is None


def found(value: Value) -> str:
    """`value` in a few words, for "expected ..., found ..."."""
    if isinstance(value, ListValue):
        return "a list"
    if isinstance(value, MapValue):
        return "a map"
    if isinstance(value, Refused) or value.value is None:
        return "nothing"
    if isinstance(value.value, str):
        return f"the text {quoted(value.value)}"
    return f"the number {value.text}" if not isinstance(value.value, bool) else value.text


def wrong_type(value: Value, what: str, expected: str, help: str, report: Report) -> None:
    """Report that `what` must be something else, unless `value` has been reported already."""
    if not isinstance(value, Refused):
        report.error("wrong-type", f"{what} must be {expected}, found {found(value)}", value.span, help)


def literal(value: Value) -> Any:
    """`value` as plain Python data. What was refused becomes None. Depth is bounded by ``limits.MAX_DEPTH``."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, ListValue):
        return [literal(item) for item in value.items]
    if isinstance(value, MapValue):
        return {key: literal(entry.value) for key, entry in value.entries.items()}
    return None


def is_whole(value: Value) -> bool:
    """Whether nothing in `value` was refused."""
    if isinstance(value, ListValue):
        return all(is_whole(item) for item in value.items)
    if isinstance(value, MapValue):
        return not value.incomplete and all(is_whole(entry.value) for entry in value.entries.values())
    return not isinstance(value, Refused)


def read_entries(value: Value, what: str, help: str, report: Report) -> Entries:
    """The entries of a map whose keys the user chooses; none, with an error, for anything else."""
    if isinstance(value, MapValue):
        return value.entries
    if not is_empty(value):
        wrong_type(value, what, "a map", help, report)
    return {}


def known_entries(
    value: MapValue,
    what: str,
    keys: tuple[str, ...],
    report: Report,
    others: Mapping[str, str] | None = None,
    homes: Mapping[str, str] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> Entries:
    """The entries of a map whose keys are fixed; every other key is an error.

    An unknown key that is nearly a known one is read as that, so that its value is checked too.

    Args:
        value: The map.
        what: How messages call it.
        keys: The known ones.
        report: Receives the errors.
        others: Keys that people know from elsewhere, and what they are called here.
        homes: What words may be that the user chooses, and where each then stands, as ``options: {NAME: ...}``.
        elsewhere: Keys of another place, and what to write for each.
    """
    entries = {key: entry for key, entry in value.entries.items() if key in keys}
    for key, entry in value.entries.items():
        if key in keys:
            continue
        other = (others or {}).get(key, "")
        place = (elsewhere or {}).get(key, "")
        meant = other or ("" if place else did_you_mean(key, keys))
        help = f"known keys: {', '.join(keys)}"
        if meant:
            entries.setdefault(meant, Entry(entry.key, Refused(entry.value.span) if other else entry.value))
            help = f"here this is {quoted(other)}; {help}" if other else f"did you mean {quoted(meant)}? {help}"
        elif place:
            help = place
        elif homes:
            ways = [f"if it is {kind}, write {home.replace('NAME', key[:40])}" for kind, home in homes.items()]
            help = f"{'; '.join(ways)}; {help}"
        report.error("unknown-key", f"{what} has no key {quoted(key)}", entry.key.span, help)
    return entries


def read_if(entries: Entries, key: str, read: Callable[[Value], T], otherwise: T) -> T:
    """What `read` makes of the value at `key`, or `otherwise` if the key is not there."""
    return read(entries[key].value) if key in entries else otherwise


def forbid_together(entries: Entries, keys: tuple[str, ...], what: str, report: Report) -> None:
    """Report it if more than one of `keys` is there."""
    present = [entries[key] for key in entries if key in keys]
    for entry in present[1:]:
        message = f"{what} has both {quoted(present[0].key.value)} and {quoted(entry.key.value)}"
        related = (Related(present[0].key.span, "the other one"),)
        report.error("conflicting-keys", message, entry.key.span, "keep one of the two", related)


def read_text(value: Value, what: str, expected: str, help: str, report: Report) -> Located[str] | None:
    """A text that is not empty; `expected` says what it stands for: ``the name of a stream``."""
    if isinstance(value, Scalar) and isinstance(value.value, str) and value.value:
        return Located(value.value, value.span)
    wrong_type(value, what, expected, help, report)
    return None


def read_bool(value: Value, what: str, report: Report) -> Located[bool] | None:
    """``true`` or ``false``."""
    if isinstance(value, Scalar) and is_of(value.value, bool):
        return Located(value.value, value.span)
    wrong_type(value, what, in_words(bool), f"write {in_words(bool)}", report)
    return None


def read_int(
    value: Value, what: str, least: int, report: Report, *, most: int | None = None, unlimited: int | None = None
) -> Located[int] | None:
    """A whole number from `least` to `most`, or the one that means no limit."""
    limit = f"of at least {least}" if most is None else f"from {least} to {most}"
    limit = f"{in_words(int)} {limit}" + (f", or {unlimited} for no limit" if unlimited is not None else "")
    if not isinstance(value, Scalar) or not is_of(value.value, int):
        quotes = isinstance(value, Scalar) and value.text.isdecimal()
        wrong_type(value, what, limit, "remove the quotes" if quotes else "", report)
        return None
    number = value.value
    if number != unlimited and (number < least or (most is not None and number > most)):
        report.error("bad-value", f"{what} must be {limit}, found {value.text}", value.span)
    return Located(number, value.span)
