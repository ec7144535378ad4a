"""Where the other distribution ``graphflow`` is installed over this one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.cli.namesake import OURS, told_of_namesake

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "graphflow", "calculators", "graphs", "models", "tools", ".ci")
"""Where such words may stand: what a person reads, and messages."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with this one in it."""
    shutil.copytree(ROOT / "graphflow", tmp_path / "graphflow", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "graphflow_engine-0.1.0.dist-info").mkdir()
    return tmp_path


def version(site: Path) -> subprocess.CompletedProcess[str]:
    """``graphflow --version`` from there."""
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from graphflow.cli import main; main()"
    command = [sys.executable, "-I", "-c", code, "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_other_distribution_is_told_in_one_line_with_what_to_type(site: Path) -> None:
    alone = version(site)
    assert (alone.returncode, alone.stderr) == (0, "")
    (site / "graphflow-0.8.0.dist-info").mkdir()
    mixed = version(site)
    assert (mixed.returncode, mixed.stdout) == (0, alone.stdout)
    (line,) = mixed.stderr.splitlines()
    assert line.startswith(
        f"warning: another distribution, graphflow-0.8.0, is installed over this one ({OURS}); type: "
    )
    assert "-m pip uninstall -y graphflow && " in line


@pytest.mark.slow
def test_nothing_else_is_told_where_the_other_one_came_last(site: Path) -> None:
    (site / "graphflow-0.8.0.dist-info").mkdir()
    (site / "graphflow" / "__init__.py").write_text("")
    mixed = version(site)
    assert (mixed.returncode, mixed.stdout) == (3, "")
    (line,) = mixed.stderr.splitlines()
    assert line.startswith("warning: another distribution, graphflow-0.8.0, ")


def test_a_fault_of_our_own_is_not_taken_for_the_other_one(tmp_path: Path) -> None:
    (tmp_path / "graphflow_engine-0.1.0.dist-info").mkdir()
    assert not told_of_namesake(tmp_path)
    assert not told_of_namesake(tmp_path / "archive.zip")


def test_nothing_written_here_tells_to_install_the_other_one() -> None:
    # `pip uninstall graphflow` is what to do about it.
    wrong = re.compile(r"\b(pip3?|uv|pipx)\b[^\n`]*\b(install|download|add)\b[^\n`]*[\s\"'=]graphflow(?![\w-])")
    assert wrong.search('pip install -U "graphflow[onnx]"') and wrong.search("pip install graphflow")
    files = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    told = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in files
        if path.is_file() and path.suffix not in (".pyc", ".jpg", ".svg")
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if wrong.search(line)
    ]
    assert told == []
