"""What authors get from a type checker: right calculators pass strict checking, wrong calls are found."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.calculator import Calculator
from graphflow.signature import contract_of

HERE = Path(__file__).parent


@pytest.mark.slow
def test_mypy_accepts_calculators_and_finds_wrong_calls(cache: pytest.Cache) -> None:
    pytest.importorskip("mypy")
    good, bad = HERE / "calculators_that_check.py", HERE / "calculators_that_do_not_check.py"
    known = str(cache.mkdir("mypy-typing"))  # mypy looks itself whether what it knows of graphflow is still so
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", known]
    result = subprocess.run([*command, str(good), str(bad)], capture_output=True, text=True, cwd=HERE.parents[1])

    found = [line.split(": error:")[0] for line in result.stdout.splitlines() if ": error:" in line]
    wrong = [n for n, line in enumerate(bad.read_text().splitlines(), 1) if line.endswith("# wrong")]
    assert [name for name in found if bad.name not in name] == [], result.stdout
    assert [int(name.rpartition(":")[2]) for name in found] == wrong, result.stdout


def test_calculators_that_check_have_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    path = HERE / "calculators_that_check.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)

    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Calculator)]
    contracts = {c.__name__: contract_of(c) for c in classes if c is not Calculator}
    assert contracts.keys() == {"Clip", "Find", "Count", "Begin", "Join", "Named"}
    assert {name for name, contract in contracts.items() if contract.source} == {"Count"}
