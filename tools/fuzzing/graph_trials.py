"""Doing with a graph file what the commands do, and files to start from, in every format."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

from graphflow.checking import check_file
from graphflow.cli.convert import convert_graph
from graphflow.cli.draw import draw_graph
from graphflow.cli.errors import CommandError
from graphflow.mediapipe.binary import NotAGraph, bytes_of
from graphflow.plan.subgraph_files import GraphPath
from graphflow.registry import Registry
from tools.fuzzing.mutants import BINARY_MUTATIONS, GRAPH, MUTATIONS

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"yaml": MUTATIONS, "pbtxt": MUTATIONS, "binarypb": BINARY_MUTATIONS}
"""What may happen to files of each format."""
OURS = sorted(ROOT.glob("graphs/**/*.yaml"))


def originals(kind: str, checkout: Path | None) -> list[bytes]:
    """The files to start from, in one of the formats: ours, and those of a checkout of MediaPipe."""
    if kind == "yaml":
        return [GRAPH.encode(), *(path.read_bytes() for path in [*OURS, *sorted(ROOT.glob("tests/golden/**/*.yaml"))])]
    texts = [path.read_text(errors="replace") for path in sorted(checkout.rglob("*.pbtxt"))] if checkout else []
    texts = [text for text in texts if "node {" in text]
    with tempfile.TemporaryDirectory() as folder:
        for path in OURS:
            out = Path(folder, f"{path.stem}.pbtxt")
            convert(path, out)
            if out.exists():
                texts.append(out.read_text())
    if kind == "pbtxt":
        return [text.encode() for text in texts]
    binaries: list[bytes] = []
    for text in texts:
        with contextlib.suppress(NotAGraph):
            binaries.append(bytes_of(text))
    return binaries


def opened(path: Path, registry: Registry) -> bool:
    """Do with a file what the commands do; whether it is right."""
    checked = check_file(path, registry)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        draw_graph(None, None, "TB", [], lambda: checked)
    if path.suffix != ".yaml":
        convert(path, None)
    return not checked.wrong


def convert(path: Path, out: Path | None) -> None:
    """Convert a graph as the command does, to a file or nowhere."""
    module = path.parent.name == "modules"
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), contextlib.suppress(CommandError):
        convert_graph(str(path), out, module=module, allow_unknown=True, calculators=None, graph_path=GraphPath())
