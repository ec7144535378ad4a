"""A page with code: its files are written, its commands and its Python run, and what it shows is what they print.

* A block with a title is a file: ```` ```yaml title="graph.yaml" ````. A graph without one is checked.
* The commands of a ``console`` block run one after the other, in the folder of the files. What a page shows below a
  command is all that it prints. ``...`` stands for lines, or in a line for words, that differ from run to run or matter
  to nobody. A command of which nothing is shown has to succeed. Of a clip `FRAMES` frames are run: others
  show no more.
* Python without a title runs as one program, from block to block.
* ``<!-- not run: why -->`` above a block keeps it from that. Its options have to be those of the command all the same.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphflow import Graph
from graphflow.cli.app import app
from tests.cli.conftest import Command, command_line
from tests.cli.processes import ROOT, environment

_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>not run): .+ -->\n+)?```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

FRAMES = "6"


@dataclass(frozen=True)
class Block:
    """A piece of a page.

    Attributes:
        language: As Markdown names it.
        title: The name of the file that it is, or empty.
        text: What stands in it.
        runs: Whether it is tried.
    """

    language: str
    title: str
    text: str
    runs: bool

    def commands(self) -> Iterator[tuple[str, str]]:
        """The commands of a console block, each with what is shown below it."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command.partition("  # ")[0].strip(), shown.strip("\n")


def blocks_of(page: Path) -> list[Block]:
    """All of its blocks, in order."""
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(one["language"], one["title"] or "", one["text"], not one["mark"]) for one in found]


def try_page(page: Path, graphflow: Command, update: bool = False) -> None:
    """Do what a page says, in the working folder; `update` writes what commands print into it."""
    module = types.ModuleType("page")  # calculators are known by the module in which their annotations are looked up
    sys.modules["page"] = module
    for number, block in enumerate(blocks_of(page)):
        if block.title:
            Path(block.title).parent.mkdir(parents=True, exist_ok=True)
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.runs and block.language == "python":
            file = Path(f"example_{number}.py").absolute()
            file.write_text(block.text, encoding="utf-8")
            exec(compile(block.text, str(file), "exec"), vars(module))
        elif block.runs and block.language == "yaml":
            Path("page.yaml").write_text(block.text, encoding="utf-8")
            assert [finding for finding in Graph.load("page.yaml").warnings if finding.severity != "note"] == []
        elif block.language == "console":
            for command, shown in block.commands():
                if not block.runs:
                    check_options(command)
                    continue
                status, printed = _run(command, graphflow)
                if update and shown and not matches(shown, printed):
                    _replace(page, command, shown, printed)
                    continue
                assert matches(shown, printed) or not shown, f"{page.name}: $ {command}\n{printed}"
                failed = command.startswith("graphflow") and re.search(r"^error:|\berror\[", shown, re.MULTILINE)
                assert (status != 0) == bool(failed), f"{page.name}: $ {command}\n{printed}"


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what a command printed."""
    lines = (re.escape(line).replace(r"\.\.\.", "[^\n]*") + "\n" for line in shown.splitlines())
    pattern = "".join("(?:[^\n]*\n)*?" if line == "[^\n]*\n" else line for line in lines)
    return re.fullmatch(pattern, printed + "\n") is not None


def check_options(command: str) -> None:
    """The options of a command of ours are ones that it has."""
    for part in re.split(r" \| | && ", command):
        words = shlex.split(part)
        if words[0] != "graphflow":
            continue
        one: Any = command_line(app)
        words.pop(0)
        while hasattr(one, "commands") and words and not words[0].startswith("-"):
            one = one.commands[words.pop(0)]
        known = {name for option in one.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
        assert {word for word in words if word.startswith("-") and len(word) > 1} <= known, command


def _run(command: str, graphflow: Command) -> tuple[int, str]:
    """How a command ended, and what it printed: results first."""
    words = shlex.split(command)
    if words[0] == "graphflow":
        frames = FRAMES
        if "--max-frames" in words:
            place = words.index("--max-frames") + 1
            frames, words[place] = words[place], FRAMES
        elif words[1] == "run" and "sample" in words:
            words += ["--max-frames", FRAMES]
        ended = graphflow(*words[1:])
        status, out = ended.status, ended.out
        err = re.sub(rf"^{FRAMES} frames, {FRAMES} ", f"{frames} frames, {frames} ", ended.err, flags=re.MULTILINE)
    else:
        assert words[0] == "python", f"mark the block as not run: {command}"
        done = subprocess.run(
            [sys.executable, *words[1:]], env=environment(), capture_output=True, text=True, check=False
        )
        status, out, err = done.returncode, done.stdout, done.stderr
    lines = (out.rstrip("\n") + "\n" + err).strip("\n").splitlines()
    return status, "\n".join(line.rstrip() for line in lines).replace(str(Path.cwd()), "/home/me").replace(
        f"{ROOT}/", ""
    )


def _replace(page: Path, command: str, shown: str, printed: str) -> None:
    printed = re.sub(r"^\d.* s, .*/s.*$", "...", printed, flags=re.MULTILINE)  # how many, and how fast
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(f"$ {command}\n{shown}\n", f"$ {command}\n{printed}\n"), encoding="utf-8")
