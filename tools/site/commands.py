"""The page of the command line: every command with its arguments and options, as the command itself tells them."""

from __future__ import annotations

from typing import Any

import typer.main

from graphflow.cli.app import app
from tools.site.markdown import table, text


def commands() -> str:
    """The page."""
    parts = ["# The command line", "`graphflow COMMAND --help` says the same."]
    for name, command in every_command():
        parts += [f"## {name.removeprefix('graphflow ')}", text(command.help or "")]
        _, *examples = command.epilog.split("\n\n")
        parts.append("\n".join(["```console", *(f"$ {example}" for example in examples), "```"]))
        rows = [
            (_named(one), text(getattr(one, "help", "") or ""))
            for one in command.params
            if one.name != "help" and not one.hidden
        ]
        parts.append(table(("", ""), rows) if rows else "")
    return "\n\n".join(part for part in parts if part) + "\n"


def every_command() -> list[tuple[str, Any]]:
    """All of them that are shown, with their full names."""
    return _all(typer.main.get_command(app), "graphflow")


def _all(command: Any, name: str) -> list[tuple[str, Any]]:
    """The commands below one, with their full names."""
    below = getattr(command, "commands", None)
    if below is None:
        return [(name, command)]
    return [found for word, one in below.items() if not one.hidden for found in _all(one, f"{name} {word}")]


def _named(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar}`"
    shown = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    return shown if parameter.is_flag else f"{shown} `{parameter.metavar or 'VALUE'}`"
