"""Crashes in native code are told: which node, and what it called."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from graphflow.cli.crash import explanation
from tests.cli.processes import start

CALCULATORS = """\
import os
from collections.abc import Iterator

from graphflow import Calculator, Packet


class Numbers(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for i in range(3):
            yield Packet(i, i)


class Crash(Calculator):
    def open(self, source: str) -> None:
        if source.endswith("open"):
            self.native()

    def process(self, item: int) -> None:
        if item == 2:
            self.native()

    def native(self) -> None:
        os.abort()
"""
GRAPH = """\
graphflow: 1
side_packets: [input]
nodes:
  numbers: {calculator: Numbers, outputs: {out: x}}
  bad:
    calculator: Crash
    inputs: {item: x}
    side_packets: {source: input}
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs fork")
@pytest.mark.parametrize("threads", [[], ["--threads", "2"]])
@pytest.mark.parametrize("method", ["open", "process"])
def test_a_native_crash_names_the_node(tmp_path: Path, method: str, threads: list[str]) -> None:
    (tmp_path / "my.py").write_text(CALCULATORS)
    (tmp_path / "graph.yaml").write_text(GRAPH)
    address = f"http://me:s3cret@host/{method}"
    process = start(tmp_path, "run", "graph.yaml", "--calculators", "my.py", "--input", address, *threads)
    _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGABRT
    first, *rest = err.splitlines()
    assert first.startswith("error: a native library crashed (")
    assert f" in node 'bad' (Crash), {method}, graph.yaml:5; files that were being written are not finished" in first
    assert [line.rpartition(" in ")[2] for line in rest[:2]] == ["native", method] and "my.py" in rest[0]
    assert f"http://host/{method}" in rest[2] and "s3cret" not in err
    assert rest[3].startswith("   = help: a damaged or unusual input")


def test_a_crash_in_a_thread_of_a_librarys_own_names_all_nodes_at_work() -> None:
    said = (
        "Fatal Python error: Segmentation fault\n\n"
        "Thread 0x01 (most recent call first):\n"
        '  File "a.py", line 1 in process\n'
        "  File \"<call of A>\", line 3 in node 'a' (A), process, g.yaml:3\n"
        '  File "threads.py", line 9 in _call\n\n'
        "Thread 0x02 (most recent call first):\n"
        "  File \"nodes.py\", line 3 in node 'b' (B), open, g.yaml:4\n"
    )
    first = explanation(said, ["graphflow", "run", "a\x1b[31m.yaml"]).splitlines()
    assert "in node 'a' (A), process, g.yaml:3 or node 'b' (B), open, g.yaml:4;" in first[0]
    assert first[1:3] == ['  File "a.py", line 1 in process', "  the command was: graphflow run 'a\\x1b[31m.yaml'"]


def test_of_several_threads_the_one_that_crashed_counts() -> None:
    said = (
        "Fatal Python error: Aborted\n\n"
        "Current thread 0x01 (most recent call first):\n"
        "  File \"nodes.py\", line 3 in node 'a' (A), open, g.yaml:4\n\n"
        "Thread 0x02 (most recent call first):\n"
        "  File \"nodes.py\", line 3 in node 'b' (B), open, g.yaml:4\n"
    )
    text = explanation(said, ["graphflow"])
    assert "node 'a'" in text and "node 'b'" not in text
