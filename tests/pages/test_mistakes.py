"""What is said about the mistakes that people make when they write graphs and calculators, word for word.

``GRAPHFLOW_UPDATE_GOLDEN=1 pytest tests/pages/test_mistakes.py`` writes the messages anew; read the difference before
committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.pages.page import try_page
from tests.pages.test_pages import UPDATE

PAGES = sorted((Path(__file__).parents[1] / "golden" / "mistakes").glob("*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_mistake_is_answered(page: Path, graphflow: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    try_page(page, graphflow, UPDATE)
