"""How many processors, and how much memory, this process may use."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
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


def usable_memory(root: Path = Path("/")) -> int:
    """How many bytes this process and those below it may fill, by the machine and by the limits of its cgroups.

    0 where nobody tells.

    Args:
        root: Where the files of the system are, for tests.
    """
    told = _read(root / "proc/meminfo").partition("MemTotal:")[2].split()[:1]
    limits = [int(size) * 1024 for size in told]
    for folder in _folders(root, "memory"):
        allowed = _read(folder / "memory.max") or _read(folder / "memory.limit_in_bytes")
        limits += [int(allowed)] if allowed.strip().isdigit() else []
    return min(limits, default=0)


def _limits(root: Path) -> list[float]:
    """What cgroups allow, in processors."""
    return [limit for folder in _folders(root, "cpu") for limit in _limit(folder)]


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """Where cgroups of both versions tell their limits (https://docs.kernel.org/admin-guide/cgroup-v2.html)."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (line.split(":", 2) + ["", ""])[:3]
        if controllers and controller not in controllers.split(","):
            continue
        base = root / "sys/fs/cgroup" / (controller if controllers else "")
        place = base / path.strip("/")
        for folder in (place, *place.parents):
            if not folder.is_relative_to(base):
                break
            yield folder


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
