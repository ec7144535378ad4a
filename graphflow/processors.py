"""How many processors this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path


def usable_processors(root: Path = Path("/")) -> int:
    """How many processors this process may keep busy, at least 1: by its affinity, and by the limits of its cgroups.

    Args:
        root: Where the files of the system are, for tests.
    """
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    limits = [limit for limit in _limits(root) if limit > 0]
    return max(1, min([count, *(math.ceil(limit) for limit in limits)]))


def _limits(root: Path) -> list[float]:
    """What cgroups of both versions allow, in processors (https://docs.kernel.org/admin-guide/cgroup-v2.html)."""
    found: list[float] = []
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (line.split(":", 2) + ["", ""])[:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = root / "sys/fs/cgroup" / ("cpu" if controllers else "")
        place = base / path.strip("/")
        for folder in (place, *place.parents):
            if not folder.is_relative_to(base):
                break
            found += _limit(folder)
    return found


def _limit(folder: Path) -> list[float]:
    quota, _, period = _read(folder / "cpu.max").strip().partition(" ")
    if not quota:
        quota, period = (_read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
    try:
        return [int(quota) / int(period)]
    except (ValueError, ZeroDivisionError):  # "max", or no limit at all
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
