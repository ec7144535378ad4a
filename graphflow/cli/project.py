"""What the ``pyproject.toml`` of the working folder says: ``calculators``, a list of what ``--calculators`` takes.

Only that of the folder in which the command is started, never one that lies beside a graph file elsewhere: checking
somebody else's graphs runs nothing of theirs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphflow.cli.errors import UsageError
from graphflow.config.diagnostics import did_you_mean

FILE = Path("pyproject.toml")
_KEYS = ("calculators",)
_MAX_SIZE = 1_000_000
_EXAMPLE = 'write calculators = ["my_effect.py"]'


def with_those_of_project(given: Sequence[Path] | None) -> list[Path] | None:
    """The calculators of the project, and then those given on the command line; None for none at all.

    Raises:
        UsageError: What the file says of them cannot be understood.
    """
    return [*_calculators(), *(given or ())] or None


def _calculators() -> list[Path]:
    from graphflow.registry import DISABLE_PLUGINS

    if os.environ.get(DISABLE_PLUGINS) or not FILE.is_file() or FILE.stat().st_size > _MAX_SIZE:
        return []
    text = FILE.read_bytes()
    if b"graphflow" not in text:  # nearly always: parsing takes a while
        return []
    table = _table(text)
    for key in table:
        if key not in _KEYS:
            match = did_you_mean(key, _KEYS)
            help = f"did you mean '{match}'?" if match else f"known keys: {', '.join(_KEYS)}"
            raise UsageError(f"{FILE}: [tool.graphflow] has no key '{key}'", help)
    names = table.get("calculators", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise UsageError(f"{FILE}: calculators under [tool.graphflow] must be a list", _EXAMPLE)
    return list(map(Path, names))


def _table(text: bytes) -> dict[str, Any]:
    import tomllib

    try:
        tools = tomllib.loads(text.decode("utf-8")).get("tool", {})
    except (ValueError, RecursionError) as error:  # more than its own errors: a number of thousands of digits
        raise UsageError(f"{FILE}: {error}", "mend the file, or start the command in another folder") from error
    table = tools.get("graphflow", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(
            f"{FILE}: tool.graphflow must be a table", f"write [tool.graphflow], and below it {_EXAMPLE[6:]}"
        )
    return table
