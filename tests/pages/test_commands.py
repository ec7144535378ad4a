"""Every command says what it and its options are for, and has an example of each that it would take."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import typer.main

from graphflow.cli.app import app
from tests.pages.page import check_options
from tools.site.commands import every_command

COMMANDS = [("graphflow", typer.main.get_command(app)), *every_command()]


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_a_command_is_told_with_an_example(name: str, command: Any) -> None:
    assert command.help.strip()
    shown = [option for option in command.params if not option.hidden]
    assert [option.name for option in shown if not (getattr(option, "help", "") or "").strip()] == []
    title, *examples = command.epilog.split("\n\n")
    assert (title, bool(examples)) == ("Examples:", True)
    used: set[str] = set()
    for example in examples:
        assert f"{example} ".startswith(f"{name} ")
        check_options(example)
        used |= {*shlex.split(example)}
    assert [option.name for option in shown if option.param_type_name == "option" and not used & {*option.opts}] == []
