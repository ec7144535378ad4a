"""``graphflow schema``: every graph that comes with graphflow fits it, and what the findings catch it catches too."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
import yaml

from graphflow.bundled import bundled_graphs
from graphflow.checking import check_text
from graphflow.cli.schema import graph_schema
from graphflow.config.node_keys import NODE_KEYS
from graphflow.config.reader import GRAPH_KEYS
from graphflow.registry import Registry
from graphflow.values import convert, schema_of
from tests.cli.conftest import Command

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
GRAPHS = sorted(bundled_graphs().rglob("*.yaml"))

GOOD = """\
graphflow: 1
help: Every key.
inputs: {number: {type: int, help: any}, later: {optional: true}}
outputs: [mean, other]
side_packets: {most: {default: 4}}
options: {period: 3, unset: {type: int}}
executors: {side: {threads: 2}}
threads: 2
max_queue_size: -1
report_deadlock: true
input_policy: Default
nodes:
  thin:
    calculator: PacketThinnerCalculator
    inputs: {item: number}
    outputs: {out: third}
    options: {thinner_type: ASYNC, period: "${period}"}
    executor: side
  limit:
    calculator: FlowLimiter
    inputs: {item: third, finished: {stream: mean, back_edge: true}}
    outputs: {out: limited}
    side_packets: {max_in_flight: {value: 2}}
    input_policy: {FixedSize: {trigger_queue_size: 3}}
  pick:
    switch: [{calculator: PassThrough}, {calculator: PacketThinner, options: {period: 2}}]
    select: 1
    inputs: {item: limited}
    outputs: {out: mean}
  pair:
    calculator: MakePair
    inputs: {item: [mean, mean]}
    outputs: {out: other}
    max_in_flight: 1
  image:
    calculator: CountingSource
    side_packets: {max_count: most}
    outputs: {out: frames}
    source_layer: 1
  sizes:
    subgraph: modules/face_detection.yaml
    inputs: {image: frames}
    outputs: {detections: found}
    options: {delegate: none}
