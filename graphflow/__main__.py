"""``python -m graphflow`` is the ``graphflow`` command."""

import sys

# Python has put the working folder first, where anybody's yaml.py may lie. (Where it could not be found out it is "".)
if not sys.flags.safe_path and not sys.flags.isolated:
    del sys.path[0]

from graphflow.cli import main

main()
