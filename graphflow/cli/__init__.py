"""The ``graphflow`` command: results on standard output, everything else on standard error.

Exit status: 0 fine, 1 the run failed, 2 usage or graph file, 3 something is missing, 128 and its number for a signal:
130 for Ctrl-C.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line; the entry point of the ``graphflow`` script."""
    from graphflow.cli.signals import catch_signals

    catch_signals()  # before anything that takes a while

    import sys
    from pathlib import Path

    from graphflow.cli.crash import report_crashes
    from graphflow.cli.garbage import garbage_left_alone
    from graphflow.cli.interrupt import hear_signals
    from graphflow.cli.namesake import OURS, told_of_namesake
    from graphflow.cli.standard_streams import open_streams

    open_streams()
    report_crashes()  # before there is a thread, because it forks
    hear_signals()
    if told_of_namesake(Path(__file__).parents[2]) and vars(sys.modules["graphflow"]).get("__distribution__") != OURS:
        sys.exit(3)  # its ``graphflow/__init__.py`` stands in the place of ours

    with garbage_left_alone():
        from graphflow.cli.app import main as run

        run()
