"""The short form of `tools/map_faults` finds nothing, and what is wrong would be found."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from random import Random

import pytest

from tests.corpus.conftest import mapped
from tools.corpus_faults.campaign import disturb, wrong
from tools.corpus_faults.corpus import make_corpus


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
def test_nothing_is_lost_done_twice_or_left_half(tmp_path: Path) -> None:
    found = disturb(tmp_path, seed=3, good=8, bad=2, kills=3, split=0.2)
    assert found.findings == []


def test_what_is_wrong_is_found(folder: Path, orders: list[str]) -> None:
    shutil.rmtree("in")
    expected = make_corpus(Path("in"), 4, 2, Random(1))
    list(mapped(workers=1))
    out = folder / "out"
    assert wrong(out, expected) == []
    (out / "good0.mp4" / "doubled.jsonl").write_text('{"value": 1}\n')
    (out / "half.mp4").mkdir()
    (out / "damaged0.mp4").mkdir()
    with (out / "manifest.jsonl").open("a") as file:
        file.write('{"input": "good1.mp4", "status": "done"}\n{"input": "other", "status": "done"}\n{"inp')
    assert set(wrong(out, expected | {"never.mp4": [1]})) == {
        "good0.mp4 has not the results of an undisturbed run",
        "'half.mp4' is left over",
        "'damaged0.mp4' is left over",
        "damaged0.mp4 failed, and has results",
        "good1.mp4 was done twice",
        "nobody knows other",
        "never.mp4 is not done",
        "never.mp4 has not the results of an undisturbed run",
        "line 11 of the manifest is torn",
    }
