"""``python -m graphflow`` is the ``graphflow`` command."""

from graphflow.cli import main

main()
