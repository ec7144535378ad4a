"""What ``python -m`` does to the search path, undone: it puts the working folder first, where anybody's files may lie.

Nothing is imported here that is not there already when Python starts.
"""

import os
import sys


def leave_working_folder() -> None:
    """Take the working folder out of the search path. It stays if graphflow itself lies there."""
    try:
        folder = os.getcwd()
    except OSError:  # it has been deleted
        return
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.path[0] in ("", folder) and folder != here and not sys.flags.safe_path:
        del sys.path[0]
