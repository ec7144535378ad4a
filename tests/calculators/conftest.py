"""PyAV where it is installed, and OpenCV where it is not."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def without_pyav(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyAV cannot be imported."""
    monkeypatch.setitem(sys.modules, "av", None)


@pytest.fixture(params=["PyAV", "OpenCV"])
def library(request: pytest.FixtureRequest) -> str:
    """Once with PyAV, once without."""
    if request.param == "PyAV":
        pytest.importorskip("av", minversion="17.1")
    else:
        request.getfixturevalue("without_pyav")
    return str(request.param)
