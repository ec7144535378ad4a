"""Hostile names of inputs, outputs, rows, graphs, streams: taken as they stand, or refused in words."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.attacks.folders import make_folder
from tools.attacks.graphs import cache
from tools.attacks.plan import Plan
from tools.attacks.report import Report
from tools.attacks.watched import Watched

PIECES = (
    *(
        "\udce9",
        "\udcff\udcfe",
        "\x1b[31m",
        "\x1b]0;x\x07",
        "\x9b2J",
        "\r",
        "\n",
        "\t",
        "\x7f",
        "\u202e",
        "\u2028",
        "\ufeff",
    ),
    *(
        "[x]",
        "[bold]",
        "{a}",
        "~",
        "~root",
        ":",
        ": ",
        " ",
        "#",
        "=",
        "'",
        '"',
        "\\",
        "$HOME",
        "${a}",
        "`id`",
        "*",
        "?",
    ),
    *(
        "-",
        "--",
        "-o",
        "%d",
        "%s%n",
        "%05d",
        "true",
        "null",
        "1e5",
        "0",
        "..",
        "é",
        "顔",
        "😀",
        "a",
        "file:",
        "concat:",
        "|",
    ),
)
FIXED = (
    "caf\udce9",
    "-a\x1b[31m\x9b2J\u202e[bold]\x07",
    "-rf",
    "--help",
    "~",
    "[x]",
    "a: b",
    " a ",
    "\n",
    "x" * 240,
    "é" * 120,
)


def attack(report: Report, plan: Plan) -> None:
    """Give each command each name in each place where it takes one."""
    total = plan.times(150, 2)
    with tempfile.TemporaryDirectory() as place:
        top = Path(place).resolve()
        folder = make_folder(top / "work", frames=3)
        with Watched(report, top, TMPDIR=str(top), GRAPHFLOW_CACHE=cache()) as watched:
            for number in range(total):
                rng = plan.random("names", number)
                name = FIXED[number] if number < len(FIXED) else random_name(rng)
                for arguments in commands(folder, name):
                    watched.run(folder, *arguments, again=f"(number {number}, seed {plan.seed})")
                clear(folder)
                report.attempt(total)


def random_name(rng: random.Random) -> str:
    """A few pieces one after the other, at times very many."""
    return "".join(rng.choices(PIECES, k=rng.choice((1, 2, 3, 4, 60)))).replace("/", "")


def commands(folder: Path, name: str) -> Iterator[tuple[str, ...]]:
    """Commands with that name; files of the name are there, where the system can have them."""
    run = ("run", "graph.yaml", "--calculators", "my.py")
    for suffix, file in ((".mp4", "clip.mp4"), (".yaml", "graph.yaml"), (".py", "my.py"), ("", "clip.mp4")):
        try:
            shutil.copyfile(folder / file, os.fsencode(folder / f"{name}{suffix}"))
        except (OSError, UnicodeEncodeError):  # too long, or a folder
            continue
    yield (*run, f"--input={name}.mp4", f"--output={name}-out.mp4")
    yield (*run, f"--input={name}", f"--output={name}/")
    yield (*run, f"--input={name}", f"--save=bright={name}.jsonl")
    yield (*run, "--input=clip.mp4", f"--output={name}-out.avi", f"--save=bright={name}.npz")
    yield (*run, "--input=clip.mp4", f"--save={name}=a.jsonl")
    yield (*run, "--input=clip.mp4", f"--print={name}", f"--side={name}=1", f"--set={name}=1")
    yield ("run", "graph.yaml", f"--calculators={name}.py", "--input=clip.mp4", "--output=a.png")
    yield ("run", f"{name}.yaml")
    yield ("validate", f"{name}.yaml", name)
    yield ("validate", "--json", "--", f"{name}.yaml", name)
    yield ("viz", "--calculators=my.py", f"--output={name}.dot", "graph.yaml")
    yield ("viz", "--calculators=my.py", "--", f"{name}.yaml")
    yield ("inspect", "--", name)
    yield ("inspect", f"--calculators={name}.py", "--", "Bright")
    yield ("list", f"--calculators={name}.py")
    yield ("models", "pull", "--", name)
    yield ("evaluate", "--", name)
    yield ("evaluate", "faces.xml", "--graph=faces.yaml", "--calculators=my.py", f"--output={name}-report", "--quiet")
    mapped = ("map", "graph.yaml", "--calculators=my.py", "--workers=1", "--save=bright")
    lines = json.dumps({"name": name, "input": f"{name}.mp4"}) + "\n"
    (folder / "rows.jsonl").write_text(lines)
    yield (*mapped, "rows.jsonl", f"--output-dir={name}-results")
    (folder / "list.txt").write_text(f"{name}.mp4\n", errors="surrogateescape")
    yield (*mapped, "list.txt", "--output-dir=results", "--output=.mp4")
    yield (*mapped, "--output-dir=results", "--", name, f"{name}.mp4")
    yield ("map", f"--status={name}-results")
    yield ("convert", "--calculators=my.py", f"--output={name}.pbtxt", "--allow-unknown", "graph.yaml")
    yield ("convert", "--", f"{name}.yaml")
    yield ("schema", f"--output={name}.json", f"--calculators={name}.py")
    yield ("new", "calculator", "--", name)
    yield ("new", "package", "--", name)
    yield (name, name)


KEPT = ("graph.yaml", "faces.yaml", "my.py", "slow.py", "clip.mp4", "faces.xml", "a.png")


def clear(folder: Path) -> None:
    """Remove what the commands have made."""
    for entry in os.scandir(os.fsencode(folder)):
        if os.fsdecode(entry.name) not in KEPT:
            shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.unlink(entry.path)
