"""The drawings of a site: each is noted while the pages are written, and all are drawn by one call of Graphviz."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from graphflow.checking import CheckedGraph
from graphflow.viz.dot import to_dot
from graphflow.viz.draft import draft


@dataclass
class Drawings:
    """What is to be drawn.

    Attributes:
        folder: Where the drawings go, right below the pages.
        texts: In Graphviz's language, by name.
    """

    folder: Path
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, graph: CheckedGraph) -> str:
        """Note a graph to be drawn, and give the Markdown of its picture, for a page beside `folder`."""
        self.texts[name] = to_dot(draft(dataclasses.replace(graph, diagnostics=())))
        return f"![The graph]({self.folder.name}/{name}.svg){{ .drawn loading=lazy }}"

    def draw(self) -> None:
        """Draw them all.

        Raises:
            SystemExit: Graphviz is not installed.
        """
        program = shutil.which("dot")
        if program is None:
            raise SystemExit("the site is drawn by Graphviz; install it (apt install graphviz, brew install graphviz)")
        self.folder.mkdir()
        files = []
        for name, text in self.texts.items():
            files.append(self.folder / f"{name}.dot")
            files[-1].write_text(text, encoding="utf-8")
        subprocess.run([program, "-Tsvg", "-O", *files], check=True)
        for file in files:
            file.unlink()
            file.with_suffix(".dot.svg").rename(file.with_suffix(".svg"))
