"""Classes from a user's own file: ``--calculators my.py``."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from graphflow.calculator_files import CalculatorFileError, load_calculators_file
from graphflow.signature import contract_of

TWO = """\
from __future__ import annotations
from graphflow.calculator import Calculator, Outputs

class Out(Outputs):
    a: int

class First(Calculator):
    def process(self, item: int) -> Out: ...

class Second(First): ...

Again = Second
"""


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(text: str, name: str = "mine.py") -> str:
    Path(name).write_text(text)
    return name


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_the_name_of_the_file_need_not_be_text() -> None:
    assert len(load_calculators_file(write(TWO, "caf\udce9.py"))) == 2


def test_the_calculators_defined_in_a_file_are_loaded_in_order() -> None:
    classes = load_calculators_file(write(TWO))
    assert [cls.__name__ for cls in classes] == ["First", "Second"]
    assert [port.name for port in contract_of(classes[1]).outputs] == ["a"]
    assert contract_of(classes[0]).location == "mine.py:7"


def test_the_module_shadows_nothing() -> None:
    load_calculators_file(write(TWO, "json.py"))
    import json

    assert json.loads("1") == 1
    assert "mine" not in sys.modules


def test_two_files_of_one_name_stay_apart() -> None:
    os.mkdir("other")
    one = load_calculators_file(write(TWO))[0]
    two = load_calculators_file(write(TWO, "other/mine.py"))[0]
    assert one.__module__ != two.__module__
    assert sys.modules[one.__module__].First is one


def test_files_beside_it_can_be_imported() -> None:
    write("SIZE = 4\n", "beside_it.py")
    cls = load_calculators_file(write(TWO + "\nfrom beside_it import SIZE\n"))[0]
    assert sys.modules[cls.__module__].SIZE == 4


def test_two_threads_load_one_file_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "meeting", Barrier(2, timeout=60))  # type: ignore[arg-type]
    Path("mine.py").write_text(
        "import sys\nfrom graphflow.calculator import Calculator\nsys.modules['meeting'].wait()\n"
        "class Mine(Calculator): ...\n"
    )
    with ThreadPoolExecutor(2) as pool:
        loaded = list(pool.map(load_calculators_file, ["mine.py"] * 2))
    assert [[cls.__name__ for cls in classes] for classes in loaded] == [["Mine"], ["Mine"]]


def test_a_file_that_is_loaded_again_is_read_again() -> None:
    load_calculators_file(write(TWO))
    assert [cls.__name__ for cls in load_calculators_file(write(TWO.replace("Second", "Third")))] == ["First", "Third"]


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("def f(:\n", "mine.py:1: SyntaxError: invalid syntax", ""),
        (
            "def f():\npass\n",
            "mine.py:2: IndentationError: expected an indented block after function definition on line 1",
            "",
        ),
        (
            "x = 1\nimport zebra_that_is_not_there\n",
            "mine.py:2: ModuleNotFoundError: No module named 'zebra_that_is_not_there'",
            "install it: pip install zebra_that_is_not_there",
        ),
        ("from json import zebra\n", "mine.py:1: ImportError: cannot import name 'zebra' from 'json'", ""),
        ("import sys\nsys.exit(3)\n", "mine.py:2: SystemExit: 3", ""),
        (
            "import json\n\njson.loads('')\n",
            "mine.py:3: JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
            "",
        ),
        ("x = 1\n", "mine.py: the file defines no calculator", "write 'class Mine(Calculator): ...'"),
        (
            "from graphflow.calculator import Calculator\n",
            "mine.py: the file defines no calculator",
            "write 'class Mine(Calculator): ...'",
        ),
    ],
)
def test_a_file_that_fails_is_told_by_line(text: str, message: str, help: str) -> None:
    file = write(text)
    before = set(sys.modules)  # other tests leave theirs
    with pytest.raises(CalculatorFileError) as caught:
        load_calculators_file(file)
    assert caught.value.message.startswith(message)
    assert caught.value.help == help
    assert not [name for name in set(sys.modules) - before if name.startswith("_graphflow_file_")]


@pytest.mark.parametrize(
    ("path", "message", "help"),
    [
        (
            "gone.py",
            "gone.py: the calculators file does not exist",
            "--calculators takes a Python file, a folder or a module",
        ),
        (".", ".: the calculators file is a folder", "--calculators takes a Python file, a folder or a module"),
        ("mine.txt", "mine.txt: this is not a Python file", "its name must end in .py"),
    ],
)
def test_a_path_that_is_no_python_file_is_refused(path: str, message: str, help: str) -> None:
    write(TWO, "mine.txt")
    with pytest.raises(CalculatorFileError) as caught:
        load_calculators_file(path)
    assert (caught.value.message, caught.value.help) == (message, help)
