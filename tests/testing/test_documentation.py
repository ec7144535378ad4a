"""docs/testing.md: every example runs, in order, as one program."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert len(examples) == 9
    # A module of its own: calculators are known by the module that their annotations are looked up in.
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    for number, example in enumerate(examples):
        file = tmp_path / f"example_{number}.py"
        file.write_text(example)
        exec(compile(example, str(file), "exec"), vars(module))
