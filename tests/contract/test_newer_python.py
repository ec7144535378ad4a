"""Type parameters and aliases in the syntax of Python 3.12."""

import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import TypeVar

import pytest

from graphflow.contract import Form
from graphflow.signature import contract_of

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the syntax of Python 3.12")

SOURCE = """\
from collections.abc import Iterator
from typing import Annotated
from graphflow.calculator import Calculator, Many, Option, Outputs
from graphflow.packet import Packet

type Image = list[list[int]]
type Stream[X] = Packet[X] | None
type Size = int

class Item[T](Outputs):
    item: Packet[T]
    clone: Many[T | None] = ()

class Begin[U](Calculator):
    size: Size = Option(default=2)

    def process[T](self, iterable: list[T], image: Image, clone: Stream[U] = None) -> Iterator[Item[T]]:
        ...

class Forward(Calculator):
    def process[T](self, item: T) -> Annotated[T | None, "it"]: ...
"""


@pytest.mark.parametrize("deferred", [False, True])
def test_type_parameters_and_aliases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deferred: bool) -> None:
    path = tmp_path / "newer.py"
    path.write_text(textwrap.dedent("from __future__ import annotations\n" * deferred + SOURCE))
    spec = importlib.util.spec_from_file_location("newer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "newer", module)
    spec.loader.exec_module(module)

    begin, forward = contract_of(module.Begin), contract_of(module.Forward)
    (variable,) = begin.inputs[0].type.__args__
    assert isinstance(variable, TypeVar)
    assert [port.type for port in begin.outputs] == [variable, variable]
    assert begin.inputs[1].type == list[list[int]]
    assert (begin.inputs[2].form, begin.inputs[2].nullable) == (Form.PACKET, True)
    assert begin.options["size"].default == 2
    assert forward.outputs[0].name == "it"
    assert forward.outputs[0].type is forward.inputs[0].type
