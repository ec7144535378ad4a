"""When the command looks for garbage: not while modules are imported, but while a graph runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import start

CALCULATORS = """\
import gc
from collections.abc import Iterator

from graphflow import Calculator, Packet

while_imported = gc.isenabled()
frozen = gc.get_freeze_count()


class Look(Calculator):
    def process(self) -> Iterator[Packet[list[bool]]]:
        yield Packet([while_imported, gc.isenabled(), gc.get_freeze_count() > frozen], 0)
"""
GRAPH = "graphflow: 1\noutputs: [x]\nnodes: {look: {calculator: Look, outputs: {out: x}}}\n"


@pytest.mark.slow
@pytest.mark.parametrize(("command", "told"), [("run", "[false, true, true]"), ("validate", "fine")])
def test_what_is_imported_is_left_alone_and_what_a_run_makes_is_not(tmp_path: Path, command: str, told: str) -> None:
    (tmp_path / "my.py").write_text(CALCULATORS)
    (tmp_path / "graph.yaml").write_text(GRAPH)
    end = "import atexit, gc; atexit.register(lambda: print(len(gc.get_objects()) < 1000))"
    with start(tmp_path, command, "graph.yaml", "--calculators", "my.py", before=end) as process:
        out, _ = process.communicate()
    first, last = out.splitlines()
    assert process.returncode == 0 and told in first
    assert last == "True", "nearly all there is was there before the run: Python's end need not look at it"
