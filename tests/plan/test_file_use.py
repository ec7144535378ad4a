"""What a run reads is not replaced by it, whoever starts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from graphflow import Calculator, Graph, Packet, SidePacketError, UnusableFile


class Reader(Calculator):
    """Reads a file."""

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return [side_packets["source"]] if "source" in side_packets else []

    def open(self, source: str) -> None:
        raise AssertionError("nothing is opened before the names are looked at")

    def process(self) -> Iterator[Packet[int]]:
        yield Packet(1, 1)


class Writer(Calculator):
    """Writes a file."""

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> list[str]:
        return [side_packets["target"]]

    def open(self, target: str) -> None:
        raise AssertionError("nothing is opened before the names are looked at")

    def process(self, item: int) -> None:
        pass


GRAPH = """\
graphflow: 1
side_packets: {source: , target: {default: a}, other: {default: other}}
nodes:
  read: {calculator: Reader, outputs: {out: x}, side_packets: {source: source}}
  write: {calculator: Writer, inputs: {item: x}, side_packets: {target: target}}
  again: {calculator: Writer, inputs: {item: x}, side_packets: {target: other}}
"""


def run(text: str = GRAPH, **side_packets: str) -> None:
    graph = Graph.parse(text, calculators=[Reader, Writer])
    with graph.start(side_packets, allow_files=True) as started:
        started.wait_until_done()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").touch()
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "hard").hardlink_to("a")
    return tmp_path


@pytest.mark.parametrize("source", ["a", "./a", "link", "hard"])
def test_a_file_that_a_node_reads_is_not_replaced_by_another(source: str, folder: Path) -> None:
    with pytest.raises(UnusableFile, match="node 'write' would replace 'a', which node 'read' reads"):
        run(source=source)
    with pytest.raises(UnusableFile, match="node 'write' would replace"):
        run(source=str(folder / source), target="link")


def test_values_in_the_graph_file_count_as_well() -> None:
    with pytest.raises(UnusableFile, match="node 'write' would replace 'a', which node 'read' reads"):
        run(GRAPH.replace("{source: source}", "{source: {value: ./a}}").replace("{source: , ", "{"))


@pytest.mark.parametrize("other", ["a", "link", "hard"])
def test_two_results_do_not_share_a_name(other: str) -> None:
    with pytest.raises(UnusableFile, match=f"'{other}' would be written twice, by node 'write' and node 'again'"):
        run(source="b", other=other)


def test_two_results_that_are_not_there_yet_do_not_share_a_name(folder: Path) -> None:
    with pytest.raises(UnusableFile, match="would be written twice"):
        run(source="b", target="new", other=str(folder / "new"))


def test_files_do_not_go_into_a_folder_that_is_read(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a").touch()
    with pytest.raises(
        UnusableFile, match="would write pictures into the folder '.', in which node 'read' reads 'deep/a'"
    ):
        run(source="deep/a", target=".")


def test_a_graph_file_is_not_replaced(folder: Path) -> None:
    (folder / "graph").write_text(GRAPH)
    graph = Graph.load(folder / "graph", calculators=[Reader, Writer])
    with pytest.raises(UnusableFile, match="node 'write' would replace 'graph', which the graph reads"):
        graph.start({"source": "b", "target": "graph"}, allow_files=True)


def test_a_name_that_is_none_is_told_as_such() -> None:
    with pytest.raises(SidePacketError, match="target"):
        run(source="b", target=5)  # type: ignore[arg-type]


def test_other_files_are_opened() -> None:
    with pytest.raises(AssertionError, match="nothing is opened"):
        run(source="b")
