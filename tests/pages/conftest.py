"""The command, run in this process."""

from tests.cli.conftest import graphflow

__all__ = ["graphflow"]
