"""Writing a drawing to a file: the suffix says in which format."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from graphflow.config import limits
from graphflow.errors import MissingResource
from graphflow.result_file import ResultFile
from graphflow.viz.dot import to_dot
from graphflow.viz.mermaid import to_mermaid
from graphflow.viz.picture import Picture

_TEXT: dict[str, Callable[[Picture], str]] = {".dot": to_dot, ".gv": to_dot, ".mmd": to_mermaid}
_GRAPHVIZ = {".svg": ("-Tsvg",), ".png": ("-Tpng", "-Gdpi=144"), ".pdf": ("-Tpdf",)}
# For large drawings: each shortens one of Graphviz's searches for a prettier layout, whose time grows fastest.
_LESS_EFFORT = ("-Gnslimit=1", "-Gnslimit1=1", "-Gmclimit=0.1")


class TooLarge(Exception):
    """A drawing of more boxes and arrows than Graphviz lays out in reasonable time."""


SUFFIXES = (*_TEXT, *_GRAPHVIZ)
"""What `write` can make, text first."""


def write(picture: Picture, path: Path) -> None:
    """Write `picture` to `path`.

    Raises:
        ValueError: The suffix is none of `SUFFIXES`.
        TooLarge: Graphviz would need very long.
        MissingResource: The format needs Graphviz, which is not installed; or the folder does not exist.
        UnusableFile: The file cannot be written. An older one stays.
    """
    suffix = path.suffix.lower()
    if suffix in _TEXT:
        content = _TEXT[suffix](picture).encode()
    elif suffix in _GRAPHVIZ:
        content = _graphviz(picture, path, _GRAPHVIZ[suffix])
    else:
        raise ValueError(f"'{path}': a drawing can end in {', '.join(SUFFIXES)}")
    with ResultFile(path) as file:
        file.write(content)


def _graphviz(picture: Picture, path: Path, options: tuple[str, ...]) -> bytes:
    size = len(picture.boxes) + len(picture.arrows)
    if size > limits.MAX_LAID_OUT:
        raise TooLarge(
            f"the drawing has {len(picture.boxes):,} boxes and {len(picture.arrows):,} arrows, together more than the "
            f"{limits.MAX_LAID_OUT:,} that Graphviz lays out in reasonable time; write '{path.with_suffix('.mmd')}' or "
            f"'{path.with_suffix('.dot')}', or draw less: without --expand subgraphs stay closed"
        )
    program = shutil.which("dot")
    if program is None:
        raise MissingResource(
            f"'{path}' is drawn by Graphviz, and its program 'dot' is not installed; install it "
            f"(apt install graphviz, brew install graphviz, choco install graphviz), "
            f"or write '{path.with_suffix('.dot')}' or '{path.with_suffix('.mmd')}', which need nothing"
        )
    effort = _LESS_EFFORT if size > limits.MAX_LAID_OUT / 2 else ()
    done = subprocess.run(
        [program, *options, *effort], input=to_dot(picture).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise MissingResource(f"Graphviz could not draw '{path}': {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
