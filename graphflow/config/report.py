"""Collects the errors of one file while it is read."""

from __future__ import annotations

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.findings import Findings


class Abandoned(Exception):
    """Reading ends here: what follows cannot be read, or is not worth it. The reason has been reported."""


class Report(Findings):
    """The errors found so far in the file that is being read. When there are too many, reading is abandoned."""

    _of_one_file = True

    def add(self, diagnostic: Diagnostic, once: str = "") -> None:
        """Add one error.

        Raises:
            Abandoned: There are too many.
        """
        super().add(diagnostic, once)
        if self.too_many:
            raise Abandoned

    def abandon(self, diagnostic: Diagnostic) -> Abandoned:
        """Add one error after which nothing more can be read. The caller raises what this returns."""
        self.add(diagnostic)
        return Abandoned()
