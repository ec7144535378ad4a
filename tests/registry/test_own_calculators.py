"""Files, folders and modules with calculators, on the command line, in a program and in a project."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphflow import Graph
from graphflow.calculator_files import CalculatorFileError
from graphflow.own_calculators import load_calculators
from graphflow.registry import Registry

ADD = """
from graphflow import Calculator

class {name}(Calculator):
    def process(self, item: int) -> int:
        return item + {by}
"""
MARK = "\nwith open({path!r}, 'a') as file:\n    file.write('run ')\n"
GRAPH = """
graphflow: 1
inputs: [a]
outputs: [b]
nodes: {n: {calculator: AddOne, inputs: {item: a}, outputs: {out: b}}}
"""


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Modules and the search path as they were."""
    monkeypatch.setattr(sys, "path", sys.path[:])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two calculators in two files, beside what may not be run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for name, by in (("AddOne", 1), ("AddTwo", 2)):
        (tmp_path / "mine" / f"{name.lower()}s.py").write_text(ADD.format(name=name, by=by))
    for name in ("program.py", "setup.py", "test_it.py", "conftest.py", "_private.py", "notes.txt"):
        (tmp_path / "mine" / name).write_text("raise SystemExit('run')")
    (tmp_path / "mine" / "test_it.py").write_text("raise SystemExit('run')\n" + ADD.format(name="X", by=0))
    (tmp_path / "g.yaml").write_text(GRAPH)
    return tmp_path


def package(folder: Path, name: str) -> Path:
    """A package with a module of calculators, one that they share, and a folder in it."""
    (folder / name / "more").mkdir(parents=True)
    (folder / name / "__init__.py").write_text("")
    (folder / name / "shared.py").write_text("STEP = 1\n")
    first = "from .shared import STEP\n" + ADD.format(name="AddOne", by="STEP")
    (folder / name / "add_one.py").write_text(first)
    (folder / name / "more" / "__init__.py").write_text("")
    (folder / name / "more" / "add_two.py").write_text(
        f"from {name}.shared import STEP\n" + ADD.format(name="AddTwo", by=2)
    )
    return folder / name


def names(*sources: str | Path) -> list[str]:
    return [cls.__name__ for cls in load_calculators(sources)]


def test_of_a_folder_the_files_with_calculators_are_run_and_no_others(folder: Path) -> None:
    assert names("mine") == names(folder / "mine") == ["AddOne", "AddTwo"]


def test_a_class_that_derives_from_another_file_s_is_found_too(folder: Path) -> None:
    (folder / "mine" / "again.py").write_text("from addones import AddOne\nclass Again(AddOne):\n    pass\n")
    assert names("mine") == ["AddOne", "AddTwo", "Again"]


def test_a_file_that_is_named_twice_is_run_once(folder: Path) -> None:
    file = folder / "mine" / "addones.py"
    file.write_text(file.read_text() + MARK.format(path=str(folder / "mark")))
    assert names("mine", "mine/addones.py", file) == ["AddOne", "AddTwo"]
    assert len((folder / "mark").read_text().split()) == 1
    assert Registry(["mine", "mine/addones.py"]).resolve("AddOne")


def test_a_package_is_imported_by_its_name_with_what_its_modules_import(folder: Path) -> None:
    package(folder, "pack_of_two")
    classes = load_calculators(["pack_of_two"])
    assert [cls.__module__ for cls in classes] == ["pack_of_two.add_one", "pack_of_two.more.add_two"]
    assert load_calculators(["pack_of_two", "pack_of_two.more", "pack_of_two.add_one"]) == classes
    assert load_calculators([folder / "pack_of_two" / "more"]) == classes[1:]


def test_modules_that_can_be_imported_are_named_as_python_names_them(folder: Path) -> None:
    (folder / "lib").mkdir()
    package(folder / "lib", "pack_on_path")
    (folder / "lib" / "one_module.py").write_text(ADD.format(name="AddThree", by=3))
    sys.path.append(str(folder / "lib"))
    assert names("pack_on_path", "one_module") == ["AddOne", "AddTwo", "AddThree"]
    assert names("pack_on_path.more.add_two") == ["AddTwo"]


@pytest.mark.parametrize(
    ("source", "told", "help"),
    [
        ("empty", "empty: no file in the folder defines a calculator", "write 'class Mine(Calculator): ...'"),
        ("calendar", "calendar: the module defines no calculator", "write 'class Mine(Calculator): ...'"),
        ("nothing", "nothing: there is no file, folder or module of that name", "--calculators takes a Python file"),
        ("nothing.at.all", "nothing.at.all: there is no file, folder or module of that name", "--calculators takes"),
        ("json.nothing", "json.nothing: there is no file, folder or module of that name", "--calculators takes"),
        ("mi", "mi: there is no file, folder or module of that name", "did you mean 'mi.py'?"),
        ("no.py", "no.py: the calculators file does not exist", "--calculators takes a Python file"),
        ("broken", "broken/x.py:1: SyntaxError: ", ""),
        ("json/", "json: the package 'json' cannot be imported: Python finds ", "rename the folder"),
    ],
)
def test_what_does_not_do_is_told_with_what_to_type(folder: Path, source: str, told: str, help: str) -> None:
    (folder / "empty").mkdir()
    (folder / "mi.py").write_text("")
    (folder / "broken").mkdir()
    (folder / "broken" / "x.py").write_text("def")
    if source == "json/":
        (folder / "json").mkdir()
        (folder / "json" / "__init__.py").write_text("")
    with pytest.raises(CalculatorFileError) as raised:
        load_calculators([source])
    assert raised.value.message.startswith(told) and raised.value.help.startswith(help)


def test_a_program_gives_files_and_folders_as_it_gives_classes(folder: Path) -> None:
    (one, _) = load_calculators(["mine"])
    for given in (["mine"], [Path("mine/addones.py")], [one]):
        graph = Graph.load("g.yaml", calculators=given)
        assert [packet.value for packet in graph.run({"a": []})["b"]] == []
        assert graph.plan.nodes[0].contract.name == "AddOne"


def test_a_graph_whose_calculators_are_in_files_can_be_pickled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pickled = pickle.dumps(Graph.load("g.yaml", calculators=["mine"]))
    monkeypatch.chdir("/")
    assert pickle.loads(pickled).plan.nodes[0].contract.name == "AddOne"


@pytest.mark.parametrize("given", ["mine.py", Path("mine.py")])
def test_a_single_name_is_no_list(given: str | Path) -> None:
    with pytest.raises(TypeError, match=r"write calculators=\['mine\.py'\]"):
        Graph.parse(GRAPH, calculators=given)  # type: ignore[arg-type]


def test_what_the_registry_was_given_can_be_given_again_elsewhere(folder: Path) -> None:
    assert Registry(["mine"]).given == [str(folder / "mine")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_what_is_no_ordinary_file_is_not_read(folder: Path) -> None:
    os.mkfifo("mine/pipe.py")
    Path("mine/zero.py").symlink_to("/dev/zero")
    assert {cls.__name__ for cls in load_calculators(["mine"])} == {"AddOne", "AddTwo"}


def test_a_file_that_is_nested_without_end_is_told(folder: Path) -> None:
    Path("mine/deep.py").write_text("x = " + "-" * 1_000_000 + "1\n")
    with pytest.raises(CalculatorFileError, match="deep.py"):
        load_calculators(["mine"])
