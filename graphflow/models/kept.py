"""What was made of models stays for the next run, in a process that runs one graph again and again: a worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

_kept: defaultdict[Hashable, list[Any]] | None = None


def keep_between_runs(keeping: bool = True) -> None:
    """From now on keep what runs have made, until the process ends; or drop it, and keep nothing."""
    global _kept
    _kept = defaultdict(list) if keeping else None


def take(key: Hashable) -> Any:
    """What an earlier run has left, for one run at a time; None if there is nothing.

    Args:
        key: All that it was made of.
    """
    try:
        return _kept[key].pop() if _kept is not None else None
    except IndexError:
        return None


def leave(key: Hashable, made: Any) -> None:
    """Leave something for a later run, if such is kept. It must be as it was when it was made."""
    if _kept is not None:
        _kept[key].append(made)
