"""Options from a graph file: what is accepted, and the words for what is not."""

import enum
import math
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from graphflow.calculator import Calculator, Option
from graphflow.option_values import OptionProblem, describe, options_model, validate_options
from graphflow.signature import contract_of


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Range:
    begin: int
    end: int = 9


class Point(BaseModel, extra="forbid"):
    x: float
    y: float = 0.0


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
        (Annotated[int, Field(multiple_of=2)], 4, 4),
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
        (int, {}, "3", 'must be a whole number, not "3"'),
        (int, {}, True, "must be a whole number, not true"),
        (int, {}, 3.0, "must be a whole number, not 3.0"),
        (int, {}, None, "must be a whole number, not null"),
        (float, {}, False, "must be a number, not false"),
        (bool, {}, 1, "must be true or false, not 1"),
        (bool, {}, "yes", 'must be true or false, not "yes"'),
        (str, {}, 5, "must be text, not 5"),
        (int | None, {}, "a", 'must be a whole number or null, not "a"'),
        (int | list[int], {}, ["a"], 'must be a whole number or a list, each element a whole number, not ["a"]'),
        (Literal["ASYNC", "SYNC"], {}, "sync", "must be one of 'ASYNC', 'SYNC', not \"sync\""),
        (Color, {}, "green", "must be one of 'red', 'blue', not \"green\""),
        (list[int], {}, 3, "must be a list, each element a whole number, not 3"),
        (list[int], {}, [1, "b"], 'at [1] must be a whole number, not "b"'),
        (tuple[int, int], {}, 3, "must be a list of 2 values (a whole number, then a whole number), not 3"),
        (dict[str, int], {}, [], "must be a map, each value a whole number, not []"),
        (Range, {}, 3, "must be a map with the fields of Range, not 3"),
        (list[Range], {}, [{"end": 2}], "lacks [0].begin"),
        (list[Range], {}, [{"begin": 2, "stop": 2}], "has no field [0].stop"),
        (Range, {}, {"begin": "a"}, 'at begin must be a whole number, not "a"'),
        (Point, {}, {"x": 1, "z": 2}, "has no field z"),
        (str, {}, list(range(40)), f"must be text, not {str(list(range(40)))[:57]}..."),
        (int, {}, {1, 2}, "must be a whole number, not {1, 2}"),
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
            "option 'max_faces' must be a whole number, not \"a\"",
            "int, default 1",
            'must be a whole number, not "a"',
        ),
        OptionProblem(
            "min_score",
            "missing-option",
            "option 'min_score' of Several is missing",
            "write 'options: {min_score: ...}', float, at least 0 and at most 1: Lowest score kept.",
        ),
    ]


@pytest.mark.parametrize("value", ["a, b", 3])
def test_a_single_value_for_a_list_is_told_how_a_list_is_written(value: object) -> None:
    _, (problem,) = validate_options(calculator_with(list[str], default=[]), {"it": value})
    assert problem.help == f"write [{value}]: list[str], default []"


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
    assert describe(fields["it"]) == "float, at least 0, one of 0.5, 1.0, default 0.5: Share."


def test_the_options_model_is_a_json_schema() -> None:
    model = options_model(Several)
    schema = model.model_json_schema()
    assert schema["properties"]["min_score"] == {
        "description": "Lowest score kept.",
        "maximum": 1,
        "minimum": 0,
        "title": "Min Score",
        "type": "number",
    }
    assert schema["required"] == ["min_score"]
    assert schema["additionalProperties"] is False
    with pytest.raises(ValidationError):
        model(min_score="1")


def test_right_options_of_plain_types_need_no_pydantic() -> None:
    code = """
import sys
from typing import Literal
from graphflow.calculator import Calculator, Option
from graphflow.option_values import validate_options

class Subject(Calculator):
    a: int = Option(default=1, ge=0)
    b: float | None = Option(default=None)
    c: list[tuple[int, float]] = Option(default=[])
    d: Literal["x", "y"] = Option(default="x")
    e: dict[str, str] = Option()

    def process(self, item: int) -> int: ...

values, problems = validate_options(Subject, {"a": 2, "b": 1, "c": [[1, 2]], "d": "y", "e": {"k": "v"}})
assert not problems and values["c"] == [(1, 2.0)], (values, problems)
heavy = {"pydantic", "numpy", "typer", "rich", "networkx", "cv2"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[]\n", "")
