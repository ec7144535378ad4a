"""What words of the command line mean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from graphflow import MissingResource, SidePacketError, UnusableFile
from graphflow.corpus.inputs import inputs_of
from tests.corpus.conftest import mapped


def names(*words: Any) -> list[str]:
    return [one.name for one in inputs_of(words, Path("out"))]


def test_a_folder_means_the_clips_and_pictures_below_it(folder: Path) -> None:
    (folder / "in" / "notes.md").write_text("none")
    (folder / "in" / ".hidden.mp4").write_text("none")
    assert names("in") == ["a.mp4", "b.mp4", "deep/c.mp4"]


def test_a_pattern_names_from_its_first_fixed_folder(folder: Path) -> None:
    assert names("in/**/*.mp4") == ["a.mp4", "b.mp4", "deep/c.mp4"]
    assert names("in/deep/*") == ["c.mp4"]


def test_results_are_no_inputs(folder: Path) -> None:
    (folder / "out" / "a.mp4").mkdir(parents=True)
    (folder / "out" / "a.mp4" / "output.mp4").write_text("9")
    assert names(".") == ["in/a.mp4", "in/b.mp4", "in/deep/c.mp4"]
    assert names("**/*.mp4") == ["in/a.mp4", "in/b.mp4", "in/deep/c.mp4"]


def test_a_list_means_from_its_own_folder(folder: Path) -> None:
    (folder / "in" / "list.txt").write_text("a.mp4\n\n./deep/c.mp4\n")
    found = inputs_of(["in/list.txt"], Path("out"))
    assert [one.name for one in found] == ["a.mp4", "deep/c.mp4"]
    assert found[1].path == str(folder / "in" / "deep" / "c.mp4")


def test_a_table_gives_side_packets(folder: Path) -> None:
    (folder / "t.csv").write_text("name,input,num\nfirst,in/a.mp4,1\nsecond,in/a.mp4,2\n")
    found = inputs_of(["t.csv"], Path("out"))
    assert [(one.name, one.side_packets["num"]) for one in found] == [("first", "1"), ("second", "2")]
    (folder / "t.jsonl").write_text('{"input": "in/a.mp4", "num": 1}\n{"input": "in/b.mp4"}\n')
    found = inputs_of(["t.jsonl"], Path("out"))
    assert [one.name for one in found] == ["in/a.mp4", "in/b.mp4"]
    assert found[0].side_packets == {"input": str(folder / "in" / "a.mp4"), "num": 1}


def test_a_column_that_is_no_side_packet_is_refused(folder: Path) -> None:
    (folder / "t.csv").write_text("input,num\nin/a.mp4,1\n")
    with pytest.raises(SidePacketError, match="has no such side packet; it has: input"):
        mapped("t.csv")


def test_an_address_is_an_input_without_its_secrets_in_the_name(folder: Path) -> None:
    (one,) = inputs_of(["https://me:secret@host/a.mp4?token=1"], Path("out"))
    assert one.path == "https://me:secret@host/a.mp4?token=1"
    assert "secret" not in one.name and "token" not in one.name


def test_a_file_with_a_number_for_a_name_is_no_camera(folder: Path) -> None:
    (folder / "0").write_text("1\n")
    assert inputs_of(["0"], Path("out"))[0].path == str(folder / "0")


def test_inputs_as_a_program_has_them(folder: Path) -> None:
    found = inputs_of([Path("in/a.mp4"), {"name": "x/y", "input": Path("in/b.mp4")}], Path("out"))
    assert [one.name for one in found] == ["a.mp4", "x/y"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["in/a.mp4", "in/deep/a.mp4"], "would both have their results in 'a.mp4'"),
        ([{"name": "../x"}], "there can be no folder '../x'"),
        ([{"name": "/x"}], "there can be no folder '/x'"),
        ([{"name": "manifest.jsonl"}], "the manifest's name"),
        ([{"num": 1}], "give a column 'input' or 'name'"),
        (["bad.csv"], "row 1 does not have the columns"),
        (["bad.jsonl"], "row 2 cannot be read"),
    ],
)
def test_what_cannot_be_is_refused(folder: Path, words: list[Any], message: str) -> None:
    (folder / "in" / "deep" / "a.mp4").write_text("1")
    (folder / "bad.csv").write_text("input,num\nin/a.mp4\n")
    (folder / "bad.jsonl").write_text('{"input": "in/a.mp4"}\n{\n')
    with pytest.raises(UnusableFile, match=message):
        inputs_of(words, Path("out"))


@pytest.mark.parametrize("word", ["nothing.mp4", "nothing/*.mp4", "empty"])
def test_what_is_not_there_is_refused(folder: Path, word: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(MissingResource):
        inputs_of([word], Path("out"))


def test_only_the_end_of_a_line_ends_a_name(folder: Path) -> None:
    for name in ("a\x0bb.mp4", "a\u2028b.mp4"):
        (folder / "list.txt").write_text(f"{name}\r\n")
        (folder / "t.jsonl").write_text(f'{{"input": "{name}"}}\n'.replace("\x0b", "\\u000b"))
        assert names("list.txt") == names("t.jsonl") == [name]
    (folder / "t.csv").write_text('name,input\n"a\nb",in/a.mp4\n')
    assert names("t.csv") == ["a\nb"]


def test_a_parquet_table_gives_side_packets_and_null_means_the_default(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"input": ["in/a.mp4", "in/b.mp4"], "num": [1, None]}), "t.parquet")
    found = inputs_of(["t.parquet"], Path("out"))
    assert [one.side_packets.get("num") for one in found] == [1, None]
    assert found[1].side_packets == {"input": str(folder / "in" / "b.mp4")}
    (folder / "bad.parquet").write_text("none")
    with pytest.raises(UnusableFile, match="'bad.parquet' cannot be read"):
        inputs_of(["bad.parquet"], Path("out"))


def test_without_pyarrow_the_message_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (folder / "t.parquet").write_text("none")
    with pytest.raises(MissingResource, match="pip install pyarrow"):
        inputs_of(["t.parquet"], Path("out"))
