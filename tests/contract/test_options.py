"""Options from a graph file: what is accepted, and the words for what is not."""

import enum
import math
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from graphflow.calculator import Calculator, Option
from graphflow.errors import ContractError
from graphflow.plan.option_values import OptionProblem, describe, validate_options
from graphflow.signature import contract_of


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Range:
    begin: int
    end: int = 9


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.0

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x is below 0")


@dataclass
class Tree:
    name: str
    inside: list["Tree"]


@dataclass
class Unresolved:
    it: "Nowhere"  # type: ignore[name-defined]  # noqa: F821


def calculator_with(annotation: Any, **option: Any) -> type[Calculator]:
    class Subject(Calculator):
        it: annotation = Option(**option)

    return Subject


@pytest.mark.parametrize(
    ("annotation", "raw", "value"),
    [
        (int, 3, 3),
        (float, 1.5, 1.5),
        (float, 2, 2.0),
        (bool, True, True),
        (str, "yes", "yes"),
        (int | None, None, None),
        (int | None, 4, 4),
        (Any, {"a": [1]}, {"a": [1]}),
        (Literal["ASYNC", "SYNC"], "SYNC", "SYNC"),
        (Color, "red", Color.RED),
        (list[int], [1, 2], [1, 2]),
        (list[float], [1, 2.5], [1.0, 2.5]),
        (list, ["a", 1], ["a", 1]),
        (tuple[int, str], [1, "a"], (1, "a")),
        (tuple[float, ...], [1, 2, 3], (1.0, 2.0, 3.0)),
        (dict[str, float], {"a": 1}, {"a": 1.0}),
        (dict[int, str], {1: "a"}, {1: "a"}),
        (set[int], [1, 1], {1}),
        (list[Range], [{"begin": 1}, {"begin": 2, "end": 3}], [Range(1), Range(2, 3)]),
        (Point, {"x": 1}, Point(x=1.0)),
        (Annotated[int, "in pixels"], 4, 4),
        (dict[int, str], {"1": "a"}, {1: "a"}),
        (Sequence[float], [1], [1.0]),
        (Mapping[str, Any], {"a": [1]}, {"a": [1]}),
        (tuple, [1, "a"], (1, "a")),
        (Color, Color.RED, Color.RED),
        (Point, Point(1), Point(1)),
        (Tree, {"name": "a", "inside": [{"name": "b", "inside": []}]}, Tree("a", [Tree("b", [])])),
    ],
    ids=str,
)
def test_a_right_value_is_converted(annotation: Any, raw: Any, value: Any) -> None:
    values, problems = validate_options(calculator_with(annotation), {"it": raw})
    assert problems == []
    assert values == {"it": value}
    assert type(values["it"]) is type(value)


@pytest.mark.parametrize(
    ("annotation", "option", "raw", "message"),
    [
        (int, {}, "3", "must be a whole number, not '3'"),
        (int, {}, True, "must be a whole number, not true"),
        (int, {}, 3.0, "must be a whole number, not 3.0"),
        (int, {}, None, "must be a whole number, not null"),
        (float, {}, False, "must be a number, not false"),
        (bool, {}, 1, "must be true or false, not 1"),
        (bool, {}, "yes", "must be true or false, not 'yes'"),
        (str, {}, 5, "must be text, not 5"),
        (int | None, {}, "a", "must be a whole number or null, not 'a'"),
        (int | list[int], {}, ["a"], 'must be a whole number or a list, each element a whole number, not ["a"]'),
        (Literal["ASYNC", "SYNC"], {}, "sync", "must be one of 'ASYNC', 'SYNC', not 'sync'"),
        (Color, {}, "green", "must be one of 'red', 'blue', not 'green'"),
        (list[int], {}, 3, "must be a list, each element a whole number, not 3"),
        (list[int], {}, [1, "b"], "at [1] must be a whole number, not 'b'"),
        (tuple[int, int], {}, 3, "must be a list of 2 values (a whole number, then a whole number), not 3"),
        (
            tuple[int, int],
            {},
            [1, 2, 3],
            "must be a list of 2 values (a whole number, then a whole number), not [1, 2, 3]",
        ),
        (dict[str, int], {}, [], "must be a map, each value a whole number, not []"),
        (Range, {}, 3, "must be a map with begin, end, not 3"),
        (list[Range], {}, [{"end": 2}], "lacks [0].begin"),
        (list[Range], {}, [{"begin": 2, "stop": 2}], "has no field [0].stop"),
        (Range, {}, {"begin": "a"}, "at begin must be a whole number, not 'a'"),
        (Point, {}, {"x": 1, "z": 2}, "has no field z"),
        (Point, {}, {"x": -1}, 'cannot be {"x": -1}: x is below 0'),
        (dict[str, Point], {}, {"a": {"x": -1}}, 'at a cannot be {"x": -1}: x is below 0'),
        (Tree, {}, {"name": "a", "inside": [{"name": 1, "inside": []}]}, "at inside[0].name must be text, not 1"),
        (dict[int, str], {}, {"a": "b"}, "at a must be a whole number, not 'a'"),
        (set[Any], {}, [[]], "must be a list, not [[]]"),
        (
            list[bool],
            {},
            [1, 2, 3, 4, 5, 6, 7],
            "; ".join([*(f"at [{i}] must be true or false, not {i + 1}" for i in range(5)), "2 more like these"]),
        ),
        (str, {}, list(range(40)), f"must be text, not {str(list(range(40)))[:57]}..."),
        (int, {}, {1, 2}, "must be a whole number, not [1, 2]"),
        (int, {"ge": 1}, 0, "must be at least 1, not 0"),
        (float, {"gt": 0, "le": 1}, 1.5, "must be above 0 and at most 1, not 1.5"),
        (float, {"gt": 0, "le": 1}, math.nan, "must be above 0 and at most 1, not nan"),
        (list[int], {"lt": 5}, [1, 5], "must be below 5, not 5"),
        (dict[str, int], {"lt": 5}, {"a": 5}, "must be below 5, not 5"),
        (str, {"choices": ["a", "b"]}, "c", "must be one of 'a', 'b', not 'c'"),
    ],
    ids=str,
)
def test_a_wrong_value_is_described(annotation: Any, option: dict[str, Any], raw: Any, message: str) -> None:
    values, problems = validate_options(calculator_with(annotation, **option), {"it": raw})
    assert values == {}
    assert [(problem.code, problem.name, problem.message) for problem in problems] == [
        ("bad-option", "it", f"option 'it' {message}")
    ]


