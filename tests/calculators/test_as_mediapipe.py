"""Calculators give what MediaPipe's own give; `tools/compare_calculators --record` writes tests/golden/calculators."""

from __future__ import annotations

import pytest

from tools.calculators import golden
from tools.calculators.arrays import below, run_here
from tools.calculators.difference import difference
from tools.calculators.main import cases_of, names

CASES = [(name, case) for name in names() for case in cases_of(name)]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case.name}" for name, case in CASES])
def test_a_calculator_gives_what_mediapipe_gives(name: str, case: golden.Case) -> None:
    recorded = below(case.name, golden.read(name))
    assert str(recorded["case"]) == golden.text_of(case), f"record it again: tools/compare_calculators {name} --record"
    apart = difference(run_here(case, below("in", recorded), case.golden), below("out", recorded))
    assert apart.within(case.tolerance), apart