"""

TYPOS = {
    "bare name of a module": ("subgraph: modules/face_detection.yaml", "subgraph: face_detectoin"),
    "calculator": ("calculator: FlowLimiter", "calculator: FlowLimitr"),
    "input": ("inputs: {item: number}", "inputs: {itm: number}"),
    "output": ("outputs: {out: third}", "outputs: {aut: third}"),
    "side packet": ("{max_in_flight: {value: 2}}", "{max_in_fligt: {value: 2}}"),
    "output of a module": ("{detections: found}", "{detection: found}"),
    "input of a module": ("{image: frames}", "{imagge: frames}"),
    "option": ("thinner_type: ASYNC", "thinner_typ: ASYNC"),
    "choice": ("ASYNC", "ASINC"),
    "option's type": ("{period: 2}", "{period: two}"),
    "option's range": ("{period: 2}", "{period: -2}"),
    "option of a branch": ("{period: 2}", "{perid: 2}"),
    "option of a module": ("{delegate: none}", "{delegat: none}"),
    "type of a module's option": ("{delegate: none}", "{delegate: 3}"),
    "graph option": ('"${period}"', '"${Period"'),
    "key of a node": ("executor: side", "excutor: side"),
    "key of a graph": ("report_deadlock:", "report_dedlock:"),
    "key of an interface": ("{optional: true}", "{optinal: true}"),
    "key of an executor": ("{threads: 2}", "{thread: 2}"),
    "key of a stream": ("{stream: mean, back_edge: true}", "{stream: mean, backedge: true}"),
    "policy": ("input_policy: Default", "input_policy: Defalt"),
    "policy's option": ("trigger_queue_size", "triger_queue_size"),
    "version": ("graphflow: 1", "graphflow: 2"),
    "kind": ("subgraph: modules/face_detection.yaml", "subgraf: modules/face_detection.yaml"),
    "two kinds": ("calculator: MakePair", "calculator: MakePair\n    subgraph: modules/face_detection.yaml"),
    "select without a switch": ("max_in_flight: 1", "select: 1"),
    "select of a name": ("select: 1", "select: one"),
    "no whole number": ("max_in_flight: 1", "max_in_flight: 1.5"),
    "too small": ("max_in_flight: 1", "max_in_flight: 0"),
    "capitals": ("{out: third}", "{out: Third}"),
    "list at one port": ("{item: number}", "{item: [number, number]}"),
    "value without braces": ("{max_in_flight: {value: 2}}", "{max_in_flight: 2}"),
    "missing input": ("inputs: {item: number}", "executor: side"),
    "missing output": ("outputs: {out: third}", "max_in_flight: 1"),
    "outputs as a word": ("outputs: {out: third}", "outputs: third"),
    "nodes as a list": ("nodes:", "nodes: []\nthreads: 2\nx:"),
    "type of a graph option": ("unset: {type: int}", "unset: {type: integer}"),
    "null": ("side_packets: {max_in_flight: {value: 2}}", "side_packets: {max_in_flight: {value: null}}"),
}


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads(json.dumps(graph_schema(Registry(plugins=False))))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.fixture(scope="module")
def before() -> set[str]:
    """What the findings say of the graph that is right."""
    return {found.message for found in check_text(GOOD, "g", Registry()).diagnostics}


def told(validator: jsonschema.Draft7Validator, text: str) -> list[str]:
    errors = validator.iter_errors(yaml.load(text, LOADER))
    return [f"{list(error.absolute_path)}: {error.message:.200}" for error in errors]


@pytest.mark.slow
def test_every_graph_that_comes_with_graphflow_fits(validator: jsonschema.Draft7Validator) -> None:
    assert len(GRAPHS) > 90
    assert {path.stem: problems for path in GRAPHS if (problems := told(validator, path.read_text()))} == {}


def test_a_graph_with_every_key_fits(validator: jsonschema.Draft7Validator) -> None:
    assert told(validator, GOOD) == []
    assert not [
        found for found in check_text(GOOD, "g", Registry()).diagnostics if found.code in ("unknown-key", "bad")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPOS)
def test_what_the_findings_catch_in_one_place_the_schema_catches(
    validator: jsonschema.Draft7Validator, before: set[str], name: str
) -> None:
    right, wrong = TYPOS[name]
    text = GOOD.replace(right, wrong, 1)
    findings = [found for found in check_text(text, "g", Registry()).diagnostics if found.message not in before]
    assert text != GOOD and any(found.severity == "error" for found in findings)
    assert not validator.is_valid(yaml.load(text, LOADER))


def test_a_module_has_its_ports_under_its_bare_name_too(validator: jsonschema.Draft7Validator) -> None:
    text = GOOD.replace("modules/face_detection.yaml", "face_detection")
    assert told(validator, text) == [] and told(validator, text.replace("{image: frames}", "{imagge: frames}"))


def test_it_has_every_key(validator: jsonschema.Draft7Validator) -> None:
    assert set(validator.schema["properties"]) == set(GRAPH_KEYS)
    assert set(validator.schema["definitions"]["node"]["properties"]) == set(NODE_KEYS)


def test_streams_and_types_are_for_validate(validator: jsonschema.Draft7Validator) -> None:
    text = GOOD.replace("inputs: {item: number}", "inputs: {item: numbre}")
    assert any(found.code == "unknown-stream" for found in check_text(text, "g", Registry()).diagnostics)
    assert told(validator, text) == []


def test_calculators_of_ones_own_are_in_it_with_what_their_author_says_shown_or_in_a_file(
    folder: Path, graphflow: Command
) -> None:
    shown = json.loads(graphflow("schema", "--calculators", "my.py").out)
    assert graphflow("schema", "-o", "s.json", "--calculators", "my.py") == (0, "", "")
    assert json.loads((folder / "s.json").read_text()) == shown
    count = shown["definitions"]["calculator.Count"]["properties"]
    number = count["options"]["anyOf"][0]["properties"]["n"]
    assert number["anyOf"][0] == {"type": "integer", "minimum": 0, "maximum": 1_000_000}
    assert (number["description"], number["default"]) == ("How many numbers.", 3)
    assert {"description": "Count up from a start.", "const": "Count"} in (
        shown["definitions"]["node"]["properties"]["calculator"]["anyOf"]
    )
    validator = jsonschema.Draft7Validator(shown)
    text = (folder / "graph.yaml").read_text()
    assert told(validator, text) == []
    assert told(validator, text.replace("calculator: Count", "calculator: Count\n    options: {n: -1}"))


def test_it_is_never_written_over_calculators(folder: Path, graphflow: Command) -> None:
    ended = graphflow("schema", "-o", "my.py", "--calculators", "my.py")
    assert ended.status == 2 and "give the schema another name" in ended.err


def test_a_calculator_that_is_broken_is_told_and_does_not_take_the_others_along(
    folder: Path, graphflow: Command
) -> None:
    (folder / "bad.py").write_text(
        "from graphflow import Calculator\n\nclass Bad(Calculator):\n    def process(self, item):\n        pass\n"
    )
    ended = graphflow("schema", "--calculators", "bad.py")
    assert ended.status == 0 and "calculator.Gate" in ended.out
    assert ended.err.startswith("warning: the schema leaves out the ports of 'Bad': bad.py:4: ")


class Mode(enum.Enum):
    FAST = "fast"
    EXACT = 2


@dataclass
class Box:
    width: int
    names: tuple[str, ...] = ()
    inner: Box | None = None


TYPES = (int, float, bool, str, list[int], tuple[int, str], set[str], dict[str, float], Literal["a", 1], Mode, Box,
         int | None, list[Box], list[list[int]], dict[str, list[int]], list, dict, Any)  # fmt: skip
VALUES = (0, 1, -3, 1.5, True, False, "", "a", "fast", 2, None, [], [1, 2], [1, "a"], ["a"], [[1], []], {},
          {"x": 1.5}, {"x": [1]}, {"width": 1}, {"width": "1"}, {"names": []}, {"width": 1, "names": ["n"]},
          {"width": 1, "more": 1}, {"width": 1, "inner": {"width": 2}}, [{"width": 1}])  # fmt: skip


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_schema_of_a_type_takes_the_values_that_options_of_it_take(kind: Any) -> None:
    validator = jsonschema.Draft7Validator(json.loads(json.dumps(schema_of(kind))))
    differing = [value for value in VALUES if validator.is_valid(value) != (not convert(value, kind)[1])]
    assert differing == []


def test_limits_hold_for_each_number_of_a_list() -> None:
    validator = jsonschema.Draft7Validator(schema_of(list[float] | None, {"minimum": 0}))
    assert [validator.is_valid(value) for value in ([0, 1], None, [0, -1])] == [True, True, False]
