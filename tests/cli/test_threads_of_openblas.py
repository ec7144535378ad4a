"""Threads that spin while nothing is computed: only the commands that compute have them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Command

MINE = ("graph.yaml", "--calculators", "my.py")


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (("validate", *MINE), "1"),
        (("viz", *MINE, "-o", "graph.mmd"), "1"),
        (("inspect", "Gate"), "1"),
        (("run", *MINE), None),
    ],
    ids=["validate", "viz", "inspect", "run"],
)
def test_only_commands_that_compute_have_them(
    arguments: tuple[str, ...], number: str | None, folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")  # so that it is put back
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert graphflow(*arguments).status == 0
    assert os.environ.get("OPENBLAS_NUM_THREADS") == number


def test_the_number_that_the_user_gives_stays(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert graphflow("validate", *MINE).status == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
