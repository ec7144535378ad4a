"""Every command says what it and its options are for, and has an example that it would take."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.page import check_options
from tools.site.commands import every_command

COMMANDS = every_command()


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_a_command_is_told_with_an_example(name: str, command: Any) -> None:
    assert command.help.strip()
    shown = [option for option in command.params if not option.hidden]
    assert [option.name for option in shown if not (getattr(option, "help", "") or "").strip()] == []
    example = command.epilog.removeprefix("Example: ")
    assert f"{example} ".startswith(f"{name} ")
    check_options(example)
