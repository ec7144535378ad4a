"""``graphflow list``, ``inspect`` and ``--version``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphflow import __version__
from graphflow.bundled import bundled_graphs
from graphflow.cli.describe import example
from graphflow.cli.describe_graph import used_by
from graphflow.cli.describe_type import describe_type, payload_types
from graphflow.cli.graphs import file_of
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.reader import load_graph, read_graph
from graphflow.registry import Registry
from graphflow.signature import contract_of
from tests.cli.conftest import Command

GRAPHS = bundled_graphs()
MINE = ("--calculators", "my.py")


def test_version(graphflow: Command) -> None:
    assert graphflow("--version") == (0, f"graphflow {__version__}\n", "")


def test_help_is_short_and_names_every_command(graphflow: Command) -> None:
    ended = graphflow("--help")
    assert ended.status == 0
    for command in ("run", "validate", "viz", "list", "inspect"):
        assert command in ended.out


def test_list_groups_calculators_by_folder_with_a_line_each(folder: Path, graphflow: Command) -> None:
    out = graphflow("list", *MINE).out
    assert "\ncalculators/flow\n" in f"\n{out}"
    mine = out[out.index("my.py") :].splitlines()
    assert mine[0] == "my.py"
    assert any(line.split(maxsplit=1) == ["Count", "Count up from a start."] for line in mine)


def test_list_as_json(folder: Path, graphflow: Command) -> None:
    listed = json.loads(graphflow("list", "--json", *MINE).out)
    count = next(entry for entry in listed["calculators"] if entry["name"] == "Count")
    assert count["summary"] == "Count up from a start." and count["source"].startswith("my.py:")
    names = [entry["name"] for entry in listed["calculators"]]
    assert "PassThrough" in names and len(names) == len(set(names))


def test_inspect_shows_ports_options_an_example_and_the_source_line(folder: Path, graphflow: Command) -> None:
    ended = graphflow("inspect", "Count", *MINE)
    assert ended.status == 0
    lines = [line.strip() for line in ended.out.splitlines()]
    assert lines[0].startswith("Count") and "my.py:" in lines[0]
    assert "Count up from a start." in lines
    assert any(line.split()[:2] == ["out", "int"] for line in lines)
    assert any(line.split()[:2] == ["start", "int"] and "0 if nobody provides it" in line for line in lines)
    option = next(line for line in lines if line.startswith("n "))
    assert "default 3" in option and "at least 0 and at most 1000000" in option and "How many numbers." in option
    assert "calculator: Count" in lines


def test_list_shows_every_graph_and_module_with_what_it_does(graphflow: Command) -> None:
    out = graphflow("list").out
    listed = json.loads(graphflow("list", "--json").out)
    assert [entry["name"] for entry in listed["graphs"]] == sorted(path.stem for path in GRAPHS.glob("*.yaml"))
    modules = sorted(f"modules/{path.name}" for path in GRAPHS.glob("modules/*.yaml"))
    assert [entry["name"] for entry in listed["modules"]] == modules
    for entry in [*listed["graphs"], *listed["modules"]]:
        assert entry["summary"]
        assert any(line.split(maxsplit=1) == [entry["name"], entry["summary"]] for line in out.splitlines())


@pytest.mark.slow
def test_every_graph_and_module_is_described_and_its_example_reads_as_yaml(graphflow: Command) -> None:
    for path in sorted(GRAPHS.rglob("*.yaml")):
        name = path.relative_to(GRAPHS).as_posix()
        ended = graphflow("inspect", name.removesuffix(".yaml"))
        assert ended.status == 0 and ended.out.startswith(f"{path.stem}   ({path})"), name
        assert file_of(name) == file_of(path.stem) == str(path)
        found: list[Diagnostic] = []
        config = read_graph(
            f"graphflow: 1\nnodes:\n{ended.out.partition('Example')[2].strip(chr(10))}\n", "<example>", found
        )
        assert config is not None and not found, name
        assert config.nodes[0].subgraph is not None and config.nodes[0].subgraph.value == name


def test_a_bare_name_means_one_graph_or_module() -> None:
    stems = [path.stem for path in GRAPHS.rglob("*.yaml")]
    assert len(stems) == len(set(stems))


def test_inspect_of_a_module_shows_what_whoever_includes_it_must_know(graphflow: Command) -> None:
    ended = graphflow("inspect", "face_landmark_front")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "image Image required. RGB" in lines
    assert "num_faces int optional, default 1. how many faces to look for" in lines
    assert "landmarks list[Landmarks] of each face; nothing where there is none" in lines
    assert "inputs: {image: image}" in lines
    shown = json.loads(graphflow("inspect", "face_landmark_front", "--json").out)
    assert [port["name"] for port in shown["inputs"]] == ["image", "num_faces", "min_detection_score"]


def test_inspect_of_a_graph_file_of_ones_own(folder: Path, graphflow: Command) -> None:
    (folder / "own.yaml").write_text("graphflow: 1\nhelp: Mine.\ninputs: [a]\nnodes: {n: {calculator: Half, inputs: "
                                     "{item: a}, outputs: {out: b}}}\noutputs: [b]\n")  # fmt: skip
    ended = graphflow("inspect", "own.yaml", *MINE)
    assert ended.status == 0 and "Mine." in ended.out and "subgraph: own.yaml" in ended.out


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("face_mesh_deskto", "did you mean 'face_mesh_desktop'?"),
        ("modules/face_detectio.yaml", "did you mean 'modules/face_detection.yaml'?"),
        ("Landmark", "did you mean 'Landmarks'?"),
    ],
)
def test_inspect_of_what_is_no_calculator_says_what_it_is_or_may_be(name: str, help: str, graphflow: Command) -> None:
    ended = graphflow("inspect", name)
    assert ended.status == 2 and ended.err.endswith(f"   = help: {help}\n")


def test_inspect_of_a_payload_type_shows_what_it_holds_and_who_has_it(graphflow: Command) -> None:
    out = graphflow("inspect", "Landmarks").out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0].startswith("Landmarks (") and "types/landmarks.py:" in lines[0]
    assert "from graphflow import Landmarks" in lines
    assert "visibility array of float32 | None" in lines
    assert "pixels(width, height) The points in pixels of an image of this size; z as x." in lines
    assert "TensorsToLandmarks norm_landmarks" in lines[lines.index("Sent by") : lines.index("Taken by")]
    assert "LandmarksToRenderData norm_landmarks" in lines[lines.index("Taken by") :]


@pytest.mark.slow
def test_every_payload_type_is_imported_as_inspect_says() -> None:
    for name, payload in payload_types().items():
        shown = describe_type(payload, Registry(plugins=False))
        space: dict[str, object] = {}
        exec(shown["import"], space)
        assert name in space and shown["doc"], name
        assert bool(shown["fields"]) != bool(shown["type"]) and all(field["type"] for field in shown["fields"]), name


def test_the_types_that_ports_have_by_name_can_be_inspected(graphflow: Command) -> None:
    shown = json.loads(graphflow("inspect", "Image", "--json").out)
    assert shown["type"] == "array of uint8" and shown["fields"] == []
    assert "VideoSource.image" in shown["sent_by"] and "VideoSink.image" in shown["taken_by"]
    listed = json.loads(graphflow("list", "--json").out)["types"]
    assert {"Image", "Landmarks", "NormRect", "Detection"} <= {entry["name"] for entry in listed}
    assert all(entry["summary"] and ":" in entry["source"] for entry in listed)


def test_a_calculator_of_ones_own_comes_before_a_payload_type(folder: Path, graphflow: Command) -> None:
    (folder / "text.py").write_text((folder / "my.py").read_text().replace("class Half", "class Text"))
    assert "Divide." in graphflow("inspect", "Text", "--calculators", "text.py").out


def test_inspect_of_a_graph_shows_the_sender_and_the_readers_of_each_stream(graphflow: Command) -> None:
    streams = json.loads(graphflow("inspect", "face_detection_desktop_live", "--json").out)["streams"]
    told = {stream["name"]: (stream["type"], stream["sender"], stream["readers"]) for stream in streams}
    assert told["throttled_input_video"] == ("Image", "limiter.out", ["detector.image", "overlay.image"])
    assert told["shown"] == ("bool", "show.shown", ["limiter.finished (back edge)"])
    assert told["face_detections"][2] == ["show_detections.detections", "graph output face_detections"]
    lines = [" ".join(line.split()) for line in graphflow("inspect", "face_landmark_front").out.splitlines()]
    assert any(line.startswith("image Image from graph input image, to ") for line in lines)


@pytest.mark.slow
def test_inspect_knows_which_graphs_use_a_calculator_or_a_module(graphflow: Command) -> None:
    users: dict[str, set[str]] = {}
    for path in GRAPHS.rglob("*.yaml"):
        config = load_graph(path, [])
        assert config is not None
        for node in config.nodes:
            for one in (node, *(node.switch or ())):
                for used in filter(None, (one.calculator, one.subgraph)):
                    users.setdefault(Path(used.value).stem, set()).add(path.stem)
    names = {path.stem for path in GRAPHS.rglob("*.yaml")} | {one.name for one in Registry(plugins=False).names()}
    assert {name: set(used_by(name)) for name in names} == {name: users.get(name, set()) for name in names}
    assert "\nUsed by\n  face_detection_full_range, " in graphflow("inspect", "face_detection").out


@pytest.mark.parametrize("command", ["viz", "validate"])
def test_a_module_is_drawn_and_checked_by_its_name(command: str, graphflow: Command) -> None:
    for name in ("modules/face_landmarks_68.yaml", "modules/face_landmarks_68", "face_landmarks_68"):
        ended = graphflow(command, name)
        assert ended.status == 0 and "face_landmarks_68" in ended.out


def test_inspect_calls_types_as_graph_files_do(graphflow: Command) -> None:
    shown = {
        port["name"]: port["type"] for port in json.loads(graphflow("inspect", "ImageToTensor", "--json").out)["inputs"]
    }
    assert shown == {"image": "Image", "norm_rect": "NormRect"}


def test_inspect_tells_values_as_graph_files_have_them(graphflow: Command) -> None:
    out = graphflow("inspect", "Inference").out
    assert "a whole number or 'auto'" in out and "'gpu-only' or a map" in out and "Literal" not in out


def test_inspect_as_json(folder: Path, graphflow: Command) -> None:
    shown = json.loads(graphflow("inspect", "Half", "--json", *MINE).out)
    (item,) = shown["inputs"]
    assert (item["name"], item["type"], item["required"], item["receives"]) == ("item", "int", True, "value")
    (by,) = shown["options"]
    assert (by["name"], by["type"], by["default"], by["range"]) == ("by", "float", 2.0, "above 0")
    assert shown["input_policy"]["name"] == "Default"


def test_inspect_of_an_unknown_calculator_suggests_one(folder: Path, graphflow: Command) -> None:
    ended = graphflow("inspect", "Cuont", *MINE)
    assert ended == (2, "", "error: there is no calculator 'Cuont'\n   = help: did you mean 'Count'?\n")


def test_inspect_understands_mediapipes_names(graphflow: Command) -> None:
    assert graphflow("inspect", "PassThroughCalculator").out.startswith("PassThrough ")


def test_a_class_that_cannot_be_understood_is_told_with_its_line(folder: Path, graphflow: Command) -> None:
    (folder / "my.py").write_text(
        "from graphflow import Calculator\n\nclass Bad(Calculator):\n    def process(self, item):\n        pass\n"
    )
    ended = graphflow("inspect", "Bad", *MINE)
    assert ended.status == 1 and "my.py:4" in ended.err and "Traceback" not in ended.err


def test_two_files_with_the_same_class_are_a_usage_error(folder: Path, graphflow: Command) -> None:
    (folder / "other.py").write_text((folder / "my.py").read_text())
    ended = graphflow("list", *MINE, "--calculators", "other.py")
    assert ended.status == 2 and "two classes are called 'Count'" in ended.err


@pytest.mark.slow
def test_every_built_in_calculator_is_described_and_its_example_reads_as_yaml(graphflow: Command) -> None:
    registry = Registry(plugins=False)
    for name in [listing.name for listing in registry.names()]:
        ended = graphflow("inspect", name)
        assert ended.status == 0 and ended.out.startswith(name), name
        node = "\n".join(f"  {line}" for line in example(contract_of(registry.resolve(name))).splitlines())
        found: list[Diagnostic] = []
        config = read_graph(f"graphflow: 1\nnodes:\n{node}\n", "<example>", found)
        assert config is not None and not found, name
        assert config.nodes[0].calculator is not None and config.nodes[0].calculator.value == name
