"""MediaPipe as another executor of the same random graphs: a worker process under its own Python."""

from __future__ import annotations

import json
import select
import subprocess
from pathlib import Path
from typing import Any

from tools.simulation.observed import Observed
from tools.simulation.pbtxt import pbtxt
from tools.simulation.spec import Graph, Op

WORKER = Path(__file__).parents[1] / "peer" / "mediapipe_graphs.py"


class Peer:
    """MediaPipe 0.10.21 in a process of its own, started again when it aborts."""

    def __init__(self, python: str, timeout: float = 20.0) -> None:
        self.python = python
        self.timeout = timeout
        self.process: subprocess.Popen[str] | None = None

    def run(self, graph: Graph) -> Observed:
        """One graph from start to end."""
        return observed(self.ask(request(graph)))

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """The worker's answer, None if it died or hung."""
        if self.process is None:
            self.process = subprocess.Popen(
                [self.python, str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        process = self.process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], self.timeout)
            line = process.stdout.readline() if ready else ""
        except BrokenPipeError:
            line = ""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        return None

    def close(self) -> None:
        """End the worker."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def request(graph: Graph) -> dict[str, Any]:
    """The graph in the worker's words."""
    ops = [entry for op in graph.ops for entry in [act(graph, op)]]
    return {
        "config": pbtxt(graph),
        "observe": list(graph.streams()),
        "side": {name: list(value) for name, value in graph.side_packets.items()},
        "ops": [*ops, ["done"]],
    }


def act(graph: Graph, op: Op) -> list[Any]:
    """One op."""
    if op.what == "send":
        return ["send", op.stream, graph.types[op.stream], op.value, op.time]
    if op.what == "bound":
        return ["bound", op.stream, op.time]
    return [op.what, op.stream] if op.what == "close" else [op.what]


def observed(answer: dict[str, Any] | None) -> Observed:
    """What the worker saw."""
    if answer is None:
        return Observed(error="the peer died", done=False)
    log = [(step, name, time, value) for step, name, time, value in answer["log"]]
    return Observed(log, error=answer["error"][1] if answer["error"] else "")
