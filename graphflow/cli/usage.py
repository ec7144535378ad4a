"""What is said of a command line that the command does not take: Typer's errors, with what to type instead."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

from graphflow.bundled import bundled_graph
from graphflow.cli.examples import example_with
from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import with_help

_NOISE = "Value error, "
"""What Typer puts in front of a value that is none of several."""
_GRAPHS = (".yaml", ".yml", ".pbtxt", ".binarypb")


def explained(error: Any, words: Sequence[str] | None = None) -> str:
    """The message for one of Typer's errors.

    Args:
        error: It; the classes are private to Typer.
        words: Those of the command line; by default, the ones of this process.
    """
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "graphflow"
    words = sys.argv[1:] if words is None else words
    options = {name for one in getattr(getattr(context, "command", None), "params", ()) for name in one.opts}
    if type(error).__name__ == "NoSuchOption":
        name = error.option_name
        arguments = {
            one.name
            for one in getattr(getattr(context, "command", None), "params", ())
            if one.param_type_name == "argument"
        }
        return with_help(f"error: '{path}' has no option {name}", _instead_of(name, options, arguments, path))
    extra = re.search(r"\(([^()]+)\)$", error.format_message())
    if context and type(error).__name__ == "UsageError" and not hasattr(error.cmd, "commands") and extra:
        first = next((word for word in words if extra[1].startswith(word)), extra[1])
        help = _place_for(first, words, options, path, {one.name for one in context.command.params})
        return with_help(f"error: '{path}' does not know what '{first}' is for", help)
    first = words[0] if words else ""
    if path == "graphflow" and (first.endswith(_GRAPHS) or first.isidentifier() and bundled_graph(first)):
        return with_help(f"error: '{first}' is a graph, not a command", f"write graphflow run {first}")
    said = error.format_message().replace(_NOISE, "").partition(". Choose from:")[0]
    concerned = getattr(error, "param", None)
    typed = [word for word in words if word in getattr(concerned, "opts", ())] or [getattr(error, "option_name", "")]
    example = example_with(path.removeprefix("graphflow").strip(), typed[0] or "")
    shows = f"'{path} --help' shows what can be given"
    return with_help(f"error: {said}", f"for example: {example}; {shows}" if example else shows)


def _instead_of(name: str, options: set[str], arguments: set[str], path: str) -> str:
    """What to write for an option that is not there."""
    if name in ("-o", "-i") and (long := {"-o": "--output", "-i": "--input"}[name]) in options:
        return f"write {long}"
    word = name.lstrip("-")
    if word in arguments:
        return f"the {word} needs none: for example, {example_with(path.removeprefix('graphflow').strip(), '')}"
    match = did_you_mean(word, sorted(option.removeprefix("--") for option in options if option.startswith("--")))
    if match:
        return f"did you mean '--{match}'?"
    side = f"a side packet is given as --side {word}=VALUE; " if "--side" in options else ""
    return f"{side}'{path} --help' shows all options"


def _place_for(word: str, words: Sequence[str], options: set[str], path: str, names: set[str]) -> str:
    """What to write for a word that stands alone.

    Args:
        word: It.
        words: All words of the command line.
        options: Those of the command.
        path: The command.
        names: Of its arguments and options, as Python has them.
    """
    before = list(words[: words.index(word)]) if word in words else []
    if len(before) > 1 and before[-2] in ("--side", "--set") and "=" not in before[-1]:
        return f"write {before[-2]} {before[-1]}={word}"
    if word.endswith(".py") and "--calculators" in options:
        return f"write --calculators {word}"
    if word.endswith(_GRAPHS) and not names & {"graph", "graphs"}:
        return f"'{path}' takes no graph; 'graphflow validate {word}' checks one"
    if "--input" in options and "--input" not in words:
        return f"write --input {word}"
    if "--input" in options:
        return "--input takes one; 'graphflow map' runs a graph on many"
    return f"write -o {word}" if "-o" in options else f"'{path} --help' shows what can be given"
