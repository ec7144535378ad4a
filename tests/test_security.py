"""SECURITY.md: each row of its tables names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.processes import ROOT
from tools.attacks.main import CAMPAIGNS

TEXT = (ROOT / "SECURITY.md").read_text()
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ") and "---" not in line]
HELD = [cells for cells in ROWS if cells[0] not in ("holds", "campaign") and not cells[0].startswith("`")]


def paths_in(words: str) -> list[Path]:
    """The paths that a cell names; one without a folder lies beside the one before it, or in the last row's folder."""
    found: list[Path] = []
    for name in re.findall(r"`([^`]+)`", words):
        beside = found[-1].parent if found else ROOT / "tests" / "calculators" / "inference"
        found.append(ROOT / name if "/" in name else beside / name)
    return found


@pytest.mark.parametrize("cells", HELD, ids=lambda cells: cells[0][:50])
def test_a_row_names_tests_that_there_are(cells: list[str]) -> None:
    if cells[1] != "the same":
        paths = paths_in(cells[1])
        assert paths and all(path.exists() for path in paths), cells


def test_the_campaigns_are_those_that_there_are() -> None:
    told = {cells[0].strip("`") for cells in ROWS if cells[0].strip("`") in CAMPAIGNS}
    assert len(HELD) > 20 and told | {"runs", "graphs"} == set(CAMPAIGNS)
