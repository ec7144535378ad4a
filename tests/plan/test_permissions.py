"""What only a graph file names is not written, not fetched, and not read outside of its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
from numpy.typing import NDArray

from graphflow import Calculator, Graph, Option, SidePackets, UnusableFile

opened: list[tuple[str, str]] = []


class Uses(Calculator):
    """Names what it uses in a side packet or in an option, and notes that it was opened."""

    name: str = Option(default="")

    @classmethod
    def named(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        name = side_packets.get("file") or options["name"]
        return [name] if name else []

    def open(self, file: str = "") -> None:
        opened.append((type(self).__name__, file or self.name))


class Writes(Uses):
    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return cls.named(options, side_packets)


class Reads(Uses):
    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return cls.named(options, side_packets)


class Fetches(Uses):
    @classmethod
    def fetches(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return cls.named(options, side_packets)


class Needs(Calculator):
    """Cannot do without its option."""

    name: str = Option()

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return [options["name"]]

    def open(self) -> None:
        opened.append((type(self).__name__, self.name))


USERS = [Writes, Reads, Fetches, Needs]

INNER = "graphflow: 1\nside_packets: {f: {optional: true}}\nnodes: {use: {calculator: CALC, side_packets: {file: f}}}\n"
OPTIONS = "graphflow: 1\noptions: {n: {type: str}}\nnodes: {use: {calculator: CALC, options: {name: '${n}'}}}\n"
OWN = "graphflow: 1\noptions: {n: {default: NAME}}\nnodes: {use: {calculator: CALC, options: {name: '${n}'}}}\n"
DEFAULT = (
    "graphflow: 1\nside_packets: {f: {default: NAME}}\nnodes: {use: {calculator: CALC, side_packets: {file: f}}}\n"
)
MADE = "c: {calculator: ConstantSidePacket, options: {packet: [NAME]}, output_side_packets: {packet: p}}"

WAYS = {
    "literal": "nodes: {use: {calculator: CALC, side_packets: {file: {value: NAME}}}}",
    "default": "side_packets: {p: {default: NAME}}\nnodes: {use: {calculator: CALC, side_packets: {file: p}}}",
    "option": "nodes: {use: {calculator: CALC, options: {name: NAME}}}",
    "option of the graph": "options: {n: {default: NAME}}\nnodes: {use: {calculator: CALC, options: {name: '${n}'}}}",
    "literal through a subgraph": "nodes: {use: {subgraph: inner.yaml, side_packets: {f: {value: NAME}}}}",
    "default through a subgraph": "side_packets: {p: {default: NAME}}\n"
    "nodes: {use: {subgraph: inner.yaml, side_packets: {f: p}}}",
    "default of a subgraph": "nodes: {use: {subgraph: default.yaml}}",
    "default of a subgraph, left open": "side_packets: {p: {optional: true}}\n"
    "nodes: {use: {subgraph: default.yaml, side_packets: {f: p}}}",
    "option of a subgraph": "nodes: {use: {subgraph: options.yaml, options: {n: NAME}}}",
    "option that a subgraph has by default": "nodes: {use: {subgraph: own.yaml}}",
    "literal in a switch": "nodes: {use: {switch: [{calculator: CALC}, {calculator: CALC}], select: 0, "
    "side_packets: {file: {value: NAME}}}}",
    "option in a switch": "nodes: {use: {switch: [{calculator: CALC, options: {name: NAME}}], select: 0}}",
    "made by a node": f"nodes:\n  use: {{calculator: CALC, side_packets: {{file: p}}}}\n  {MADE}",
    "made by a node, through a subgraph": f"nodes:\n  use: {{subgraph: inner.yaml, side_packets: {{f: p}}}}\n  {MADE}",
}

KINDS = {
    "Writes": ("../victim", "would write '../victim', which only the graph names", "--allow-files", "allow_files"),
    "Reads": ("../secret", "would read '../secret', which only the graph names", "--allow-files", "allow_files"),
    "Fetches": ("http://h/x", "would fetch 'http://h/x', which only the graph", "--allow-network", "allow_network"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret").touch()
    monkeypatch.chdir(home)
    opened.clear()
    return home


def load(text: str, calculator: str, name: str, **options: Any) -> Graph:
    def filled(text: str) -> str:
        return text.replace("CALC", calculator).replace("NAME", f"'{name}'")

    for file, inner in (("inner", INNER), ("options", OPTIONS), ("default", DEFAULT), ("own", OWN)):
        Path(f"{file}.yaml").write_text(filled(inner))
    Path("graph.yaml").write_text(f"graphflow: 1\n{filled(text)}\n")
    return Graph.load("graph.yaml", calculators=USERS, options=options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_what_only_a_graph_file_names_is_refused(way: str, kind: str) -> None:
    name, message, option, permission = KINDS[kind]
    graph = load(WAYS[way], kind, name)
    with pytest.raises(UnusableFile, match=message) as refused:
        graph.run()
    assert not opened
    assert option in str(refused.value) and f"{permission}=True" in str(refused.value)
    assert ".yaml:" in str(refused.value)
    graph.run(**{permission: True})  # type: ignore[arg-type]
    assert opened == [(kind, name)]


@pytest.mark.parametrize("kind", KINDS)
def test_one_permission_is_not_the_other(kind: str) -> None:
    name, _, _, permission = KINDS[kind]
    other = {"allow_files", "allow_network"} - {permission}
    with pytest.raises(UnusableFile, match="which only the graph names"):
        load(WAYS["literal"], kind, name).run(**dict.fromkeys(other, True))  # type: ignore[arg-type]


def test_the_place_of_the_name_is_told() -> None:
    graph = load("nodes:\n  use:\n    calculator: Writes\n    side_packets:\n      file: {value: NAME}", "", "x")
    with pytest.raises(UnusableFile, match=r"node 'use' would write 'x', which only the graph names \(graph.yaml:6\)"):
        graph.start()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["default", "default through a subgraph", "default of a subgraph, left open"])
def test_a_side_packet_that_is_given_needs_no_permission(way: str, kind: str) -> None:
    load(WAYS[way], kind, "of the file").run(side_packets={"p": "/given"})
    assert opened == [(kind, "/given")]


@pytest.mark.parametrize("kind", [*KINDS, "Needs"])
def test_an_option_that_is_given_needs_no_permission(kind: str) -> None:
    load(WAYS["option"], kind, "of the file", **{"use.name": "/given"}).run()
    load(WAYS["option of the graph"], kind, "of the file", n="/given").run()
    assert opened == [(kind, "/given")] * 2


def test_a_class_that_cannot_do_without_the_name_is_refused_likewise() -> None:
    with pytest.raises(UnusableFile, match="node 'use' would write 'x'"):
        load(WAYS["option"], "Needs", "x").run()


def test_what_is_given_may_go_through_a_node() -> None:
    text = (
        "side_packets: {p: {type: str}}\nnodes:\n  use: {calculator: Writes, side_packets: {file: q}}\n  d: "
        "{calculator: DefaultSidePacket, side_packets: {optional_value: p, default_value: {value: mine}}, "
        "output_side_packets: {value: q}}"
    )
    load(text, "Writes", "").run(side_packets={"p": "/given"})
    assert opened == [("Writes", "/given")]


@pytest.mark.parametrize("name", ["file", "./deep/file", "new"])
def test_a_graph_reads_from_its_own_folder(name: str, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "file").touch()
    load(WAYS["literal"], "Reads", name).run()
    load(WAYS["made by a node"], "Reads", str(folder / name)).run()
    assert len(opened) == 2


@pytest.mark.parametrize("name", ["link", "folder/secret", "deep/../../secret", "/etc/hostname", "x\0", "../home2/x"])
def test_links_do_not_lead_out_of_it(name: str, folder: Path) -> None:
    (folder / "link").symlink_to("../secret")
    (folder / "folder").symlink_to("..")
    graph = load("side_packets: {p: {default: x}}\nnodes: {use: {calculator: Reads, side_packets: {file: p}}}", "", "")
    there = graph.plan.side_packets
    plan = replace(graph.plan, side_packets={"p": there["p"]._replace(default=name)})  # also one that YAML cannot say
    with pytest.raises(UnusableFile, match="would read"):
        Graph(plan).run()
    assert not opened


def test_a_text_counts_as_a_file_of_the_working_folder(folder: Path) -> None:
    text = "graphflow: 1\nnodes: {use: {calculator: Reads, options: {name: FILE}}}"
    Graph.parse(text, calculators=USERS).run()
    with pytest.raises(UnusableFile, match="would read '../secret'"):
        Graph.parse(text.replace("FILE", "../secret"), calculators=USERS).run()


@pytest.mark.parametrize("way", WAYS)
def test_relative_names_are_meant_below_the_output_folder(way: str, folder: Path) -> None:
    load(WAYS[way], "Writes", "rows/x").run(output_dir="out")
    assert opened == [("Writes", str(folder / "out" / "rows/x"))]
    assert (folder / "out").is_dir()


@pytest.mark.parametrize("name", ["../x", "/x", "~/x", "link/x", "deep/../../x"])
@pytest.mark.parametrize("way", ["literal", "option", "made by a node"])
def test_nothing_is_written_beside_the_output_folder(way: str, name: str, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "link").symlink_to("..")
    with pytest.raises(UnusableFile, match="would write"):
        load(WAYS[way], "Writes", name).run(output_dir="out")
    assert not opened


def test_an_absolute_name_below_the_output_folder_is_fine(folder: Path) -> None:
    load(WAYS["literal"], "Writes", str(folder / "out" / "x")).run(output_dir="../home/out")
    assert opened == [("Writes", str(folder / "out" / "x"))]


def test_an_output_folder_that_is_a_file_is_told(folder: Path) -> None:
    (folder / "out").touch()
    with pytest.raises(UnusableFile, match="out' cannot be made"):
        load(WAYS["literal"], "Writes", "x").run(output_dir="out")


def test_a_switch_that_a_side_packet_controls_hides_nothing() -> None:
    text = (
        "side_packets: {s: {type: int, default: 0}}\nnodes:\n  use: {switch: [{calculator: Fetches}, {calculator: "
        "Writes}], side_packets: {select: s, file: {value: '../victim'}}}"
    )
    with pytest.raises(UnusableFile, match="would fetch '../victim'"):
        load(text, "", "").run()
    with pytest.raises(UnusableFile, match="would write '../victim'"):
        load(text, "", "").run(side_packets={"s": 1})
    assert not opened


def test_names_in_the_graphs_that_come_with_graphflow_are_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphflow.plan.permissions.is_bundled", lambda file: not file.endswith("graph.yaml"))
    load(WAYS["default of a subgraph"], "Writes", "/its own").run()
    load(WAYS["option that a subgraph has by default"], "Writes", "/its own").run()
    assert opened == [("Writes", "/its own")] * 2
    with pytest.raises(UnusableFile, match="would write"):  # a file's own name in one of those is not
        load(WAYS["literal through a subgraph"], "Writes", "/x").run()
    with pytest.raises(UnusableFile, match="would write"):
        load(WAYS["option of a subgraph"], "Writes", "/x").run()


class Table(SidePackets):
    table: NDArray[numpy.float32]


class Makes(Calculator):
    """Makes a side packet that has no truth value."""

    def open(self) -> Table:
        return Table(table=numpy.ones(3, numpy.float32))


class Takes(Calculator):
    def open(self, table: NDArray[numpy.float32], word: str) -> None:
        opened.append((word, str(table.sum())))


def test_what_a_node_makes_is_no_name_whatever_its_type() -> None:
    opened.clear()
    text = """graphflow: 1
side_packets: [word]
nodes:
  makes: {calculator: Makes, output_side_packets: {table: table}}
  takes: {calculator: Takes, side_packets: {table: table, word: word}}
"""
    Graph.parse(text, calculators=[Makes, Takes]).run(side_packets={"word": "hello"})
    assert opened == [("hello", "3.0")]


class WritesStatic(Calculator):
    """Says what it writes by a static method."""

    @staticmethod
    def writes(options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:  # type: ignore[override]
        return ["/nowhere/else.txt"] if side_packets.get("file") else []

    def open(self, file: str) -> None:
        opened.append(("static", file))


def test_a_static_method_tells_as_well() -> None:
    text = "graphflow: 1\nnodes: {n: {calculator: WritesStatic, side_packets: {file: {value: x}}}}\n"
    with pytest.raises(UnusableFile, match="write"):
        Graph.parse(text, calculators=[WritesStatic]).run()
