"""``calculators`` under ``[tool.graphflow]`` in the pyproject.toml of the working folder, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command

HELP = "\n   = help: "
LIST = 'calculators = ["my_effect.py"]'
PROJECT = '[tool.graphflow]\ncalculators = ["my.py"]\n'


@pytest.mark.parametrize(
    "command", ["run graph.yaml", "validate graph.yaml", "viz graph.yaml", "inspect Half", "list", "schema"]
)
def test_every_command_has_the_calculators_of_the_project(folder: Path, graphflow: Command, command: str) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    ended = graphflow(*command.split())
    assert ended.status == 0 and ended.out
    assert command.endswith("yaml") or "Half" in ended.out


def test_more_may_be_given_and_the_same_again(folder: Path, graphflow: Command) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "more.py").write_text("from graphflow import Calculator\nclass Third(Calculator):\n"
                                    "    def process(self, item: int) -> int:\n        return item\n")  # fmt: skip
    out = graphflow("list", "--calculators", "my.py", "--calculators", "more.py").out
    assert "Half" in out and "Third" in out


@pytest.mark.parametrize("command", ["run", "validate", "viz", "inspect"])
def test_one_in_the_folder_of_the_graph_runs_nothing(folder: Path, graphflow: Command, command: str) -> None:
    graph = folder / "downloaded" / "graph.yaml"
    graph.parent.mkdir()
    (graph.parent / "pyproject.toml").write_text(PROJECT)
    (graph.parent / "my.py").write_text("open('mark', 'w')\n" + (folder / "my.py").read_text())
    graph.write_text((folder / "graph.yaml").read_text())
    ended = graphflow(command, "downloaded/graph.yaml")
    assert "there is no calculator 'Count'" in ended.out + ended.err or command == "inspect"
    assert not (folder / "mark").exists()


def test_without_plug_ins_it_is_left_out(folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    monkeypatch.setenv("GRAPHFLOW_DISABLE_PLUGIN_AUTOLOAD", "1")
    assert graphflow("validate", "graph.yaml").status == 2


def test_the_project_of_something_else_says_nothing(folder: Path, graphflow: Command) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "graphflow-user"\n[tool.other]\nx = 1\n')
    assert graphflow("validate", "graph.yaml", "--calculators", "my.py").status == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[tool.graphflow]\ncalculators = "my.py"',
            f"calculators under [tool.graphflow] must be a list{HELP}write {LIST}",
        ),
        (
            "[tool.graphflow]\ncalculator = []",
            f"[tool.graphflow] has no key 'calculator'{HELP}did you mean 'calculators'?",
        ),
        ("[tool]\ngraphflow = 1", f"tool.graphflow must be a table{HELP}write [tool.graphflow], and below it {LIST}"),
        ("[tool.graphflow", ""),
    ],
)
def test_what_it_says_wrongly_is_told(folder: Path, graphflow: Command, text: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    ended = graphflow("validate", "graph.yaml")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"error: pyproject.toml: {told}") and "   = help: " in ended.err


def test_what_it_names_is_not_replaced(folder: Path, graphflow: Command) -> None:
    (folder / "pyproject.toml").write_text(PROJECT)
    ended = graphflow("schema", "-o", "my.py")
    assert ended.status == 2 and "give the schema another name" in ended.err


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = 1" + "0" * 5_000], ids=["deep", "large"])
def test_a_file_that_is_made_to_fail_is_told(folder: Path, graphflow: Command, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.graphflow]\n{text}\n")
    ended = graphflow("list")
    assert ended.status == 2 and "error: pyproject.toml: " in ended.err and "Traceback" not in ended.err
