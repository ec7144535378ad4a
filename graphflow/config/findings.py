"""Collecting what is wrong with a graph: each told once, and inside subgraphs with the include chain."""

from __future__ import annotations

from collections.abc import Iterable

from graphflow.config.diagnostics import Diagnostic, Related, Severity, did_you_mean
from graphflow.config.limits import MAX_ERRORS, MAX_LISTED
from graphflow.config.location import Span


class Findings:
    """Where the checks report to.

    A subgraph file that is included many times would say the same thing many times: what differs only in the name of
    the including node is kept once.

    Attributes:
        diagnostics: Everything found, in order; shared by all views made with `within`.
        chain: The including places, innermost first.
    """

    _of_one_file = False

    def __init__(self, diagnostics: list[Diagnostic], chain: tuple[Related, ...] = (), prefix: str = "") -> None:
        self.diagnostics = diagnostics
        self.chain = chain
        self._prefix = prefix
        self._told: set[tuple[str, Span | None, str]] = set()
        self._counts: dict[Severity, int] = {"error": 0, "warning": 0, "note": 0}

    @property
    def too_many(self) -> bool:
        """Whether errors are not taken any more: what is wrong all over shall not print a book."""
        return self._counts["error"] >= MAX_ERRORS

    @property
    def errors(self) -> int:
        """How many findings stop the graph."""
        return self._counts["error"]

    def within(self, chain: tuple[Related, ...], prefix: str) -> Findings:
        """A view for one subgraph: everything reported through it carries `chain`.

        Args:
            chain: The including places, innermost first.
            prefix: What the names of the subgraph's nodes start with, such as ``landmarks/``.
        """
        view = Findings(self.diagnostics, chain, prefix)
        view._told, view._counts = self._told, self._counts
        return view

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        help: str = "",
        related: Iterable[Related] = (),
        once: str = "",
    ) -> None:
        """Report something that stops the graph; `once` stands for the message where the first of several is enough."""
        self.add(Diagnostic(code, message, span, "error", help, tuple(related)), once)

    def warning(
        self, code: str, message: str, span: Span | None, help: str = "", related: Iterable[Related] = ()
    ) -> None:
        """Report something that is probably not meant."""
        self.add(Diagnostic(code, message, span, "warning", help, tuple(related)))

    def note(self, code: str, message: str, span: Span | None, help: str = "", related: Iterable[Related] = ()) -> None:
        """Report something worth knowing."""
        self.add(Diagnostic(code, message, span, "note", help, tuple(related)))

    def add(self, diagnostic: Diagnostic, once: str = "") -> None:
        """Report as the others do."""
        severity, text = diagnostic.severity, diagnostic.message
        if self._counts[severity] >= MAX_ERRORS:
            return
        text = text.replace(f"'{self._prefix}", "'") if self._prefix else text
        key = (diagnostic.code, diagnostic.span, once or text)
        if key in self._told:
            return
        self._told.add(key)
        self.diagnostics.append(diagnostic._replace(related=(*diagnostic.related, *self.chain)))
        self._counts[severity] += 1
        if self._counts[severity] == MAX_ERRORS:
            more = f"what else is wrong {'in this file' if self._of_one_file else 'with this graph'} was not looked for"
            text = f"{MAX_ERRORS} {severity}s; {more if severity == 'error' else 'further ones are not told'}"
            span = diagnostic.span if self._of_one_file else None
            self.diagnostics.append(Diagnostic(f"too-many-{severity}s", text, span, severity))


def suggestion(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """``did you mean 'x'?``, or `otherwise` if nothing known resembles `word`."""
    match = did_you_mean(word, known)
    return f"did you mean '{match}'?" if match else otherwise


def listing(names: Iterable[str], nothing: str = "none") -> str:
    """Names for a sentence: ``'a', 'b' and 'c'``."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) > MAX_LISTED:
        return f"{', '.join(quoted[:MAX_LISTED])} and {len(quoted) - MAX_LISTED:,} more"
    if len(quoted) < 2:
        return quoted[0] if quoted else nothing
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 stream``, ``2 streams``."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
