"""What the end of ``graphflow run`` says of calls that were skipped and of outputs that gave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command

CALCULATORS = """\
from collections.abc import Iterator

from graphflow import Calculator, Option, Packet


class Numbers(Calculator):
    first: int = Option(default=0)
    step: int = Option(default=1)

    def process(self) -> Iterator[Packet[int]]:
        for i in range(5):
            yield Packet(i, self.first + self.step * i)


class Sum(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b
"""

GRAPH = """\
graphflow: 1
outputs: [out{more}]
nodes:
  left: {{calculator: Numbers, outputs: {{out: left}}}}
  right: {{calculator: Numbers, options: {{first: {first}, step: 2}}, outputs: {{out: right}}}}
  sum: {{calculator: Sum, inputs: {{a: left, b: right}}, outputs: {{out: out}}}}
"""


@pytest.fixture
def two_sources(folder: Path) -> Path:
    (folder / "two.py").write_text(CALCULATORS)
    return folder


def run(graphflow: Command, folder: Path, first: int, *arguments: str, more: str = "") -> tuple[int, list[str]]:
    (folder / "two.yaml").write_text(GRAPH.format(first=first, more=more))
    ended = graphflow("run", "two.yaml", "--calculators", "two.py", *arguments)
    return ended.status, ended.err.splitlines()


def test_skipped_calls_are_told_with_what_to_write(graphflow: Command, two_sources: Path) -> None:
    status, lines = run(graphflow, two_sources, 0)
    assert status == 0
    assert lines[1:] == [
        "  sum: 3 of 7 calls; 2 without 'a', 2 without 'b': "
        "write 'a: int | None' and 'b: int | None' if it should be called then"
    ]


def test_quiet_tells_nothing(graphflow: Command, two_sources: Path) -> None:
    assert run(graphflow, two_sources, 0, "--quiet") == (0, [])
    assert run(graphflow, two_sources, 9, "--quiet") == (0, [])


def test_a_run_that_gave_nothing_says_why_once(graphflow: Command, two_sources: Path) -> None:
    status, lines = run(graphflow, two_sources, 5)
    assert status == 0
    assert lines[0] == "warning: nothing came out of two.yaml:"
    assert lines[1].startswith("  two.yaml:6: node 'sum' (Sum) was never called, because its inputs never had the same")
    assert "10 packets in, 0 out" in lines[2]
    assert len(lines) == 3


def test_an_output_that_gave_nothing_beside_one_that_did_says_why(graphflow: Command, two_sources: Path) -> None:
    _, lines = run(graphflow, two_sources, 5, more=", left")
    assert lines[0].startswith("10 packets in, 5 out")
    assert [line.partition(" was never called")[0] for line in lines[1:]] == ["  two.yaml:6: node 'sum' (Sum)"]


def test_stats_count_calls_of_process(graphflow: Command, two_sources: Path) -> None:
    _, lines = run(graphflow, two_sources, 0, "--stats")
    (row,) = [line.split() for line in lines if line.startswith("sum ")]
    assert row[1] == "3"


def test_bundled_graphs_leave_calls_out_by_design(
    graphflow: Command, two_sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphflow.cli.run.is_bundled", lambda file: file == "two.yaml")
    assert len(run(graphflow, two_sources, 0)[1]) == 1
    assert "  sum: 3 of 7 calls" in "\n".join(run(graphflow, two_sources, 0, "--verbose")[1])


def test_what_a_module_leaves_out_is_told_only_if_asked(graphflow: Command, two_sources: Path) -> None:
    """A module of the user's own, or a copy of ours: whoever includes it did not write its signatures."""
    (two_sources / "module.yaml").write_text(GRAPH.format(first=0, more=""))
    (two_sources / "top.yaml").write_text(
        "graphflow: 1\noutputs: [out]\nnodes:\n  part: {subgraph: module.yaml, outputs: {out: out}}\n"
    )
    ended = graphflow("run", "top.yaml", "--calculators", "two.py")
    assert ended.status == 0 and "calls" not in ended.err
    ended = graphflow("run", "top.yaml", "--calculators", "two.py", "--verbose")
    assert "  part/sum: 3 of 7 calls; " in ended.err


STUCK = """\
graphflow: 1
outputs: [found]
nodes:
  numbers: {calculator: Broken, outputs: {out: n}}
  limit: {calculator: FlowLimiter, inputs: {item: n, finished: {stream: found, back_edge: true}}, outputs: {out: few}}
  find: {calculator: Nothing, inputs: {item: few}, outputs: {out: found}}
"""

BROKEN = """\
from collections.abc import Iterator

from graphflow import Calculator, Packet


class Broken(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        for i in range(4):
            yield Packet(i, i)
        raise ValueError("broken")


class Nothing(Calculator):
    def process(self, item: int) -> Packet[int] | None:
        return None
"""


def test_a_stuck_limiter_is_told_of_though_the_run_did_not_reach_its_end(graphflow: Command, folder: Path) -> None:
    (folder / "stuck.yaml").write_text(STUCK)
    (folder / "stuck.py").write_text(BROKEN)
    ended = graphflow("run", "stuck.yaml", "--calculators", "stuck.py")
    assert ended.status == 1 and "ValueError: broken" in ended.err
    assert "stuck.yaml:5: node 'limit' (FlowLimiter) lets nothing in any more, and has dropped 3" in ended.err
