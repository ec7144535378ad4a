"""Every page of docs/ does what it says: files, commands, Python (`tests.pages.page`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.pages.page import matches, try_page

ROOT = Path(__file__).parents[2]
UPDATE = os.environ.get("GRAPHFLOW_UPDATE_GOLDEN") == "1"


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.stem)
def test_a_page_does_what_it_says(
    page: Path, graphflow: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try_page(page, graphflow, UPDATE)


def test_what_a_page_leaves_out_is_what_it_marks() -> None:
    assert matches("a\n...\nd", "a\nb\nc\nd")
    assert matches("1 frame, ... s", "1 frame, 0.3 s")
    assert matches("a\n...", "a\nb")
    assert not matches("a\nd", "a\nb\nd")
    assert not matches("a ...", "a\nb")
