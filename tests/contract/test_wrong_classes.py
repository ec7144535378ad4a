"""The message for each mistake that a calculator class can have: line, what is wrong, what to write instead."""

import importlib.util
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graphflow.errors import ContractError
from graphflow.signature import contract_of

HEADER = """\
from __future__ import annotations
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar
from graphflow.calculator import *
from graphflow.clock import Clock
from graphflow.packet import Packet
from graphflow.policies import Immediate
from graphflow.timestamp import Bound, Timestamp
if TYPE_CHECKING:
    from somewhere import Image
T = TypeVar("T")
"""
FIRST = HEADER.count("\n") + 1


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Runs source text as the module ``mine``; line numbers in messages count from its first line."""
    monkeypatch.chdir(tmp_path)

    def run(source: str) -> ModuleType:
        path = tmp_path / "mine.py"
        path.write_text(HEADER + source)
        spec = importlib.util.spec_from_file_location("mine", path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules["mine"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield run
    sys.modules.pop("mine", None)


def problems_of(module: ModuleType, name: str = "Mine") -> list[str]:
    """The message's entries, with lines counted from the text after the header."""
    with pytest.raises(ContractError) as caught:
        contract_of(getattr(module, name))
    lines = []
    for line in str(caught.value).splitlines():
        if line.startswith("mine.py:"):
            number, rest = line.removeprefix("mine.py:").split(":", 1)
            line = f"{int(number) - FIRST + 1}:{rest}"
        lines.append(line.removeprefix("   = help: "))
    return lines


def process(signature: str) -> str:
    """A class whose process, on line 2, has this signature."""
    return f"class Mine(Calculator):\n    def process{signature}: ...\n"


