"""What is in a wheel, and that it works where there is no checkout."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from graphflow import __version__
from graphflow.bundled import bundled_graphs, bundled_models

ROOT = Path(__file__).resolve().parent.parent


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_package_is_listed() -> None:
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "graphflow").rglob("*.py")}
    inside = {path.parent.relative_to(ROOT).parts for path in (ROOT / "calculators").rglob("*.py")}
    found |= {".".join(("graphflow", *parts)) for parts in inside}
    listed = set(setup_cfg()["options"]["packages"].split())
    listed -= {"graphflow.bundled_graphs", "graphflow.bundled_models"}
    assert (found - listed, listed - found) == (set(), set()), "setup.cfg lists the packages, one a folder of modules"


def test_bundled_files_are_found_in_a_checkout() -> None:
    assert sorted(path.name for path in bundled_graphs().glob("*.yaml"))
    assert (bundled_models() / "manifest.yaml").is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    pytest.importorskip("setuptools", minversion="77")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("graphflow", "calculators", "graphs", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    code = "from setuptools import build_meta; print(build_meta.build_wheel('.'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return source / done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel installs."""
    folder = tmp_path_factory.mktemp("installed") / "site"
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


@pytest.mark.slow
def test_the_wheel_holds_code_graphs_and_manifest_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"graphflow", f"graphflow_engine-{__version__}.dist-info"}
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "graphflow").rglob("*.py")} <= names
    assert {f"graphflow/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "calculators").rglob("*.py")} <= names
    assert "graphflow/py.typed" in names
    for graph in (ROOT / "graphs").rglob("*.yaml"):
        assert f"graphflow/bundled_graphs/{graph.relative_to(ROOT / 'graphs').as_posix()}" in names
    assert {
        "graphflow/bundled_models/manifest.yaml",
        "graphflow/pyinstaller/rthooks.dat",
        "graphflow/mediapipe/messages.json",
    } <= names


@pytest.mark.slow
def test_the_wheel_works_without_a_checkout(site: Path, tmp_path: Path) -> None:
    graph = sorted((ROOT / "graphs").glob("*.yaml"))[0].stem
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from graphflow.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, "validate", graph], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"bundled_graphs/{graph}.yaml: fine" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("installed", ["wheel", "checkout"])
def test_a_folder_calculators_of_the_users_own_is_in_nobodys_way(
    installed: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    site = request.getfixturevalue("site") if installed == "wheel" else ROOT
    (tmp_path / "calculators").mkdir()
    (tmp_path / "calculators" / "__init__.py").touch()
    (tmp_path / "calculators" / "pass_through.py").write_text("raise SystemExit('not ours')\n")
    code = f"import sys; sys.path[:0] = ['', {str(site)!r}]; from graphflow.cli import main; main()"
    command = [sys.executable, "-I", "-c", code, "run", "face_mesh_desktop", "--input", "sample", "--max-frames", "2"]
    command += ["--output", "none", "--save", "multi_face_landmarks=rows.jsonl"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 2


@pytest.mark.slow
def test_the_entry_points_are_the_command_the_calculators_and_the_hook_of_pyinstaller(wheel: Path) -> None:
    name = f"graphflow_engine-{__version__}.dist-info/entry_points.txt"
    points = configparser.ConfigParser()
    points.read_string(zipfile.ZipFile(wheel).read(name).decode())
    assert dict(points["console_scripts"]) == {"graphflow": "graphflow.cli:main"}
    assert dict(points["graphflow.calculators"]) == {"graphflow": "graphflow.calculators"}
    assert dict(points["pyinstaller40"]) == {"hook-dirs": "graphflow.pyinstaller:get_hook_dirs"}
