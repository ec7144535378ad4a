"""What the shell offers after Tab."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command

Completed = Callable[..., list[str]]


@pytest.fixture
def completed(folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> Completed:
    """What is offered for the last word, as bash asks for it."""

    def offers(*words: str) -> list[str]:
        with monkeypatch.context() as patch:
            patch.setenv("_GRAPHFLOW_COMPLETE", "complete_bash")
            patch.setenv("COMP_WORDS", " ".join(["graphflow", *words]))
            patch.setenv("COMP_CWORD", str(len(words)))
            ended = graphflow()
        assert (ended.status, ended.err) == (0, "")
        return ended.out.split()

    return offers


MINE = ("--calculators", "my.py")


def test_commands_and_their_options(completed: Completed) -> None:
    assert completed("do") == ["doctor"]
    assert "--watch" in completed("run", "--w") and "--only-check" not in completed("run", "--")


def test_graphs_by_name_and_by_file(completed: Completed, folder: Path) -> None:
    (folder / "graphs").mkdir()
    (folder / "graphs/more.yaml").touch()
    assert completed("run", "face_mesh_desk") == [
        "face_mesh_desktop",
        "face_mesh_desktop_live",
        "face_mesh_desktop_live_gpu",
    ]
    assert completed("viz", "gra") == ["graph.yaml", "graphs/"]
    assert completed("validate", "graphs/") == ["graphs/more.yaml"]
    assert completed("run", "no/such/") == []


def test_calculators_of_ones_own_too(completed: Completed) -> None:
    assert completed("inspect", "FlowLim") == ["FlowLimiter"]
    assert completed("inspect", *MINE, "Hal") == ["Half"]


def test_streams_after_save_and_print(completed: Completed) -> None:
    assert completed("run", "graph.yaml", *MINE, "--print", "") == ["y", "x"]
    assert completed("run", "graph.yaml", *MINE, "--save", "") == ["y=", "x="]
    assert completed("run", "graph.yaml", *MINE, "--save", "x=") == ["x=x.jsonl", "x=x.csv", "x=x.npz", "x=x.parquet"]


def test_options_after_set_and_side_packets_after_side(completed: Completed) -> None:
    assert completed("run", "graph.yaml", *MINE, "--set", "num") == ["numbers.n="]
    assert completed("run", "graph.yaml", *MINE, "--side", "") == ["start="]
    assert "full_range=" in completed("run", "face_mesh_desktop", "--set", "")


def test_calculators_of_the_project_need_not_be_given(completed: Completed, folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.graphflow]\ncalculators = ["my.py"]\n')
    assert completed("run", "graph.yaml", "--print", "") == ["y", "x"]


@pytest.mark.parametrize("text", ["[", "import os; os._exit", "raise SystemExit(3)"])
def test_what_is_wrong_offers_nothing_and_says_nothing(completed: Completed, folder: Path, text: str) -> None:
    (folder / "my.py").write_text(text)
    assert completed("run", "graph.yaml", *MINE, "--print", "") == []


@pytest.mark.slow
def test_the_shell_gets_a_script(tmp_path: Path) -> None:
    command = "import sys; sys.argv[0] = 'graphflow'; from graphflow.cli import main; main()"
    # Typer asks the parent process which shell it is: bash, and it stays there because there is more to do.
    words = shlex.join([sys.executable, "-c", command, "--show-completion"])
    ended = subprocess.run(["bash", "-c", f"{words}; exit $?"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0 and "_GRAPHFLOW_COMPLETE" in ended.stdout