WRONG = {
    "no annotation": (
        process("(self, frame) -> int"),
        "2: Mine: process: parameter 'frame' has no annotation",
        "write 'frame: Image' with the type of the payload, or 'frame: Any'",
    ),
    "name imported for type checking only": (
        process("(self, frame: list[Image]) -> int"),
        "2: Mine: process: parameter 'frame': the name 'Image' in 'list[Image]' does not exist when the program runs",
        "import 'Image' outside 'if TYPE_CHECKING:', or define it at the top of the file",
    ),
    "name imported for type checking only, as result": (
        process("(self, frame: int) -> Image"),
        "2: Mine: process: the result: the name 'Image' in 'Image' does not exist when the program runs",
        "import 'Image' outside 'if TYPE_CHECKING:', or define it at the top of the file",
    ),
    "annotation that cannot be evaluated": (
        process("(self, frame: int[3]) -> int"),
        "2: Mine: process: parameter 'frame': the annotation 'int[3]' cannot be evaluated: "
        "TypeError: type 'int' is not subscriptable",
        "write a type",
    ),
    "star arguments": (
        process("(self, *frames: int) -> int"),
        "2: Mine: process: parameter 'frames' collects inputs without names",
        "write 'frames: Many[X]' for a port that repeats",
    ),
    "positional only": (
        process("(self, frame: int, /) -> int"),
        "2: Mine: process: parameter 'frame' is positional only",
        "drop the '/'",
    ),
    "keyword only": (
        process("(self, *, frame: int) -> int"),
        "2: Mine: process: parameter 'frame' is keyword only",
        "drop the '*'",
    ),
    "no self": (
        process("(frame: int) -> int"),
        "2: Mine: process: 'self' is missing",
        "write 'def process(self, ...)'",
    ),
    "nothing at all": (process("() -> int"), "2: Mine: process: 'self' is missing", "write 'def process(self, ...)'"),
    "bare packet": (
        process("(self, frame: Packet) -> int"),
        "2: Mine: process: parameter 'frame': 'Packet' does not say of what",
        "write Packet[Image] with your type, or Packet[Any]",
    ),
    "bare many": (
        process("(self, frame: Many) -> int"),
        "2: Mine: process: parameter 'frame': 'Many' does not say of what",
        "write Many[Image] with your type",
    ),
    "bare owned": (
        process("(self, frame: Owned) -> int"),
        "2: Mine: process: parameter 'frame': 'Owned' does not say of what",
        "write Owned[Image] with your type",
    ),
    "None as type": (
        process("(self, frame: None) -> int"),
        "2: Mine: process: parameter 'frame': None is not a payload: it means that nothing is there",
        "write the payload's type",
    ),
    "optional many": (
        process("(self, frame: Many[int] | None) -> int"),
        "2: Mine: process: parameter 'frame': a port that repeats is always a tuple",
        "write Many[X | None], or default it to ()",
    ),
    "many timestamps": (
        process("(self, t: Many[Timestamp]) -> int"),
        "2: Mine: process: parameter 't': 'Timestamp' cannot repeat",
        "drop Many[...]",
    ),
    "optional bound": (
        process("(self, done: Bound | None) -> int"),
        "2: Mine: process: parameter 'done': a bound is always there",
        "drop '| None'",
    ),
    "bound or value": (
        process("(self, done: int | Bound) -> int"),
        "2: Mine: process: parameter 'done': a bound goes with a packet only",
        "write Packet[T] | Bound",
    ),
    "packet or value": (
        process("(self, item: Packet[int] | str) -> int"),
        "2: Mine: process: parameter 'item': a packet cannot be mixed with other types",
        "write Packet[A | B]",
    ),
    "optional timestamp": (
        process("(self, end: Timestamp | None) -> int"),
        "2: Mine: process: parameter 'end': 'Timestamp' is filled in by the framework and is always there",
        "drop '| None'; a payload of that type is asked for as Packet[Timestamp]",
    ),
    "owned packet": (
        process("(self, image: Packet[Owned[int]]) -> int"),
        "2: Mine: process: parameter 'image': a packet is shared, so its payload cannot be owned",
        "write Owned[X] without Packet",
    ),
    "no result": (
        process("(self, frame: int)"),
        "2: Mine: process: it does not say what it returns",
        "write '-> Image' with the type of the output, or '-> None' if it sends nothing",
    ),
    "result is a bound": (
        process("(self, frame: int) -> Packet[int] | Bound"),
        "2: Mine: process: the result: a bound cannot be returned",
        "ask for 'ctx: Context' and call ctx.set_bound(port, t)",
    ),
    "result is a context": (
        process("(self, frame: int) -> Context"),
        "2: Mine: process: the result: Context and Clock are for parameters",
        "write the payload's type",
    ),
    "result is owned": (
        process("(self, frame: int) -> Owned[int]"),
        "2: Mine: process: the result: Owned and Service are for parameters",
        "write the payload's type alone",
    ),
    "result is an optional many": (
        process("(self, frame: int) -> Many[int] | None"),
        "2: Mine: process: the result: a port that repeats gives a tuple, always",
        "write Many[X | None]",
    ),
    "result is a bare packet": (
        process("(self, frame: int) -> Packet"),
        "2: Mine: process: the result: 'Packet' does not say of what",
        "write Packet[Image] with your type, or Packet[Any]",
    ),
    "result mixes packets and values": (
        process("(self, frame: int) -> Packet[int] | str"),
        "2: Mine: process: the result: a packet cannot be mixed with other types",
        "write Packet[A | B]",
    ),
    "result is a bare iterator": (
        process("(self, frame: int) -> Iterator"),
        "2: Mine: process: the result: it does not say what is yielded",
        "write Iterator[Packet[T]] with your type",
    ),
    "output's name is no word": (
        process("(self, frame: int) -> Annotated[int, 'the size']"),
        "2: Mine: process: the result: 'the size' cannot be a port's name",
        "write a word of letters, digits and '_'",
    ),
    "a generator that says it returns a value": (
        "class Mine(Calculator):\n    def process(self, frame: int) -> list[int]:\n        yield frame\n",
        "2: Mine: process: the result: process yields, so it returns an iterator",
        "write '-> Iterator[list[int]]', or return instead of yield",
    ),
    "a source that returns": (
        process("(self) -> Packet[int]"),
        "2: Mine: process: without inputs it is a source, and must return an iterator",
        "write '-> Iterator[Packet[T]]' and 'yield Packet(value, timestamp)'",
    ),
    "a source without times": (
        process("(self) -> Iterator[int]"),
        "2: Mine: process: a source must say when: output 'out' is no Packet",
        "write '-> Iterator[Packet[T]]' and 'yield Packet(value, timestamp)'",
    ),
    "async": (
        "class Mine(Calculator):\n    async def process(self, frame: int) -> int: ...\n",
        "2: Mine: 'process' is async, and nothing awaits it",
        "write 'def process', without async",
    ),
    "async generator": (
        "class Mine(Calculator):\n    async def process(self) -> AsyncIterator[int]:\n        yield 1\n",
        "2: Mine: 'process' is async, and nothing awaits it",
        "write 'def process', without async",
    ),
    "staticmethod": (
        "class Mine(Calculator):\n    @staticmethod\n    def process(frame: int) -> int: ...\n",
        "1: Mine: 'process' is a staticmethod",
        "write 'def process(self, ...)'",
    ),
    "not callable": (
        "class Mine(Calculator):\n    size = 1\n    process = 3\n",
        "3: Mine: 'process' is not a method",
        "write 'def process(self, ...)'",
    ),
    "packet in open": (
        "class Mine(Calculator):\n    def open(self, model: Packet[int]) -> None: ...\n",
        "2: Mine: open: parameter 'model': a side packet has no time and no bound, and it is shared",
        "write 'model: T' with the type of the value alone",
    ),
    "timestamp in open": (
        "class Mine(Calculator):\n    def open(self, t: Timestamp) -> None: ...\n",
        "2: Mine: open: parameter 't': a side packet has no time and no bound, and it is shared",
        "write 't: T' with the type of the value alone",
    ),
    "open returns a packet": (
        "class Mine(Calculator):\n    def open(self) -> Packet[int]: ...\n",
        "2: Mine: open: the result: a side packet has no time",
        "write '-> int'",
    ),
    "open returns outputs": (
        "class Out(Outputs):\n    a: int\n\nclass Mine(Calculator):\n    def open(self) -> Out: ...\n",
        "5: Mine: open: the result: Out is no SidePackets class",
        "derive it from SidePackets",
    ),
    "a port in close": (
        "class Mine(Calculator):\n    def close(self, item: int) -> None: ...\n",
        "2: Mine: close: parameter 'item' is a port, and nothing arrives at the end any more",
        "close takes 'ctx: Context', 'clock: Clock' and services only; keep what it needs on self",
    ),
    "close returns": (
        "class Mine(Calculator):\n    def close(self) -> int: ...\n",
        "2: Mine: close: it returns nothing",
        "write '-> None'; to send at the end, use ctx.send",
    ),
    "one port on both sides without default": (
        "class Mine(Calculator):\n"
        "    def open(self, allow: bool = UNCONNECTED) -> None: ...\n"
        "    def process(self, item: int, allow: bool) -> int: ...\n",
        "3: Mine: port 'allow' is in both process and open, so one of them is always unconnected",
        "give both a default: 'allow: bool = UNCONNECTED'",
    ),
    "outputs without fields": (
        "class Out(Outputs): ...\n\nclass Mine(Calculator):\n    def process(self, a: int) -> Out: ...\n",
        "4: Mine: process: the result: Out has no fields",
        "write one annotated field for each port",
    ),
    "output without annotation": (
        "class Out(Outputs):\n    a: int\n    b = 3\n\n"
        "class Mine(Calculator):\n    def process(self, a: int) -> Out: ...\n",
        "3: Mine: Out.b has no annotation",
        "write 'b: Image = 3' with its type",
    ),
    "output with a second name": (
        "class Out(Outputs):\n    a: int\n    b: Annotated[int, 'c']\n\n"
        "class Mine(Calculator):\n    def process(self, a: int) -> Out: ...\n",
        "3: Mine: Out.b: the field's name is the port's name",
        "rename the field to 'c'",
    ),
    "output of unknown type": (
        "class Out(Outputs):\n    a: int\n    b: Image\n\n"
        "class Mine(Calculator):\n    def process(self, a: int) -> Out: ...\n",
        "3: Mine: Out.b: the name 'Image' in 'Image' does not exist when the program runs",
        "import 'Image' outside 'if TYPE_CHECKING:', or define it at the top of the file",
    ),
    "option without type": (
        "class Mine(Calculator):\n    size = Option(default=3)\n",
        "2: Mine: the option 'size' has no type",
        "write 'size: int = Option(...)' with its type",
    ),
    "option of unknown type": (
        "class Mine(Calculator):\n    size: Image = Option(default=3)\n",
        "2: Mine: the option 'size': the name 'Image' in 'Image' does not exist when the program runs",
        "import 'Image' outside 'if TYPE_CHECKING:', or define it at the top of the file",
    ),
    "option whose default has another type": (
        "class Mine(Calculator):\n    size: int = Option(default='3')\n",
        "2: Mine: the default of the option 'size' must be a whole number, not '3'",
        "change the default or the type",
    ),
    "option whose default is out of range": (
        "class Mine(Calculator):\n    size: int = Option(default=0, ge=1)\n",
        "2: Mine: the default of the option 'size' must be at least 1, not 0",
        "change the default or the type",
    ),
    "option of a type that no file can hold": (
        "class Model: ...\n\nclass Mine(Calculator):\n    model: Model = Option()\n",
        "4: Mine: the option 'model': a graph file cannot hold the type Model",
        "use numbers, text, lists, maps or a dataclass of them; other objects come as side packets",
    ),
    "option called like an attribute of every calculator": (
        "class Mine(Calculator):\n    parallel: bool = Option(default=True)\n",
        "2: Mine: an option cannot be called 'parallel': every calculator has that attribute",
        "choose another name",
    ),
    "plain default": (
        "class Mine(Calculator):\n    size: int = 3\n    limit: ClassVar[int] = 4\n    _seen: int = 0\n",
        "2: Mine: 'size' looks like an option but is none",
        "write 'size: ... = Option(default=3)', annotate a constant as ClassVar, or set it in open",
    ),
    "no default": (
        "class Mine(Calculator):\n    size: int\n",
        "2: Mine: 'size' looks like an option but is none",
        "write 'size: ... = Option()', annotate a constant as ClassVar, or set it in open",
    ),
    "option replaced by a plain value": (
        "class Base(Calculator):\n    size: int = Option(default=3)\n\nclass Mine(Base):\n    size = 4\n",
        "5: Mine: the option 'size' is replaced by a plain value",
        "write 'size: ... = Option(default=4)'",
    ),
    "open misspelt": (
        "class Mine(Calculator):\n    def opne(self) -> None: ...\n\n    def process(self, a: int) -> int: ...\n",
        "2: Mine: there is no 'open', but 'opne'",
        "write 'def open(self, ...)'",
    ),
    "close misspelt": (
        "class Mine(Calculator):\n    def process(self, a: int) -> int: ...\n\n    def cloes(self) -> None: ...\n",
        "4: Mine: there is no 'close', but 'cloes'",
        "write 'def close(self, ...)'",
    ),
    "process misspelt": (
        "class Mine(Calculator):\n    def proces(self, a: int) -> int: ...\n",
        "2: Mine: there is no 'process', but 'proces'",
        "write 'def process(self, ...)'",
    ),
    "constructor that takes no options": (
        "class Mine(Calculator):\n    size: int = Option(default=3)\n    def __init__(self): ...\n",
        "3: Mine: __init__: it must take the options, as '**options', and hand them to super().__init__",
        "drop it, and set what process needs in 'def open(self) -> None'",
    ),
    "constructor that takes something else": (
        "class Mine(Calculator):\n    def __init__(self, size): ...\n",
        "2: Mine: __init__: it must take the options, as '**options', and hand them to super().__init__",
        "drop it, and set what process needs in 'def open(self) -> None'",
    ),
    "policy class": (
        "class Mine(Calculator):\n    input_policy = Immediate\n",
        "2: Mine: input_policy is the class Immediate",
        "write 'input_policy = Immediate()', with parentheses",
    ),
    "policy name": (
        "class Mine(Calculator):\n    input_policy = 'Immediate'\n",
        "2: Mine: input_policy is 'Immediate'",
        "write an input policy such as Immediate()",
    ),
    "offset that is no number": (
        "class Mine(Calculator):\n    timestamp_offset = True\n",
        "2: Mine: timestamp_offset is True",
        "write a whole number of microseconds, or None",
    ),
    "flag that is none": (
        "class Mine(Calculator):\n    parallel = 4\n",
        "2: Mine: parallel is 4",
        "write True or False",
    ),
    "live with inputs": (
        "class Mine(Calculator):\n    live = True\n    def process(self, a: int) -> int: ...\n",
        "2: Mine: live is for sources, and this class has inputs or no outputs",
        "drop 'live'",
    ),
    "parallel source": (
        "class Mine(Calculator):\n    parallel = True\n    def process(self) -> Iterator[Packet[int]]: ...\n",
        "2: Mine: parallel is not for sources: they make one packet after the other",
        "drop 'parallel'",
    ),
}


