"""What a second run does: what is missing, changed, or failed."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from graphflow import UnusableFile
from graphflow.corpus.manifest import Manifest
from tests.corpus.conftest import mapped, statuses

ALL = {"a.mp4": "done", "b.mp4": "done", "deep/c.mp4": "done"}


def rows(folder: Path, name: str) -> list[int]:
    return [json.loads(line)["value"] for line in (folder / "out" / name / "doubled.jsonl").read_text().splitlines()]


def test_each_input_has_its_results_in_a_folder_of_its_name(folder: Path, orders: list[str]) -> None:
    outcomes = list(mapped())
    assert {one.name: one.frames for one in outcomes} == {"a.mp4": 2, "b.mp4": 1, "deep/c.mp4": 3}
    assert rows(folder, "a.mp4") == [2, 4]
    assert rows(folder, "deep/c.mp4") == [8, 10, 12]
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.mp4", "b.mp4", "deep", "manifest.jsonl"]


def test_a_second_run_does_nothing_and_gives_the_same_outcomes(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    orders.clear()
    again = list(mapped())
    assert orders == []
    assert [one.kept for one in again] == [True] * 3
    assert [one.frames for one in again] == [2, 1, 3]


@pytest.mark.parametrize("verify", [False, True])
def test_a_changed_input_is_done_again(folder: Path, orders: list[str], verify: bool) -> None:
    assert statuses(mapped(verify=verify)) == ALL
    orders.clear()
    (folder / "in" / "b.mp4").write_text("7\n8\n")
    assert statuses(mapped(verify=verify)) == ALL
    assert orders == ["b.mp4"]
    assert rows(folder, "b.mp4") == [14, 16]


def test_with_verify_only_what_is_in_a_file_counts(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped(verify=True)) == ALL
    orders.clear()
    os.utime(folder / "in" / "b.mp4", ns=(0, 0))
    assert statuses(mapped(verify=True)) == ALL
    assert orders == []
    assert statuses(mapped()) == ALL
    assert orders == ["b.mp4"]


def test_results_that_somebody_removed_are_made_again(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    orders.clear()
    shutil.rmtree(folder / "out" / "a.mp4")
    assert statuses(mapped()) == ALL
    assert orders == ["a.mp4"]


def test_what_failed_is_tried_again_only_if_asked_for_or_changed(folder: Path, orders: list[str]) -> None:
    (folder / "in" / "b.mp4").write_text("three\n")
    assert statuses(mapped())["b.mp4"] == "failed"
    orders.clear()
    assert statuses(mapped())["b.mp4"] == "failed"
    assert orders == []
    assert statuses(mapped(retry_failed=True))["b.mp4"] == "failed"
    (folder / "in" / "b.mp4").write_text("3\n")
    assert statuses(mapped()) == ALL
    assert orders == ["b.mp4", "b.mp4"]


def test_an_input_that_fails_after_it_changed_has_no_old_results(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    (folder / "in" / "b.mp4").write_text("three\n")
    assert statuses(mapped())["b.mp4"] == "failed"
    assert not (folder / "out" / "b.mp4").exists()


def test_another_graph_is_refused_with_the_difference(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    with pytest.raises(UnusableFile) as refused:
        mapped(options={"double.times": 3}, save=["doubled", "number.csv"])
    assert str(refused.value) == (
        f"'{folder}/out' holds results of another graph; give another folder:\n"
        "  results.number: number.csv, was not there\n"
        "  nodes.double.options.times: 3, was 2"
    )
    assert statuses(mapped()) == ALL


def test_a_calculator_that_changed_makes_another_graph(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    with (folder / "reader.py").open("a") as file:
        file.write("# changed\n")
    with pytest.raises(UnusableFile, match="reader.py: "):
        mapped()


def test_a_folder_with_something_else_is_refused(folder: Path, orders: list[str]) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "mine.txt").write_text("mine")
    with pytest.raises(UnusableFile, match="not empty, and no manifest"):
        mapped()


def test_only_one_run_has_a_folder(folder: Path, orders: list[str]) -> None:
    with mapped(), pytest.raises(UnusableFile, match="another run is writing into"):
        mapped()
    assert statuses(mapped()) == ALL


def test_a_line_that_was_cut_off_is_dropped(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped()) == ALL
    path = folder / "out" / "manifest.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    orders.clear()
    assert statuses(mapped()) == ALL
    assert orders == ["c.mp4"]
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_a_manifest_cut_off_at_any_byte_is_gone_on_with_or_begun_anew(folder: Path) -> None:
    head = {"nodes": {}}
    with Manifest(folder / "m", head) as manifest:
        manifest.add("a", {"status": "done"})
    whole = (folder / "m" / "manifest.jsonl").read_bytes()
    for size in range(len(whole)):
        (folder / "m" / "manifest.jsonl").write_bytes(whole[:size])
        with Manifest(folder / "m", head) as manifest:
            assert manifest.of("a") is None
            manifest.add("a", {"status": "done"})
        assert (folder / "m" / "manifest.jsonl").read_bytes() == whole


def test_what_a_killed_run_has_left_is_removed(folder: Path, orders: list[str]) -> None:
    (folder / "out" / ".graphflow-work" / "0").mkdir(parents=True)
    (folder / "out" / ".graphflow-work" / "0" / "doubled.jsonl").write_text("half")
    assert statuses(mapped()) == ALL
    assert not (folder / "out" / ".graphflow-work").exists()


def test_a_run_that_is_left_early_leaves_a_whole_manifest(folder: Path, orders: list[str]) -> None:
    for outcome in mapped():
        assert outcome.name == "a.mp4"
        break
    assert len(orders) <= 3
    assert statuses(mapped()) == ALL
    assert sorted(set(orders)) == ["a.mp4", "b.mp4", "c.mp4"]


def test_limit_and_shuffle_choose(folder: Path, orders: list[str]) -> None:
    assert len(statuses(mapped(limit=2, shuffle=5))) == 2
    assert len(orders) == 2
    first = orders[:]
    orders.clear()
    assert statuses(mapped(shuffle=5)) == ALL
    assert sorted({*first, *orders}) == ["a.mp4", "b.mp4", "c.mp4"] and len(orders) == 1


def test_what_is_added_while_a_line_is_read_moves_nothing(tmp_path: Path) -> None:
    with Manifest(tmp_path / "out", {}) as manifest:
        manifest.add("a", {"status": "done", "attempts": 1, "ended": 1.0})
    with Manifest(tmp_path / "out", {}) as manifest:
        line = {"status": "done", "attempts": 1, "ended": 2.0}
        adding = threading.Thread(target=manifest.add, args=("b", line))

        class File:
            """The manifest's file, into which somebody writes as soon as it has been positioned."""

            def __init__(self, file: Any) -> None:
                self.file = file

            def __getattr__(self, name: str) -> Any:
                return getattr(self.file, name)

            def seek(self, place: int) -> None:
                self.file.seek(place)
                adding.start()
                adding.join(0.2)  # it waits for the reader

        manifest._file = File(manifest._file)  # type: ignore[assignment]
        assert manifest.of("a") == {"input": "a", "status": "done", "attempts": 1, "ended": 1.0}
        adding.join()
    with Manifest(tmp_path / "out", {}) as manifest:
        assert manifest.of("b") == {"input": "b", **line}
