"""Check and draw all graph files in a checkout of MediaPipe, as 'graphflow validate' and 'viz' do.

Prints a line for each graph: its kind, how many nodes it has with its subgraphs opened, and `fine`, or what it lacks.
Then how many of each kind are fine and can be drawn, and how many graphs each missing calculator holds up. A subgraph
of graphflow's own stands for MediaPipe's of the same name; --prefer-graph-path opens MediaPipe's own. Exit status 1 if
a graph cannot be drawn.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphflow.checking import CheckedGraph, check_file
from graphflow.cli.console import aligned
from graphflow.mediapipe.binary import NotAGraph, text_of
from graphflow.plan.subgraph_files import GraphPath
from graphflow.registry import Registry
from graphflow.viz.dot import to_dot
from graphflow.viz.draft import draft
from graphflow.viz.mermaid import to_mermaid

KINDS = ("application", "subgraph", "test")
# A file with nodes that are not inside of something else, such as the record of a run.
_GRAPH = re.compile(r"^node\s*:?\s*\{", re.MULTILINE)
_TYPE = re.compile(r"^type\s*:", re.MULTILINE)
_NAME = re.compile(r"'(\w+)'")


@dataclass(frozen=True)
class Tried:
    """What became of one graph.

    Attributes:
        path: Below the folder.
        kind: One of `KINDS`.
        nodes: With subgraphs opened; 0 where it is not fine.
        missing: Calculators and subgraphs that there are not.
        errors: What else is wrong, as messages say it.
        undrawn: Why it cannot be drawn; empty if it can.
    """

    path: str
    kind: str
    nodes: int
    missing: tuple[str, ...]
    errors: tuple[str, ...]
    undrawn: str

    @property
    def fine(self) -> bool:
        """Whether it could run."""
        return not self.missing and not self.errors

    @property
    def said(self) -> str:
        """What the table says of it."""
        lacks = ", ".join(name.removesuffix("Calculator") for name in self.missing)
        drawing = f"not drawn: {self.undrawn}" if self.undrawn else ""
        words = "; ".join(filter(None, [lacks and f"lacks {lacks}", *self.errors, drawing]))
        return words or "fine"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tools/try_mediapipe_graphs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="a checkout of MediaPipe, or its package")
    parser.add_argument("--prefer-graph-path", action="store_true", help="open MediaPipe's subgraphs, not graphflow's")
    options = parser.parse_args(arguments)
    files = [*graph_files(options.folder)]
    if not files:
        parser.error(f"'{options.folder}' has no graph files")
    registry = Registry(plugins=False)
    folders = GraphPath((str(options.folder),), options.prefer_graph_path)
    tried = [_try(path, options.folder, check_file(path, registry, (), folders)) for path in files]
    rows = [[one.kind, str(one.nodes or ""), one.path, one.said] for one in tried]
    print("\n".join(aligned([["kind", "nodes", "graph", ""], *rows], right={1}, most=84)))
    print("\n" + "\n".join(aligned(_counts(tried), right={1, 2, 3})))
    lacking = Counter(name for one in tried for name in one.missing)
    if lacking:
        table = [["missing", "graphs"], *([name, str(count)] for name, count in lacking.most_common())]
        print("\n" + "\n".join(aligned(table, right={1})))
    return int(any(one.undrawn for one in tried))


def graph_files(folder: Path) -> Iterator[Path]:
    """The files below a folder that hold a graph."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".pbtxt", ".binarypb") and _GRAPH.search(_text(path)):
            yield path


def kind_of(path: Path) -> str:
    """Whether a graph belongs to a test, is part of others, or stands for itself."""
    if "testdata" in path.parts:
        return "test"
    return "subgraph" if _TYPE.search(_text(path)) or "subgraph" in path.stem else "application"


def _text(path: Path) -> str:
    """The file in text format; empty if it is a binary one, but no graph."""
    content = path.read_bytes()
    if path.suffix != ".binarypb":
        return content.decode(errors="replace")
    try:
        return text_of(content)
    except NotAGraph:
        return ""


def _try(path: Path, folder: Path, graph: CheckedGraph) -> Tried:
    errors = [found for found in graph.diagnostics if found.severity == "error"]
    unknown = [found for found in errors if found.code == "unknown-calculator"]
    return Tried(
        str(path.relative_to(folder)),
        kind_of(path),
        len(graph.plan.nodes) if graph.plan else 0,
        tuple(dict.fromkeys(_NAME.findall(found.message)[-1] for found in unknown)),
        tuple(dict.fromkeys(found.message for found in errors if found not in unknown)),
        _drawing_problem(graph),
    )


def _drawing_problem(graph: CheckedGraph) -> str:
    """Why a graph cannot be drawn, subgraphs closed and open; empty if it can."""
    if graph.config is None:
        return "it cannot be read"
    for expand in (False, True):
        picture = draft(graph, None if expand else 0)
        if not picture.boxes or not to_dot(picture) or not to_mermaid(picture):
            return "nothing came"
    return ""


def _counts(tried: Sequence[Tried]) -> list[list[str]]:
    rows = [["kind", "graphs", "fine", "drawn"]]
    for kind in (*KINDS, "all"):
        some = [one for one in tried if kind in (one.kind, "all")]
        numbers = (len(some), sum(one.fine for one in some), sum(not one.undrawn for one in some))
        rows.append([kind, *map(str, numbers)])
    return rows


if __name__ == "__main__":
    sys.exit(main())
