"""The options that a graph file gives to one node, checked against the calculator class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_origin

from graphflow.annotations import port_name
from graphflow.config.findings import suggestion
from graphflow.config.node_keys import NODE_KEYS, beside
from graphflow.options import OptionField, fresh
from graphflow.signature import contract_of
from graphflow.values import convert, in_words, in_yaml, listed

_MAX_SUGGESTIONS = 100
"""Problems of one node for which the nearest option is looked for: a file that is wrong all over reports no more."""


class OptionProblem(NamedTuple):
    """What is wrong with one option.

    Attributes:
        name: The option as the graph file has it; for one that is missing, as it should be written.
        code: ``unknown-option``, ``missing-option`` or ``bad-option``.
        message: One sentence; the plan puts the node in front.
        help: What to type.
        reason: Of a value that cannot be, the sentence without its subject.
    """

    name: str
    code: str
    message: str
    help: str = ""
    reason: str = ""


def validate_options(cls: type[Any], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[OptionProblem]]:
    """The keyword arguments for a calculator class, defaults filled in, and all that is wrong with `raw`.

    Args:
        cls: A calculator class.
        raw: Option words and plain values, as a graph file or a command line gives them.

    Returns:
        What to construct the class with, and the problems; the former is complete only if there are none.

    Raises:
        ContractError: The class itself is wrong.
    """
    fields = {port_name(name): (name, field) for name, field in contract_of(cls).options.items()}
    values: dict[str, Any] = {}
    problems: list[OptionProblem] = []
    for word, value in raw.items():
        if word not in fields:
            problems.append(_unknown(cls, word, list(fields), len(problems) < _MAX_SUGGESTIONS))
            continue
        name, field = fields[word]
        converted, problem = convert(value, field.type)
        if problem := problem or field.problem(converted):
            help = describe(field)
            if get_origin(field.type) in (list, tuple) and isinstance(value, str | int | float):
                help = f"write [{value}]: {help}"
            problems.append(OptionProblem(word, "bad-option", f"option '{word}' {problem}", help, problem))
        else:
            values[name] = converted
    for word, (name, field) in fields.items():
        if word in raw:
            continue
        if field.compulsory:
            message = f"option '{word}' of {cls.__name__} is missing"
            problems.append(
                OptionProblem(word, "missing-option", message, f"write 'options: {{{word}: ...}}', {describe(field)}")
            )
        else:
            values[name] = fresh(field.default)
    return values, problems


def describe(field: OptionField) -> str:
    """One line about an option: type, limits, default, doc."""
    parts = [f"one of {listed(field.choices)}" if field.choices else in_words(field.type), field.range_text()]
    if not field.compulsory:
        parts.append(f"default {in_yaml(field.default)}")
    text = ", ".join(part for part in parts if part)
    return f"{text}: {field.doc}" if field.doc else text


def _unknown(cls: type[Any], word: str, known: list[str], suggest: bool) -> OptionProblem:
    help = f"its options are {', '.join(known)}" if known else f"{cls.__name__} has no options"
    if word in NODE_KEYS:
        help = beside(word, "options")
    help = suggestion(word, known, otherwise=help) if suggest else help
    return OptionProblem(word, "unknown-option", f"{cls.__name__} has no option '{word}'", help)
