"""``tools/build_docs``: makes the pages, draws the graphs, and lets Zensical build the site."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from tools.site.drawings import Drawings
from tools.site.pages import hand_written
from tools.site.reference import generated

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tools/build_docs",
        description="Build the documentation as a site that opens from disk: build/docs/site/index.html. It needs the "
        "packages of requirements/dev.txt, and Graphviz.",
    )
    parser.add_argument("--output-dir", type=Path, default=ROOT / "build" / "docs", metavar="FOLDER")
    folder: Path = parser.parse_args().output_dir
    write_pages(folder).draw()
    # A folder of its own for the cache of an earlier build: what is left of that may be a page that is no more.
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    shutil.rmtree(folder / "site", ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(folder / "zensical.toml")]
    status = subprocess.run(command, check=False).returncode
    if status == 0:
        print(f"open {folder / 'site' / 'index.html'}")
    return status


def write_pages(folder: Path) -> Drawings:
    """Write all pages, and the settings of the site, into `folder`; give the drawings that they show."""
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    drawings = Drawings(pages / "drawn")
    reference = generated(drawings)
    for name, text in (hand_written(ROOT, drawings) | reference).items():
        (pages / name).parent.mkdir(exist_ok=True)
        (pages / name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "pictures", pages / "pictures")
    shutil.copy(HERE / "style.css", pages / "style.css")
    shutil.copytree(HERE / "iframe-worker", pages / "iframe-worker")
    entries = "".join(f'    {{ "{_title(text)}" = "{name}" }},\n' for name, text in reference.items())
    settings = (HERE / "zensical.toml").read_text(encoding="utf-8").replace("REFERENCE\n", entries)
    (folder / "zensical.toml").write_text(settings, encoding="utf-8")
    return drawings


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")
