"""``graphflow new``: what it writes works as it is, and nothing is overwritten."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.processes import ROOT, environment, start

NEW = {
    "calculator": ("warm_up.py", "test_warm_up.py", "warm_up.yaml"),
    "graph": ("warm_up.yaml", "test_warm_up.py"),
    "package": (
        *("warm-up/pyproject.toml", "warm-up/README.md", "warm-up/warm_up.yaml", "warm-up/warm_up/__init__.py"),
        *("warm-up/warm_up/py.typed", "warm-up/warm_up/warm_up.py", "warm-up/tests/test_warm_up.py"),
    ),
}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def python(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("name", ["warm_up", "WarmUp", "warm-up"])
def test_it_makes_files_of_the_name_in_any_spelling_and_says_what_to_type_next(
    empty: Path, graphflow: Command, kind: str, name: str
) -> None:
    ended = graphflow("new", kind, name)
    assert ended.status == 0 and made(empty) == set(NEW[kind])
    before, _, after = ended.out.partition("\nnext: ")
    assert before.splitlines() == [f"made {file}" for file in NEW[kind]]
    assert "graphflow run warm_up.yaml" in after and "python -m pytest" in after
    assert (
        kind == "graph"
        or "class WarmUp(Calculator):" in (empty / NEW[kind][-2 if kind == "package" else 0]).read_text()
    )


@pytest.mark.parametrize("kind", NEW)
def test_nothing_is_overwritten_and_then_nothing_is_made(empty: Path, graphflow: Command, kind: str) -> None:
    there = empty / NEW[kind][-1]
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text("mine")
    ended = graphflow("new", kind, "warm_up")
    help = "   = help: choose another name or folder\n"
    assert ended == (2, "", f"error: '{NEW[kind][-1]}' is there already, and nothing is overwritten\n{help}")
    assert made(empty) == {NEW[kind][-1]} and there.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("two words", "'two words' is no name for a calculator: it may have letters, digits and '_'"),
        ("../up", "'../up' is no name for a calculator: it may have letters, digits and '_'"),
        ("lambda", "'lambda' is a word of Python's own"),
        ("json", "a Python module 'json' is installed, which the new calculator would hide"),
        ("numpy", "a Python module 'numpy' is installed, which the new calculator would hide"),
    ],
)
def test_a_name_that_does_not_do_is_refused(empty: Path, graphflow: Command, name: str, told: str) -> None:
    ended = graphflow("new", "calculator", name)
    assert ended.status == 2 and ended.err.startswith(f"error: {told}\n   = help: ")
    assert not made(empty)


@pytest.mark.parametrize("name", ["Gate", "flow_limiter", "image"])
def test_the_name_of_something_built_in_is_refused(empty: Path, graphflow: Command, name: str) -> None:
    ended = graphflow("new", "calculator", name)
    assert ended.status == 2 and f"/{name.lower()}.py\n   = help: choose another name" in ended.err
    assert not made(empty)


@pytest.mark.slow
def test_a_calculator_and_a_graph_pass_validate_pytest_and_run(empty: Path, graphflow: Command) -> None:
    for kind, name in (("calculator", "warm_up"), ("graph", "mirror_all")):
        graphflow("new", kind, name)
        own = ("--calculators", f"{name}.py") if kind == "calculator" else ()
        assert graphflow("validate", f"{name}.yaml", *own) == (0, f"{name}.yaml: fine (3 nodes, 2 streams)\n", "")
        ended = graphflow("run", f"{name}.yaml", *own, "--output", f"{name}.mkv", "--max-frames", "2")
        assert ended.status == 0 and (empty / f"{name}.mkv").stat().st_size > 1000
    tested = python(empty, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 0 and " passed" in tested.stdout, tested.stdout


@pytest.mark.slow
def test_a_package_passes_its_tests_and_once_installed_every_graph_finds_its_calculator(
    empty: Path, graphflow: Command
) -> None:
    graphflow("new", "package", "warm_up")
    tested = python(empty / "warm-up", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 0 and "3 passed" in tested.stdout, tested.stdout
    with start(empty / "warm-up", "validate", "warm_up.yaml") as process:
        assert process.communicate() == ("warm_up.yaml: fine (3 nodes, 2 streams)\n", "")
    install = ("install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--target", "../site", ".")
    installed = python(empty / "warm-up", "-m", "pip", *install)
    assert installed.returncode == 0, installed.stderr
    path = os.pathsep.join([str(ROOT), str(empty / "site")])
    with start(empty, "validate", "warm-up/warm_up.yaml", env=environment() | {"PYTHONPATH": path}) as process:
        out, err = process.communicate()
    assert (out, err) == ("warm-up/warm_up.yaml: fine (3 nodes, 2 streams)\n", "")


@pytest.mark.slow
def test_all_of_it_passes_strict_type_checking(empty: Path, graphflow: Command, cache: pytest.Cache) -> None:
    pytest.importorskip("mypy")
    graphflow("new", "calculator", "warm_up")
    graphflow("new", "graph", "mirror_all")
    graphflow("new", "package", "cool_down")
    known = str(cache.mkdir("mypy-new"))  # what mypy knows of graphflow itself
    checks = [("cool-down",), (".", "--strict", "warm_up.py", "test_warm_up.py", "test_mirror_all.py")]
    for folder, *given in checks:
        checked = python(empty / folder, "-m", "mypy", "--cache-dir", known, *given, MYPYPATH=str(ROOT))
        assert checked.returncode == 0 and "no issues found in 3 source files" in checked.stdout, checked.stdout


@pytest.mark.parametrize(("link", "elsewhere"), [("warm-up", True), ("warm-up", False), ("warm-up/warm_up", True)])
def test_nothing_is_written_through_a_link(empty: Path, graphflow: Command, link: str, elsewhere: bool) -> None:
    (empty / "home").mkdir()
    (empty / link).parent.mkdir(exist_ok=True)
    (empty / link).symlink_to(empty / "home" if elsewhere else empty / "nowhere")
    ended = graphflow("new", "package", "warm_up")
    assert ended.status == 2 and f"'{link}' is there already" in ended.err
    assert not made(empty) and not (empty / "nowhere").exists()


def test_a_disk_that_is_full_leaves_nothing(empty: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.cli.new.Path.open", _full_at_the_second)
    ended = graphflow("new", "calculator", "warm_up")
    assert ended.status == 1 and "cannot be written: No space left on device" in ended.err
    assert not made(empty)


def _full_at_the_second(path: Path, *arguments: str, **more: str) -> object:
    if path.name.startswith("test_"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return io.open(path, *arguments, **more)  # type: ignore[call-overload]  # noqa: UP020
