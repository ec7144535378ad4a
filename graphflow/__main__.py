"""``python -m graphflow`` is the ``graphflow`` command."""

import os
import sys


def _leave_working_folder() -> None:
    """Python has put it first, where anybody's ``yaml.py`` may lie. It stays if graphflow itself lies there."""
    try:
        folder = os.getcwd()
    except OSError:  # it has been deleted
        return
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.path[0] in ("", folder) and folder != here and not sys.flags.safe_path:
        del sys.path[0]


_leave_working_folder()

from graphflow.cli import main  # noqa: E402

main()
