"""Programs that PyInstaller makes one file or folder of. It is played, but for the one test that freezes a program."""

from __future__ import annotations

import ast
import configparser
import importlib.metadata
import importlib.util
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from graphflow.models.store import cache_folder
from graphflow.pyinstaller import get_hook_dirs

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "from graphflow.cli import main\n\nmain()\n"


def packages() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser["options"]["packages"].split()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the hook says; beside graphflow a plug-in is installed."""

    def collect_submodules(package: str, filter: Callable[[str], bool]) -> list[str]:
        return [name for name in (*packages(), "theirs.faces") if f"{name}.".startswith(package) and filter(name)]

    played: dict[str, Callable[..., Any]] = {
        "collect_submodules": collect_submodules,
        "collect_data_files": lambda package: [(f"files of {package}", package)],
        "collect_entry_point": lambda group: ([(f"metadata of {group}", ".")], [group]),
        "collect_dynamic_libs": lambda package, search_patterns: [(package, pattern) for pattern in search_patterns],
    }
    for name in ("PyInstaller", "PyInstaller.utils", "PyInstaller.utils.hooks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    vars(sys.modules["PyInstaller.utils.hooks"]).update(played)
    points = [SimpleNamespace(module="graphflow.calculators"), SimpleNamespace(module="theirs")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points)
    return runpy.run_path(str(Path(*get_hook_dirs(), "hook-graphflow.py")))


def test_the_hook_names_the_modules_that_only_graph_files_name(hook: dict[str, Any]) -> None:
    named = {name for name in packages() if not name.startswith("graphflow.testing")}
    assert named | {"theirs.faces"} <= set(hook["hiddenimports"])
    assert not any(name.startswith("graphflow.testing") for name in hook["hiddenimports"])


def test_the_hook_keeps_the_text_of_calculators(hook: dict[str, Any]) -> None:
    modes = dict.fromkeys(("graphflow", "graphflow.calculators", "theirs"), "pyz+py")
    assert hook["module_collection_mode"] == modes


def test_the_hook_brings_files_to_where_a_wheel_has_them(hook: dict[str, Any]) -> None:
    places = {place: Path(source) for source, place in hook["datas"]}
    for name in ("graphflow.bundled_graphs", "graphflow.bundled_models"):
        assert name in packages() and list(places[name.replace(".", "/")].glob("*.yaml"))
    assert {"graphflow", "theirs"} <= places.keys()
    assert hook["binaries"] == [("ai_edge_litert", "*Accelerator*")]


def test_what_runs_before_the_program_is_there() -> None:
    (folder,) = get_hook_dirs()
    (files,) = ast.literal_eval(Path(folder, "rthooks.dat").read_text()).values()
    assert [name for name in files if not Path(folder, "rthooks", name).is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_a_frozen_program_that_is_started_as_python_does_not_run_itself(tmp_path: Path) -> None:
    program = tmp_path / "program"
    hook = Path(*get_hook_dirs(), "rthooks", "pyi_rth_graphflow.py")
    lines = [
        f"#!{sys.executable}",
        f"import runpy, subprocess, sys; sys.path.insert(0, {str(ROOT)!r})",
        "sys.frozen, sys.executable = True, __file__",
        f"runpy.run_path({str(hook)!r})",
        "from graphflow import isolated_python",
        "code = 'import sys, graphflow; print(sys.argv[1:], graphflow.__version__)'",
        "print('itself', flush=True)",
        "subprocess.run(isolated_python(code, 'a b', '-c'), check=True)",
    ]
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    done = subprocess.run([program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["itself", "['a b', '-c'] 0.1.0"]


@pytest.mark.slow
@pytest.mark.timeout(900)  # PyInstaller takes a minute, and much more on a busy machine
@pytest.mark.skipif(importlib.util.find_spec("PyInstaller") is None, reason="needs PyInstaller")
def test_a_frozen_program_runs_where_nothing_is_installed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "--exclude-module", "onnxruntime"]
    command += ["--paths", str(ROOT), "--additional-hooks-dir", *get_hook_dirs(), "program.py"]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    frozen = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert frozen.returncode == 0, frozen.stderr
    program = tmp_path / "dist" / "program" / "program"
    (tmp_path / "home").mkdir()
    bare = {"HOME": str(tmp_path / "home"), "GRAPHFLOW_CACHE": str(cache_folder().parent)}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        words = [program, "run", *arguments, "--input", "sample", "--max-frames", "2"]
        return subprocess.run(words, cwd=tmp_path, env=bare | variables, capture_output=True, text=True, check=False)

    done = run("face_mesh_desktop", "--output", "face.mp4", "--save", "multi_face_landmarks=rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 2
    if sys.platform.startswith("linux"):  # a process of its own looks for the screen
        assert "no window can be opened on this screen" in run("face_mesh_desktop_live", DISPLAY=":987").stderr