@pytest.mark.parametrize(("source", "message", "help"), WRONG.values(), ids=WRONG)
def test_a_wrong_class_is_told_what_to_write(load: object, source: str, message: str, help: str) -> None:
    assert problems_of(load(source)) == [message, help]  # type: ignore[operator]


def test_all_mistakes_of_a_class_come_at_once(load: object) -> None:
    source = textwrap.dedent("""\
        class Out(Outputs):
            a: Image
            b: Packet

        class Mine(Calculator):
            size = Option()
            input_policy = Immediate

            def open(self, model) -> None: ...

            def process(self, a, *b: int, c: Packet) -> Out: ...
        """)
    messages = problems_of(load(source))[::2]  # type: ignore[operator]
    assert [message.split(":")[0] for message in messages] == ["11", "11", "11", "2", "3", "9", "6", "7"]


def test_a_class_that_is_no_calculator_is_refused() -> None:
    with pytest.raises(ContractError, match="is not a calculator: it must be a class that derives"):
        contract_of(int)


def test_a_wrong_class_stays_wrong(load: object) -> None:
    module = load(process("(self, frame) -> int"))  # type: ignore[operator]
    assert problems_of(module) == problems_of(module)


def test_the_class_statement_is_found(load: object) -> None:
    source = "class Mine(Calculator):\n    'First.'\n\n\nclass Other(Calculator):\n    class Mine: ...\n\n"
    source += "    def process(self, a: int) -> int: ...\n"
    module = load(source)  # type: ignore[operator]
    assert contract_of(module.Mine).location == f"mine.py:{FIRST}"
    assert contract_of(module.Other).location == f"mine.py:{FIRST + 4}"


@pytest.mark.parametrize("empty", ["[]", "{}", "set()"])
def test_an_empty_container_that_all_nodes_would_fill(load: Any, empty: str) -> None:
    problems = problems_of(
        load(f"""
class Mine(Calculator):
    seen = {empty}
    def process(self, a: int) -> int:
        return a
""")
    )
    kind = {"[]": "list", "{}": "dict", "set()": "set"}[empty]
    assert problems == [
        f"3: Mine: 'seen' is one {kind} for all nodes of the class, in every run",
        f"write 'self.seen = {empty}' in 'def open(self) -> None', so that each node has its own",
    ]


def test_constants_in_a_class_body_are_fine(load: Any) -> None:
    module = load("""
class Mine(Calculator):
    names = ["left", "right"]
    seen: ClassVar[list[int]] = []
    empty = ()
    def process(self, a: int) -> int:
        return a
""")
    assert contract_of(module.Mine).name == "Mine"
