"""The short form of `tools/drive_page`, where there is a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphflow.bundled import graphs_by_name
from graphflow.checking import check_file
from graphflow.registry import Registry
from graphflow.viz.render import write
from tools.pages.chromium import Chromium, installed
from tools.pages.trial import Trial


@pytest.mark.slow
@pytest.mark.skipif(installed() is None, reason="there is no Chromium")
def test_a_page_does_what_its_user_wants(tmp_path: Path) -> None:
    write(check_file(graphs_by_name()["resample"], Registry([])), tmp_path / "graph.html")
    program = installed()
    assert program
    with Chromium(program) as browser:
        trial = Trial(browser, tmp_path / "graph.html")
        trial.run()
    assert trial.findings == []
