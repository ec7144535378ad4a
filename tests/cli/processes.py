"""The command in a process of its own, for what only a process has: signals, streams, crashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


PATIENT = "from graphflow.cli import interrupt; interrupt.PATIENCE = 60.0"
"""To run before: what is interrupted ends by itself, however busy the machine is."""


def command(*arguments: str, before: str = "") -> list[str]:
    """The command line.

    Args:
        arguments: Those of ``graphflow``.
        before: Python that runs first.
    """
    return [sys.executable, "-c", f"{before}\nfrom graphflow.cli import main; main()", *arguments]


def environment(**more: str) -> dict[str, str]:
    """This checkout's modules are found; a pytest that is started does not load the plugins that are installed."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}


def start(folder: Path, *arguments: str, before: str = "", **given: Any) -> subprocess.Popen[str]:
    """Start the command in a folder; what it says is read through pipes, unless something else is given."""
    told: dict[str, Any] = {"env": environment(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | given
    process: subprocess.Popen[str] = subprocess.Popen(command(*arguments, before=before), cwd=folder, text=True, **told)
    return process
