"""Collects the errors of one file while it is read."""

from __future__ import annotations

from graphflow.config.diagnostics import Diagnostic, Related
from graphflow.config.limits import MAX_ERRORS
from graphflow.config.location import Span


class Abandoned(Exception):
    """Reading ends here: what follows cannot be read, or is not worth it. The reason has been reported."""


class Report:
    """The errors found so far in the file that is being read.

    Attributes:
        errors: How many.
    """

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self._diagnostics = diagnostics
        self.errors = 0

    def error(self, code: str, message: str, span: Span, help: str = "", related: tuple[Related, ...] = ()) -> None:
        """Add one error.

        Raises:
            Abandoned: There are too many.
        """
        self.add(Diagnostic(code, message, span, "error", help, related))

    def add(self, diagnostic: Diagnostic) -> None:
        """Add one error.

        Raises:
            Abandoned: There are too many.
        """
        self._diagnostics.append(diagnostic)
        self.errors += 1
        if self.errors >= MAX_ERRORS:
            text = f"{MAX_ERRORS} errors; what else is wrong in this file was not looked for"
            self._diagnostics.append(Diagnostic("too-many-errors", text, diagnostic.span))
            raise Abandoned

    def abandon(self, diagnostic: Diagnostic) -> Abandoned:
        """Add one error after which nothing more can be read. The caller raises what this returns."""
        self.add(diagnostic)
        return Abandoned()
