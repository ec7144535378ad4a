"""What a run tells of packets follows from what calculators declare, never from what a port is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphflow.checking import check_file
from graphflow.cli.progress import Progress
from graphflow.packet import Packet
from graphflow.registry import Registry
from graphflow.tally import Tally
from tests.cli.conftest import Command

CALCULATORS = '''\
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Annotated, Any

from graphflow import Calculator, Context, Option, Packet, SidePackets


class About(SidePackets):
    book: Any = None


class Scanner(Calculator):
    """Six pages, one of them crumpled."""

    packet_noun = "page"
    packet_names = "book"
    counter_kinds = {"in_the_tray": "expected", "crumpled": "flaws"}

    def open(self, ctx: Context) -> About:
        ctx.count("in_the_tray", 6)
        ctx.count("lamps", 2)
        return About(book=SimpleNamespace(names={0: "cover"}))

    def process(self, ctx: Context) -> Iterator[Packet[int]]:
        ctx.count("crumpled")
        for page in range(6):
            yield Packet(page, page)


class OddOnly(Calculator):
    """Leaves out every other page."""

    drops = True
    counter_kinds = {"even": "dropped"}

    def process(self, page: int, ctx: Context) -> Annotated[int | None, "page"]:
        if page % 2 == 0:
            ctx.count("even")
        return page if page % 2 else None


class Words(Calculator):
    """As many words as the number of the page."""

    def process(self, page: int) -> list[str]:
        return ["word"] * page


class Camera(Calculator):
    """Declares nothing, whatever its port is called."""

    def process(self) -> Iterator[Annotated[Packet[int], "image"]]:
        for number in range(3):
            yield Packet(number, number)

'''

BOOK = """\
graphflow: 1
outputs: [words]
nodes:
  scanner: {calculator: Scanner, outputs: {out: pages}, output_side_packets: {book: book}}
  odd: {calculator: OddOnly, inputs: {page: pages}, outputs: {page: odd_pages}}
  words: {calculator: Words, inputs: {page: odd_pages}, outputs: {out: words}}
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(CALCULATORS)
    (tmp_path / "book.yaml").write_text(BOOK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_packets_have_the_noun_of_their_source_and_counters_are_told_by_kind(book: Path, graphflow: Command) -> None:
    told = graphflow("run", "book.yaml", "--calculators", "mine.py", "--save", "words=words.jsonl").err.splitlines()
    assert told[0].startswith("6 pages, 3 processed, ") and told[0].endswith(", 3 dropped")
    assert told[1:] == ["  odd/even: 3", "  scanner/crumpled: 1"]


def test_rows_name_their_packets_and_say_which_were_dropped(book: Path, graphflow: Command) -> None:
    graphflow("run", "book.yaml", "--calculators", "mine.py", "--save", "words=words.jsonl")
    rows = [json.loads(line) for line in (book / "words.jsonl").read_text().splitlines()]
    assert [row.get("dropped", False) for row in rows] == [True, False, True, False, True, False]
    assert rows[0]["picture"] == "cover"


def test_a_port_called_image_or_allow_declares_nothing(book: Path, graphflow: Command) -> None:
    (book / "plain.yaml").write_text(
        "graphflow: 1\noutputs: [multi_face_landmarks]\nnodes:\n"
        "  camera: {calculator: Camera, outputs: {image: x}}\n"
        "  same: {calculator: PassThrough, inputs: {allow: x}, outputs: {allow: multi_face_landmarks}}\n"
    )
    command = ("run", "plain.yaml", "--calculators", "mine.py", "--save", "multi_face_landmarks=out.jsonl")
    assert graphflow(*command).err.startswith("3 packets in, 3 out, ")


def test_while_it_goes_on_a_run_says_how_many_are_expected_and_the_length_of_the_first_list(book: Path) -> None:
    from graphflow.calculator_files import load_calculators_file

    checked = check_file("book.yaml", Registry(load_calculators_file(Path("mine.py"))))
    assert checked.plan is not None
    tally, seconds = Tally(checked.plan), iter([0.0, 2.0, 2.0, 2.0])
    progress = Progress(tally, lambda: {"scanner/in_the_tray": 6}, quiet=True, now=lambda: next(seconds))
    packets: dict[str, Any] = {"pages": 0, "words": ["a", "b"]}
    for stream, callback, _ in tally.observers():
        callback(Packet(packets[stream], 0))
    assert progress.line() == "1 of 6 pages, 0.5/s, words: 2, 10 s left"
