"""An input that fails costs no other one anything, and says why."""

from __future__ import annotations

from pathlib import Path

from graphflow.corpus.failure import failure_of
from tests.corpus.conftest import mapped


def test_a_damaged_input_fails_with_node_and_line(folder: Path, orders: list[str]) -> None:
    (folder / "in" / "b.mp4").write_text("3\nthree\n")
    outcomes = {one.name: one for one in mapped()}
    error = outcomes["b.mp4"].error
    assert error is not None
    assert (error["kind"], error["node"]) == ("ValueError", "reader")
    assert error["place"].endswith("numbers.yaml:6")
    assert outcomes["b.mp4"].frames == 1
    note = ValueError("bad")
    note.add_note("node 'draw' (Drawing) at 1200000 us, /data/numbers.yaml:12")
    assert failure_of(note)["timestamp"] == 1_200_000
    assert outcomes["a.mp4"].done and outcomes["deep/c.mp4"].done
    assert not (folder / "out" / "b.mp4").exists()


def test_an_input_that_is_not_there_fails_by_name(folder: Path, orders: list[str]) -> None:
    (folder / "list.txt").write_text("in/a.mp4\nin/nothing.mp4\n")
    outcomes = {one.name: one for one in mapped("list.txt")}
    assert outcomes["in/a.mp4"].done
    error = outcomes["in/nothing.mp4"].error
    assert error is not None and error["kind"] == "MissingResource"


def test_retries_are_further_attempts(folder: Path, orders: list[str]) -> None:
    (folder / "in" / "b.mp4").write_text("three\n")
    outcomes = {one.name: one for one in mapped(retries=2)}
    assert outcomes["b.mp4"].attempts == 3 and not outcomes["b.mp4"].done
    assert outcomes["a.mp4"].attempts == 1
    assert orders == ["a.mp4", "b.mp4", "b.mp4", "b.mp4", "c.mp4"]


def test_an_input_that_takes_down_two_workers_is_given_up(folder: Path, orders: list[str]) -> None:
    (folder / "in" / "a.mp4").write_text("die\n")
    outcomes = {one.name: one for one in mapped(retries=5)}
    assert outcomes["a.mp4"].attempts == 2
    assert outcomes["a.mp4"].error == {"kind": "Crash", "message": "the worker died (SIGKILL)"}
    assert outcomes["b.mp4"].done


def test_a_place_that_is_taken_fails_the_input(folder: Path, orders: list[str]) -> None:
    list(mapped("in/b.mp4"))
    (folder / "out" / "deep").write_text("a file")
    outcomes = {one.name: one for one in mapped()}
    error = outcomes["deep/c.mp4"].error
    assert error is not None and error["kind"] == "UnusableFile"
    assert (folder / "out" / "deep").read_text() == "a file"
