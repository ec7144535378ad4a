"""Writing a drawing of a graph to a file: the suffix says in which format."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from graphflow.checking import CheckedGraph
from graphflow.config import limits
from graphflow.errors import MissingResource
from graphflow.result_file import ResultFile
from graphflow.viz.dot import to_dot
from graphflow.viz.draft import draft
from graphflow.viz.labels import Direction
from graphflow.viz.mermaid import to_mermaid
from graphflow.viz.page import to_html
from graphflow.viz.picture import Picture

_TEXT: dict[str, Callable[[Picture, Direction], str]] = {
    ".html": to_html, ".dot": to_dot, ".gv": to_dot, ".mmd": to_mermaid,
}  # fmt: skip
_FOLDABLE = ".html"
_GRAPHVIZ = {".svg": ("-Tsvg",), ".png": ("-Tpng", "-Gdpi=144"), ".pdf": ("-Tpdf",)}
# For large drawings: each shortens one of Graphviz's searches for a prettier layout, whose time grows fastest.
_LESS_EFFORT = ("-Gnslimit=1", "-Gnslimit1=1", "-Gmclimit=0.1")


class TooLarge(Exception):
    """A drawing of more boxes and arrows than Graphviz lays out in reasonable time."""


SUFFIXES = (*_TEXT, *_GRAPHVIZ)
"""What `write` can make, text first."""


def write(graph: CheckedGraph, path: Path, depth: int | None = 0, direction: Direction = "TB") -> None:
    """Draw a graph, also one with errors, as long as its file can be read.

    Args:
        graph: The graph; it has a `config`.
        path: Where the drawing goes.
        depth: How many subgraphs and switches are open within each other; None for all.
        direction: Where arrows lead.

    Raises:
        ValueError: The suffix is none of `SUFFIXES`.
        TooLarge: Graphviz would need very long.
        MissingResource: The format needs Graphviz, which is not installed; or the folder does not exist.
        UnusableFile: The file cannot be written. An older one stays.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"'{path}': a drawing can end in {', '.join(SUFFIXES)}")
    picture = draft(graph, depth, foldable=suffix == _FOLDABLE)
    if suffix in _TEXT:
        content = _TEXT[suffix](picture, direction).encode()
    else:
        content = graphviz(picture, path, _GRAPHVIZ[suffix], direction)
    with ResultFile(path) as file:
        file.write(content)


def graphviz(picture: Picture, path: Path, options: tuple[str, ...], direction: Direction = "TB") -> bytes:
    """What the program ``dot`` makes of a drawing.

    Args:
        picture: The drawing.
        path: Where it goes, for messages.
        options: Say in which format.
        direction: Where arrows lead.

    Raises:
        TooLarge: It would need very long.
        MissingResource: It is not installed, or fails.
    """
    size = len(picture.boxes) + len(picture.arrows)
    if size > limits.MAX_LAID_OUT:
        raise TooLarge(
            f"the drawing has {len(picture.boxes):,} boxes and {len(picture.arrows):,} arrows, together more than the "
            f"{limits.MAX_LAID_OUT:,} that Graphviz lays out in reasonable time; write '{path.with_suffix('.html')}', "
            f"a page in which subgraphs can be opened one by one, or draw less: without --expand subgraphs stay closed"
        )
    program = shutil.which("dot")
    if program is None:
        raise MissingResource(
            f"'{path}' is drawn by Graphviz, and its program 'dot' is not installed; install it "
            f"(apt install graphviz, brew install graphviz, choco install graphviz), "
            f"or write '{path.with_suffix('.html')}', a page for any browser, which needs nothing"
        )
    effort = _LESS_EFFORT if size > limits.MAX_LAID_OUT / 2 else ()
    done = subprocess.run(
        [program, *options, *effort], input=to_dot(picture, direction).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise MissingResource(f"Graphviz could not draw '{path}': {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
