"""What tests are called: pytest-xdist stops where two of its workers find other names."""

from __future__ import annotations

import os

import pytest


@pytest.mark.parametrize("content", [os.urandom(41)])
def test_what_is_in_a_file_is_not_in_the_name_of_a_test(content: bytes, request: pytest.FixtureRequest) -> None:
    assert request.node.name.endswith("[content]")
