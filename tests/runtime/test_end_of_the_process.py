"""Programs that end, or fork, while a run is going. Each is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

PROGRAM = """
    import os, sys, threading, time
    from collections.abc import Iterator
    from graphflow import Calculator, Graph, Packet

    class Endless(Calculator):
        live = True

        def process(self) -> Iterator[Packet[int]]:
            number = 0
            while True:
                yield Packet(number, number)
                number += 1

        def close(self) -> None:
            print("camera closed", flush=True)

    class Pass(Calculator):
        def process(self, a: int) -> int:
            return a

        def close(self) -> None:
            print("pass closed", flush=True)

    LIVE = Graph.parse('''
    graphflow: 1
    nodes:
      camera: {calculator: Endless, outputs: {out: a}}
      pass: {calculator: Pass, inputs: {a: a}, outputs: {out: b}}
    ''', calculators=[Endless, Pass])
    FED = Graph.parse('''
    graphflow: 1
    inputs: [a]
    nodes:
      pass: {calculator: Pass, inputs: {a: a}, outputs: {out: b}}
    ''', calculators=[Pass])
"""


def program(text: str) -> subprocess.CompletedProcess[str]:
    """Run the classes above and what follows; a hang is an error."""
    return subprocess.run(
        [sys.executable, "-c", dedent(PROGRAM) + dedent(text)], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_program_that_ends_closes_a_live_run_first() -> None:
    ended = program("""
        run = LIVE.start()
        print(next(run.stream("b")).timestamp)
    """)
    assert (ended.returncode, ended.stdout.split("\n")) == (0, ["0", "camera closed", "pass closed", ""])


def test_sys_exit_does_too() -> None:
    ended = program("""
        run = LIVE.start(threads=2)
        next(run.stream("b"))
        sys.exit(7)
    """)
    assert (ended.returncode, ended.stdout.split("\n")) == (7, ["camera closed", "pass closed", ""])


def test_a_run_without_threads_is_closed_too() -> None:
    ended = program("""
        run = FED.start()
        run.send("a", 1, 1)
    """)
    assert (ended.returncode, ended.stdout) == (0, "pass closed\n")


def test_a_node_that_does_not_come_back_keeps_no_program_from_ending() -> None:
    ended = program("""
        from graphflow.runtime import process
        process._PATIENCE = 0.01
        entered = threading.Event()

        class Stuck(Calculator):
            def process(self, a: int) -> None:
                entered.set()
                threading.Event().wait()

        graph = Graph.parse('''
        graphflow: 1
        inputs: [a]
        nodes:
          stuck: {calculator: Stuck, inputs: {a: a}}
        ''', calculators=[Stuck])
        run = graph.start(threads=1)
        run.send("a", 1, 1)
        entered.wait()
    """)
    assert ended.returncode == 0
    assert "did not return" in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_is_told_that_it_has_no_threads() -> None:
    ended = program("""
        with FED.start(threads=2) as run:
            run.send("a", 1, 1)
            run.wait_until_idle()
            child = os.fork()
            if not child:
                for call in (lambda: run.send("a", 2, 2), run.wait_until_idle, run.close_inputs, run.wait_until_done):
                    try:
                        call()
                    except Exception as error:
                        print(type(error).__name__, str(error)[:23], flush=True)
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            run.send("a", 2, 2)
    """)
    assert ended.stdout.split("\n") == ["RunStateError this process was forked"] * 4 + ["pass closed", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_closes_nothing_of_its_parent() -> None:
    ended = program("""
        run = FED.start(threads=2)
        run.send("a", 1, 1)
        run.wait_until_idle()
        child = os.fork()
        if not child:
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print("child ended", flush=True)
    """)
    assert ended.stdout.split("\n") == ["child ended", "pass closed", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_goes_on_with_a_run_without_threads() -> None:
    ended = program("""
        run = FED.start()
        run.observe("b", lambda packet: print(packet.value, flush=True))
        run.send("a", 1, 1)
        child = os.fork()
        if not child:
            run.send("a", 2, 2)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    """)
    assert ended.stdout.split("\n") == ["1", "2", "pass closed", ""]
