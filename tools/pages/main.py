"""The command line of `tools/drive_page`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from graphflow.bundled import graphs_by_name
from graphflow.checking import check_file
from graphflow.registry import Registry
from graphflow.viz.render import write
from tools.pages.chromium import NAMES, Chromium, installed
from tools.pages.trial import Trial

DESCRIPTION = (
    "Open the drawing pages of graphs in a headless browser without network, and do with each what a user does."
)


def main() -> int:
    """Try the pages; a status other than 0 tells that something is wrong."""
    parser = argparse.ArgumentParser(prog="drive_page", description=DESCRIPTION)
    parser.add_argument("graphs", nargs="*", help="graph files, or names of bundled graphs; all of those unless given")
    parser.add_argument("--pictures", type=Path, help="a folder that takes pictures of the window")
    given = parser.parse_args()
    program = installed()
    if program is None:
        print(f"there is no {' or '.join(NAMES)}: install one (apt install chromium)")
        return 3
    bundled = graphs_by_name()
    findings = 0
    with tempfile.TemporaryDirectory() as folder, Chromium(program) as browser:
        if given.pictures:
            given.pictures.mkdir(parents=True, exist_ok=True)
        for name in given.graphs or bundled:
            graph = check_file(bundled.get(name, name), Registry([]))
            page = Path(folder) / f"{Path(name).stem}.html"
            write(graph, page)
            trial = Trial(browser, page, given.pictures)
            trial.run()
            findings += len(trial.findings)
            print(f"{name}: {page.stat().st_size:,} bytes, {trial.told}", flush=True)
            for finding in trial.findings:
                print(f"  {finding}", flush=True)
    print(f"{findings} findings")
    return 1 if findings else 0
