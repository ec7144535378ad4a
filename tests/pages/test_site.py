"""The site: every calculator, graph, module and type is on a page, and no link is dead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.bundled import graphs_by_name, modules_by_name
from graphflow.cli.describe_type import payload_types
from graphflow.registry import Registry
from tools.site.main import write_pages


@pytest.mark.slow
def test_a_site_is_made_of_what_there_is(tmp_path: Path) -> None:
    drawings = write_pages(tmp_path)
    texts = {page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "pages").glob("*.md")}
    headings = {line.removeprefix("## ") for text in texts.values() for line in text.splitlines() if line[:3] == "## "}
    drawn = {
        *(listing.name for listing in Registry().names()),
        *graphs_by_name(),
        *(Path(n).stem for n in modules_by_name()),
    }
    assert headings >= drawn | set(payload_types())
    assert drawings.texts.keys() >= drawn
    assert not [name for name, text in texts.items() if "```mermaid" in text or "<!-- drawn -->" in text]
    drawings.folder.mkdir()
    for name in drawings.texts:  # Graphviz is not asked for: the drawings of graphs have tests of their own
        (drawings.folder / f"{name}.svg").touch()
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(tmp_path / "zensical.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    for page in texts:
        html = (tmp_path / "site" / f"{page}.html").read_text(encoding="utf-8")
        assert 'src="http' not in html, f"{page} fetches something"
