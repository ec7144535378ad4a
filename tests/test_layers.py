"""The floors of the package: what may import what."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import graphflow
from graphflow import errors

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = tuple(
    f"graphflow.{room}" for room in ("calculators", "clip_part", "media", "models", "rows", "testing", "workers")
)
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def test_every_module_has_a_floor() -> None:
    named = {name.strip(" ()") for layer in LAYERS for name in layer.replace("|", ":").split(":")}
    tops = {f"graphflow.{path.stem}" for path in (ROOT / "graphflow").glob("*.py") if path.stem != "__init__"}
    tops |= {f"graphflow.{path.parent.name}" for path in (ROOT / "graphflow").glob("*/__init__.py")}
    assert tops - named == set(), "give it a place in [tool.importlinter] of pyproject.toml"


def test_calculators_use_public_names_of_graphflow_only() -> None:
    imported = re.compile(r"^\s*(?:from|import)\s+(graphflow\.[\w.]+)", re.MULTILINE)
    found = {
        path.relative_to(ROOT).as_posix(): imported.findall(path.read_text("utf-8")) for path in modules("calculators")
    }
    assert sum(map(len, found.values())) > 100
    assert [(file, name) for file, names in found.items() for name in names if not name.startswith(PUBLIC)] == []


@pytest.mark.parametrize("folder", ["graphflow", "calculators", "tools"])
def test_no_file_is_too_long_for_one_purpose(folder: str) -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in modules(folder)}
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_the_public_names_are_these() -> None:
    """A new one is a promise, and one that goes breaks programs: either shows here."""
    names = (ROOT / "tests" / "golden" / "public_names.txt").read_text(encoding="utf-8").split()
    assert sorted(graphflow.__all__) == names
    assert {*errors.__all__} == {name for name in names if getattr(errors, name, None) is getattr(graphflow, name)}


def test_every_folder_with_modules_is_a_package() -> None:
    for package in ("graphflow", "calculators"):
        folders = {path.parent for path in modules(package)}
        assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.slow
def test_imports_go_downwards_only() -> None:
    pytest.importorskip("importlinter")
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", code, "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("cls", [graphflow.Packet, graphflow.Calculator, graphflow.Context])
def test_what_every_call_touches_has_no_getattr(cls: type) -> None:
    assert not hasattr(cls, "__getattr__"), "CPython looks up every attribute of its objects slowly then"
