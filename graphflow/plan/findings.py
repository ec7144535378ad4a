"""Collecting diagnostics while a graph is planned: each told once, and inside subgraphs with the include chain."""

from __future__ import annotations

from collections.abc import Iterable

from graphflow.config.diagnostics import Diagnostic, Related, Severity, did_you_mean
from graphflow.config.location import Span

MAX_ERRORS = 100
"""Errors after which no more are taken."""


class Findings:
    """Where the checks report to.

    A subgraph file that is included many times would say the same thing many times: what differs only in the name of
    the including node is kept once.

    Attributes:
        diagnostics: Everything found, in order; shared by all views made with `within`.
        chain: The including places, innermost first.
    """

    def __init__(self, diagnostics: list[Diagnostic], chain: tuple[Related, ...] = (), prefix: str = "") -> None:
        self.diagnostics = diagnostics
        self.chain = chain
        self._prefix = prefix
        self._told: set[tuple[str, Span | None, str]] = set()

    @property
    def too_many(self) -> bool:
        """Whether errors are not taken any more: what is wrong all over shall not print a book."""
        if len(self.diagnostics) < MAX_ERRORS:  # nearly always; then nothing is counted
            return False
        return sum(item.severity == "error" for item in self.diagnostics) >= MAX_ERRORS

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the graph."""
        return any(item.severity == "error" for item in self.diagnostics)

    def within(self, chain: tuple[Related, ...], prefix: str) -> Findings:
        """A view for one subgraph: everything reported through it carries `chain`.

        Args:
            chain: The including places, innermost first.
            prefix: What the names of the subgraph's nodes start with, such as ``landmarks/``.
        """
        view = Findings(self.diagnostics, chain, prefix)
        view._told = self._told
        return view

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str = "",
        related: Iterable[Related] = (),
        once: str = "",
    ) -> None:
        """Report something that stops the graph."""
        self.add("error", code, message, span, help=help, related=related, once=once)

    def warning(
        self, code: str, message: str, span: Span | None, *, help: str = "", related: Iterable[Related] = ()
    ) -> None:
        """Report something that is probably not meant."""
        self.add("warning", code, message, span, help=help, related=related)

    def note(
        self, code: str, message: str, span: Span | None, *, help: str = "", related: Iterable[Related] = ()
    ) -> None:
        """Report something worth knowing."""
        self.add("note", code, message, span, help=help, related=related)

    def add(
        self,
        severity: Severity,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str = "",
        related: Iterable[Related] = (),
        once: str = "",
    ) -> None:
        """Report with the severity as a value; `once` stands for the message where the first of several is enough."""
        if severity == "error" and self.too_many:
            return
        text = message.replace(f"'{self._prefix}", "'") if self._prefix else message
        key = (code, span, once or text)
        if key in self._told:
            return
        self._told.add(key)
        self.diagnostics.append(Diagnostic(code, message, span, severity, help, (*related, *self.chain)))
        if severity == "error" and self.too_many:
            text = f"{MAX_ERRORS} errors; what else is wrong with this graph was not looked for"
            self.diagnostics.append(Diagnostic("too-many-errors", text, None))


def suggestion(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """``did you mean 'x'?``, or `otherwise` if nothing known resembles `word`."""
    match = did_you_mean(word, known)
    return f"did you mean '{match}'?" if match else otherwise


def listing(names: Iterable[str], nothing: str = "none") -> str:
    """Names for a sentence: ``'a', 'b' and 'c'``."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return quoted[0] if quoted else nothing
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 stream``, ``2 streams``."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
