"""Folders, lists, tables and manifests of somebody else: nothing outside is touched, nothing hangs or bursts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from graphflow import UnusableFile
from graphflow.corpus import inputs, list_file
from graphflow.corpus.inputs import inputs_of
from graphflow.corpus.status import status_of
from graphflow.errors import NotPermitted
from tests.corpus.conftest import mapped, statuses

OUT = Path("out")
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")


def table(folder: Path, *rows: dict[str, Any]) -> str:
    (folder / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "t.jsonl"


@pytest.mark.parametrize("content", [b"precious", b"", b"precious\n", b'{"input": "a.mp4"}\n'])
def test_a_manifest_that_is_a_link_is_not_followed(folder: Path, orders: list[str], content: bytes) -> None:
    (folder / "victim").write_bytes(content)
    OUT.mkdir()
    (OUT / "manifest.jsonl").symlink_to(folder / "victim")
    with pytest.raises(UnusableFile, match="is a link, which may lead anywhere"):
        mapped()
    (folder / "victim").unlink()
    with pytest.raises(UnusableFile, match="is a link"):
        mapped()
    assert not (folder / "victim").exists() and not orders


@pytest.mark.parametrize("content", [b"precious", b'{"mine": 1}', b'{"mine": 1}\n'])
def test_a_file_of_the_manifests_name_that_is_none_stays(folder: Path, orders: list[str], content: bytes) -> None:
    OUT.mkdir()
    (OUT / "manifest.jsonl").write_bytes(content)
    with pytest.raises(UnusableFile, match="was not written by this version"):
        mapped()
    assert (OUT / "manifest.jsonl").read_bytes() == content


def test_an_empty_manifest_makes_a_full_folder_nobodys(folder: Path, orders: list[str]) -> None:
    (OUT / "a.mp4").mkdir(parents=True)
    (OUT / "manifest.jsonl").touch()
    with pytest.raises(UnusableFile, match="is not empty, and no manifest is in it"):
        mapped()
    (OUT / "a.mp4").rmdir()
    (OUT / "manifest.jsonl").write_bytes(b'{"graphflow": "map", "ver')  # cut off by a kill
    assert set(statuses(mapped()).values()) == {"done"}


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).symlink_to("/dev/zero")])
def test_a_manifest_that_never_ends_is_refused(folder: Path, orders: list[str], make: Any) -> None:
    OUT.mkdir()
    make(OUT / "manifest.jsonl")
    with pytest.raises(UnusableFile):
        mapped()
    with pytest.raises(UnusableFile, match="it is not an ordinary file"):
        status_of(OUT)


@pytest.mark.parametrize("line", ['{"input": "a.mp4", "other": 1}', "{}", '{"graphflow": "map", "version": 0}'])
def test_a_file_that_is_no_manifest_has_no_status(folder: Path, line: str) -> None:
    OUT.mkdir()
    (OUT / "manifest.jsonl").write_text(f"{line}\n")
    with pytest.raises(UnusableFile, match=r"manifest\.jsonl' (was not written by|is damaged)"):
        status_of(OUT)


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        f'{{"a": {DEEP}}}',
        f'{{"input": {DEEP}}}',
        '{"input": ["a.mp4"]}',
        ' {"input": ["a.mp4"]}',
        '{"input": "a.mp4"}',
        '{"input": "a.mp4", "status": "done", "attempts": "many", "ended": 1}',
        '{"input": "a.mp4", "status": "done", "attempts": 1, "ended": NaN}',
        '{"input": "a.mp4", "status": "failed", "attempts": 1, "ended": 1}',
        '{"input": "a.mp4", "status": "failed", "attempts": 1, "ended": 1, "error": {"kind": "X", "message": 5}}',
        '{"input": "a.mp4", "status": "done", "attempts": 1, "ended": 1, "frames": "a"}',
        '{"run": 1}',
        '{"run": {"inputs": "a", "began": 1}}',
    ],
)
def test_a_damaged_line_is_told(folder: Path, orders: list[str], line: str) -> None:
    statuses(mapped())
    with (OUT / "manifest.jsonl").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(UnusableFile, match="is damaged; remove it"):
        status_of(OUT)
    if "run" not in line:
        with pytest.raises(UnusableFile, match="is damaged; remove it"):
            statuses(mapped())


@pytest.mark.parametrize(
    "head", [{"graphflow": "map", "version": 1}, {"graphflow": "map", "version": 1, "fingerprint": 3}]
)
def test_a_head_without_a_fingerprint_is_damaged(folder: Path, orders: list[str], head: dict[str, Any]) -> None:
    OUT.mkdir()
    (OUT / "manifest.jsonl").write_text(json.dumps(head) + "\n")
    with pytest.raises(UnusableFile, match="is damaged"):
        mapped()


def test_a_line_without_end_is_not_read(folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    statuses(mapped())
    monkeypatch.setattr("graphflow.corpus.manifest._LONGEST", 100_000)
    with (OUT / "manifest.jsonl").open("a") as file:
        file.write("x" * 100_001)
    with pytest.raises(UnusableFile, match="is damaged"):
        mapped()


def test_results_are_not_kept_through_a_link(folder: Path, orders: list[str]) -> None:
    statuses(mapped())
    (folder / "home" / "c.mp4").mkdir(parents=True)
    (folder / "home" / "c.mp4" / "precious").touch()
    (OUT / "sub").symlink_to(folder / "home")
    (OUT / "last").symlink_to(folder / "home")
    rows = [{"name": "sub/c.mp4", "input": "in/a.mp4"}, {"name": "last", "input": "in/a.mp4"}]
    run = list(mapped(table(folder, *rows)))
    assert [outcome.status for outcome in run] == ["failed", "done"]
    assert run[0].error and "is a link, which leads elsewhere" in run[0].error["message"]
    assert (folder / "home" / "c.mp4" / "precious").exists() and not (OUT / "last").is_symlink()
    (folder / "in" / "bad.mp4").write_text("bad")
    assert statuses(mapped(table(folder, {"name": "sub/c.mp4", "input": "in/bad.mp4"}))) == {"sub/c.mp4": "failed"}
    assert (folder / "home" / "c.mp4" / "precious").exists()


def test_the_folder_for_what_is_unfinished_is_no_link(folder: Path, orders: list[str]) -> None:
    (folder / "home").mkdir()
    (folder / "home" / "precious").touch()
    OUT.mkdir()
    (OUT / ".graphflow-work").symlink_to(folder / "home")
    with pytest.raises(UnusableFile, match="cannot be written"):
        mapped()
    assert (folder / "home" / "precious").exists()


def test_what_is_read_does_not_lie_where_results_are_replaced(folder: Path, orders: list[str]) -> None:
    statuses(mapped())
    (OUT / "z.mp4").write_text("1\n")
    (OUT / "list.txt").write_text("../in/a.mp4\n")
    (folder / "link.mp4").symlink_to(OUT.resolve() / "z.mp4")
    (folder / "list.txt").write_text("out/z.mp4\n")
    rows = table(folder, {"name": "new", "input": "out/z.mp4"})
    for word in ("out/z.mp4", "out/list.txt", "link.mp4", "list.txt", rows, {"input": "out/z.mp4"}):
        with pytest.raises(UnusableFile, match="where results are kept and replaced"):
            mapped(word)
    (folder / "reader.py").rename(OUT / "reader.py")
    (folder / "reader.py").symlink_to(OUT.resolve() / "reader.py")
    with pytest.raises(UnusableFile, match="where results are kept and replaced"):
        mapped("in", output_dir="out")


def test_a_name_that_is_too_long_fails_alone(folder: Path, orders: list[str]) -> None:
    long = ["x" * 300, "/".join(["y" * 200] * 30)]
    rows = table(folder, *({"name": name, "input": "in/a.mp4"} for name in (*long, "b")))
    for _ in range(2):
        assert statuses(mapped(rows)) == dict.fromkeys(long, "failed") | {"b": "done"}


def test_no_results_lie_in_those_of_another_input(folder: Path, orders: list[str]) -> None:
    for names in (["a", "a/b"], ["a/b/c", "a"]):
        with pytest.raises(UnusableFile, match="would lie in the folder of those of 'a'"):
            mapped(table(folder, *({"name": name, "input": "in/a.mp4"} for name in names)))
    statuses(mapped(table(folder, {"name": "a/b", "input": "in/a.mp4"})))
    for _ in range(2):  # and the folder is not taken
        with pytest.raises(UnusableFile, match="would lie in the folder of those of 'a'"):
            mapped(table(folder, {"name": "a", "input": "in/a.mp4"}))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": "a\0b", "input": "in/a.mp4"}, "no file can have the name"),
        ({"name": "a\ud800", "input": "in/a.mp4"}, "no file can have the name"),
        ({"name": "a", "input": "in/a\0.mp4"}, "no file can have the name"),
        ({"name": "a", "input": "in/\ud800"}, "no file can have the name"),
        ({"name": "manifest.jsonl/a", "input": "in/a.mp4"}, "is the manifest's name"),
    ],
)
def test_names_that_no_file_can_have_are_refused(folder: Path, row: dict[str, Any], message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        inputs_of([table(folder, row)], OUT)


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".jsonl"])
def test_lists_are_ordinary_files_of_some_size(folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(f"pipe{suffix}")
    (folder / f"zero{suffix}").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(UnusableFile, match="it is not an ordinary file"):
            inputs_of([f"{name}{suffix}"], OUT)
    monkeypatch.setattr(list_file, "LARGEST_LIST", 10)
    (folder / f"list{suffix}").write_text("x" * 11)
    with pytest.raises(UnusableFile, match="has more than 10 bytes"):
        inputs_of([f"list{suffix}"], OUT)


def test_a_row_is_not_nested_without_end(folder: Path) -> None:
    (folder / "t.jsonl").write_text(f'{{"name": "a", "x": {DEEP}}}\n')
    with pytest.raises(UnusableFile, match="row 1 cannot be read: it is nested too deeply"):
        inputs_of(["t.jsonl"], OUT)


def test_inputs_have_a_number(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MOST_INPUTS", 3)
    assert len(inputs_of(["in"], OUT)) == 3
    (folder / "in" / "d.mp4").touch()
    with pytest.raises(UnusableFile, match="more than 3 inputs"):
        inputs_of(["in"], OUT)


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".jsonl"])
def test_a_list_that_is_too_long_is_not_read_to_its_end(
    folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "MOST_INPUTS", 3)
    lines = [f'{{"name": "{number}"}}' if suffix == ".jsonl" else str(number) for number in range(100_000)]
    header = ["name"] if suffix == ".csv" else []
    file = folder / f"list{suffix}"
    file.write_text("\n\n".join([*header, *lines[:3], ""]))
    assert len(inputs_of([file], OUT)) == 3
    file.write_text("\n".join([*header, *lines, "\udcff"]), errors="surrogateescape")  # an end that cannot be read
    with pytest.raises(UnusableFile, match="more than 3 rows"):
        inputs_of([file], OUT)


def test_a_table_that_is_too_long_is_known_by_its_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    monkeypatch.setattr(inputs, "MOST_INPUTS", 3)
    parquet.write_table(pyarrow.table({"name": ["a", "b", "c", "d"]}), "t.parquet")
    with pytest.raises(UnusableFile, match="more than 3 rows"):
        inputs_of(["t.parquet"], OUT)


def test_pipes_and_devices_of_a_list_fail_and_are_not_waited_for(folder: Path, orders: list[str]) -> None:
    os.mkfifo("pipe")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "list.txt").write_text("pipe\nzero\n")
    for verify in (False, True):
        for outcome in mapped("list.txt", verify=verify, retry_failed=True, output_dir=f"out {verify}"):
            assert outcome.error and "it is not an ordinary file" in outcome.error["message"]
    assert not orders


def test_addresses_of_lists_are_fetched_only_if_that_is_allowed(folder: Path, orders: list[str]) -> None:
    (folder / "list.txt").write_text("http://127.0.0.1:1/a.mp4?token=1\n")
    rows = table(folder, {"name": "a", "input": "http://127.0.0.1:1/a.mp4?token=1"})
    for word in ("list.txt", rows):
        with pytest.raises(NotPermitted, match="add --allow-network") as refused:
            mapped(word)
        assert "token" not in str(refused.value)
        assert len(inputs_of([word], OUT, allow_network=True)) == 1
    assert len(inputs_of(["http://127.0.0.1:1/a.mp4"], OUT)) == 1


WRITER = '''
class Writer(Calculator):
    """Write a file that a side packet names."""

    @classmethod
    def writes(cls, options, side_packets):
        return [side_packets["log"]] if side_packets.get("log") else []

    def open(self, log: str = "") -> None:
        if log:
            Path(log).write_text("written")

    def process(self, item: int) -> None:
        pass
'''
LOG = "  writer: {calculator: Writer, inputs: {item: number}, side_packets: {log: log}}\n"


def with_writer(folder: Path, log: str) -> None:
    with (folder / "reader.py").open("a") as file:
        file.write(WRITER)
    text = (folder / "numbers.yaml").read_text().replace("nodes:\n", f"  log: {log}\nnodes:\n" + LOG)
    (folder / "numbers.yaml").write_text(text)


def test_a_table_does_not_say_where_is_written(folder: Path, orders: list[str]) -> None:
    with_writer(folder, "{default: ''}")
    word = table(folder, {"name": "a", "input": "in/a.mp4", "log": str(folder / "victim")})
    (outcome,) = mapped(word)
    assert outcome.error and "outside of the folder for the results of this input" in outcome.error["message"]
    assert outcome.error["kind"] == "NotPermitted" and not (folder / "victim").exists()
    (outcome,) = mapped(word, allow_files=True, retry_failed=True)
    assert outcome.done and (folder / "victim").exists()


def test_what_a_graph_may_not_is_refused_before_anything_is_made_or_read(folder: Path, orders: list[str]) -> None:
    with_writer(folder, f"{{default: {folder / 'victim'}}}")
    with pytest.raises(NotPermitted, match="which only the graph names"):
        mapped()
    assert not OUT.exists() and not (folder / "victim").exists()


def test_a_run_that_is_left_at_once_leaves_nothing_unfinished(folder: Path, orders: list[str]) -> None:
    run = mapped()
    (OUT / ".graphflow-work" / "0").mkdir(parents=True)
    run.stop()
    run.abandon()
    assert not (OUT / ".graphflow-work").exists()
    run.close()