def test_what_no_file_can_hold_is_shown_as_python_has_it() -> None:
    _, (problem,) = validate_options(calculator_with(int), {"it": {(1, 2): 3}})
    assert problem.reason == "must be a whole number, not {(1, 2): 3}"


class Several(Calculator):
    min_score: float = Option(ge=0, le=1, doc="Lowest score kept.")
    max_faces: int = Option(default=1)
    lambda_: list[int] = Option(default=[1])


def test_every_wrong_option_of_a_node_is_reported() -> None:
    values, problems = validate_options(Several, {"max_face": 2, "zebra": 1, "max_faces": "a"})
    assert values == {"lambda_": [1]}
    assert problems == [
        OptionProblem("max_face", "unknown-option", "Several has no option 'max_face'", "did you mean 'max_faces'?"),
        OptionProblem(
            "zebra",
            "unknown-option",
            "Several has no option 'zebra'",
            "its options are min_score, max_faces, lambda",
        ),
        OptionProblem(
            "max_faces",
            "bad-option",
            "option 'max_faces' must be a whole number, not 'a'",
            "a whole number, default 1",
            "must be a whole number, not 'a'",
        ),
        OptionProblem(
            "min_score",
            "missing-option",
            "option 'min_score' of Several is missing",
            "write 'options: {min_score: ...}', a number, at least 0 and at most 1: Lowest score kept.",
        ),
    ]


@pytest.mark.parametrize("value", ["a, b", 3])
def test_a_single_value_for_a_list_is_told_how_a_list_is_written(value: object) -> None:
    _, (problem,) = validate_options(calculator_with(list[str], default=[]), {"it": value})
    assert problem.help == f"write [{value}]: a list, each element text, default []"


def test_an_option_takes_nothing_without_a_name() -> None:
    with pytest.raises(TypeError, match=r"^Option takes its values by name: write Option\(default=3\)$"):
        Option(3)  # type: ignore[call-overload]


def test_a_class_without_options_says_so() -> None:
    class Plain(Calculator):
        """Nothing to set."""

    _, problems = validate_options(Plain, {"size": 1})
    assert [problem.help for problem in problems] == ["Plain has no options"]


def test_defaults_are_filled_in_fresh_and_keywords_lose_their_underscore() -> None:
    first, problems = validate_options(Several, {"min_score": 1, "lambda": [2]})
    assert (first, problems) == ({"min_score": 1.0, "max_faces": 1, "lambda_": [2]}, [])
    again, _ = validate_options(Several, {"min_score": 1})
    again["lambda_"].append(5)
    assert validate_options(Several, {"min_score": 1})[0]["lambda_"] == [1]
    assert Several(**first).lambda_ == [2]


def test_options_are_described() -> None:
    fields = contract_of(calculator_with(float, default=0.5, ge=0, choices=[0.5, 1.0], doc="Share.")).options
    assert describe(fields["it"]) == "one of 0.5, 1.0, at least 0, default 0.5: Share."


@pytest.mark.parametrize(
    ("annotation", "default", "text"),
    [
        (bool, True, "true or false, default true"),
        (Literal["ASYNC", "SYNC"], "SYNC", "one of 'ASYNC', 'SYNC', default 'SYNC'"),
        (Color, Color.RED, "one of 'red', 'blue', default 'red'"),
        (int | None, None, "a whole number or null, default null"),
        (list[int], [1, 2], "a list, each element a whole number, default [1, 2]"),
    ],
    ids=str,
)
def test_help_speaks_yaml(annotation: Any, default: Any, text: str) -> None:
    assert describe(contract_of(calculator_with(annotation, default=default)).options["it"]) == text


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (Path, "a graph file cannot hold the type Path"),
        (list[complex], "a graph file cannot hold the type complex"),
        (dict[str, Path | None], "a graph file cannot hold the type Path"),
        (Unresolved, "Unresolved: name 'Nowhere' is not defined"),
        (Annotated[int, range(3)], "rules in Annotated are not looked at"),
    ],
    ids=str,
)
def test_a_type_that_no_file_can_hold_is_refused(annotation: Any, problem: str) -> None:
    with pytest.raises(ContractError, match=f"the option 'it': {problem}"):
        contract_of(calculator_with(annotation))


def test_options_need_no_library() -> None:
    code = """
import sys
from typing import Literal
from graphflow.calculator import Calculator, Option
from graphflow.plan.option_values import validate_options

class Subject(Calculator):
    a: int = Option(default=1, ge=0)
    b: float | None = Option(default=None)
    c: list[tuple[int, float]] = Option(default=[])
    d: Literal["x", "y"] = Option(default="x")
    e: dict[str, str] = Option()

    def process(self, item: int) -> int: ...

values, problems = validate_options(Subject, {"a": 2, "b": 1, "c": [[1, 2]], "d": "y", "e": {"k": "v"}})
assert not problems and values["c"] == [(1, 2.0)], (values, problems)
heavy = {"numpy", "typer", "rich", "networkx", "cv2"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[]\n", "")
