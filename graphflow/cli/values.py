"""Values on the command line: what stands behind ``=`` is read as in a graph file."""

from __future__ import annotations

from typing import Any

from graphflow.cli.problem import UsageError

_FLOW = ("[", "{", '"', "'")


def split_pair(text: str, option: str, form: str) -> tuple[str, str]:
    """``name=value`` as two words.

    Raises:
        UsageError: There is no ``=``, or nothing in front of it.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{option} {text}: write {option} {form}")
    return name.strip(), value


def parse_value(text: str, what: str) -> Any:
    """A number, ``true``, ``null``, text, or a list or map such as ``[1, 2]``.

    Args:
        text: As typed.
        what: Where it was typed, for messages: ``--side num_faces``.

    Raises:
        UsageError: It is none of these.
    """
    from graphflow.config.scalars import plain_value

    word = text.strip()
    if not word.startswith(_FLOW):
        try:
            return plain_value(word)
        except ValueError as error:
            raise UsageError(f"{what}: '{word[:40]}' {error}") from None
    return _parse_flow(word, what)


def _parse_flow(text: str, what: str) -> Any:
    """A quoted text, a list or a map: YAML again, with the reader's limits."""
    from graphflow.config.diagnostics import Diagnostic
    from graphflow.config.fields import literal
    from graphflow.config.limits import Budget
    from graphflow.config.report import Abandoned, Report
    from graphflow.config.tree import parse_tree

    found: list[Diagnostic] = []
    try:
        tree = parse_tree(text, text.splitlines(), what, Report(found), Budget())
    except Abandoned:
        tree = None
    if tree is None or found:
        reason = found[0].message if found else "nothing there"
        raise UsageError(f"{what}: {reason}", "put the value in single quotes, so that the shell leaves it alone")
    return literal(tree)
