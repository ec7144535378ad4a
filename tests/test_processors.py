"""How many processors, and how much memory, the process may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphflow import usable_processors
from graphflow.processors import usable_memory


def system(root: Path, cgroup: str, **files: str) -> Path:
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "self" / "cgroup").write_text(cgroup)
    for name, text in files.items():
        path = root / "sys" / "fs" / "cgroup" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture(autouse=True)
def _eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("limit", "count"), [("max 100000", 8), ("200000 100000", 2), ("250000 100000", 3), ("50000 100000", 1), ("", 8)]
)
def test_a_limit_of_the_second_version_counts(tmp_path: Path, limit: str, count: int) -> None:
    assert usable_processors(system(tmp_path, "0::/a/b\n", **{"a__b__cpu.max": limit})) == count


def test_a_limit_of_a_group_around_counts_too(tmp_path: Path) -> None:
    files = {"a__b__cpu.max": "max 100000", "a__cpu.max": "300000 100000"}
    assert usable_processors(system(tmp_path, "0::/a/b\n", **files)) == 3


def test_a_limit_of_the_first_version_counts(tmp_path: Path) -> None:
    files = {"cpu__a__cpu.cfs_quota_us": "400000", "cpu__a__cpu.cfs_period_us": "100000"}
    assert usable_processors(system(tmp_path, "5:memory:/a\n4:cpu,cpuacct:/a\n", **files)) == 4
    files["cpu__a__cpu.cfs_quota_us"] = "-1"
    assert usable_processors(system(tmp_path / "other", "4:cpu,cpuacct:/a\n", **files)) == 8


def test_without_such_files_the_affinity_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable_processors(tmp_path) == 8
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_processors(tmp_path) == 1


@pytest.mark.parametrize(
    ("cgroup", "file", "limit", "size"),
    [
        ("0::/a\n", "a__memory.max", "2000000", 2_000_000),
        ("0::/a\n", "a__memory.max", "max", 8_192_000),
        ("4:memory:/a\n", "memory__memory.limit_in_bytes", "3000000", 3_000_000),
        ("4:memory:/a\n", "memory__memory.limit_in_bytes", "9223372036854771712", 8_192_000),
    ],
)
def test_memory_is_the_machines_or_what_a_group_allows(
    tmp_path: Path, cgroup: str, file: str, limit: str, size: int
) -> None:
    root = system(tmp_path, cgroup, **{file: f"{limit}\n"})
    (root / "proc" / "meminfo").write_text("MemTotal:        8000 kB\nMemFree:   1 kB\n")
    assert usable_memory(root) == size


def test_memory_of_which_nobody_tells_is_none(tmp_path: Path) -> None:
    assert usable_memory(tmp_path) == 0
