"""The lock: what requirements/*.txt install is exact, hashed, and what setup.cfg and pyproject.toml ask for."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """The entries of a file in requirements/, each with its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#")]
    return [(Requirement(line.partition("--hash")[0]), re.findall(r"--hash=(\S+)", line)) for line in lines]


def versions(name: str, python: str, machine: tuple[str, str]) -> dict[str, Version]:
    """What a file installs there."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "sys_platform": machine[0],
        "platform_machine": machine[1],
        "platform_python_implementation": "CPython",
    }
    found: dict[str, Version] = {}
    for entry, _ in locked(name):
        if entry.marker is None or entry.marker.evaluate(environment):
            (exact,) = entry.specifier
            assert exact.operator == "=="
            assert canonicalize_name(entry.name) not in found
            found[canonicalize_name(entry.name)] = Version(exact.version)
    return found


def wanted(name: str) -> list[Requirement]:
    """What setup.cfg asks for, and pyproject.toml for the build."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = parser["options"]["install_requires"].split("\n")
    if name == "dev":
        lines += parser["options.extras_require"]["dev"].split("\n")
    lines += tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    return [Requirement(line) for line in lines if line]


@pytest.mark.parametrize("name", ["run", "dev"])
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", MACHINES)
def test_everything_that_is_asked_for_is_locked_in_an_allowed_version(
    name: str, python: str, machine: tuple[str, str]
) -> None:
    found = versions(name, python, machine)
    for requirement in wanted(name):
        version = found.get(canonicalize_name(requirement.name))
        assert version is not None and version in requirement.specifier, f"{requirement}: run tools/lock"


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_entry_has_hashes(name: str) -> None:
    for entry, hashes in locked(name):
        assert hashes, entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), entry
        assert entry.url is None


@pytest.mark.parametrize("name", ["run", "dev"])
def test_the_lock_names_no_index_and_no_path(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)  # no option of pip
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    assert "/" not in comments.replace("tools/lock", "")


def test_what_runs_is_what_was_tested() -> None:
    for python in PYTHONS:
        for machine in MACHINES:
            tested = versions("dev", python, machine)
            assert versions("run", python, machine).items() <= tested.items()
