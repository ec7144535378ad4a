"""The ``graphflow`` command: results on standard output, everything else on standard error.

Exit status: 0 fine, 1 the run failed, 2 usage or graph file, 3 something is missing, 130 interrupted.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; the entry point of the ``graphflow`` script."""
    import faulthandler
    import sys
    from pathlib import Path

    from graphflow.cli.namesake import told_of_namesake

    if told_of_namesake(Path(__file__).parents[2]) and not hasattr(sys.modules["graphflow"], "Calculator"):
        sys.exit(3)  # its ``graphflow/__init__.py`` stands in the place of ours

    from graphflow.cli.app import main as run

    faulthandler.enable()  # a crash in native code names the Python line it came from
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")  # results are JSON, whatever the terminal speaks
    run()
