"""An option that a graph of MediaPipe's leaves out means here what it means there."""

from __future__ import annotations

import pytest

from graphflow.contract import MISSING
from graphflow.mediapipe.messages import fields_of
from graphflow.mediapipe.their_names import candidates, options_message
from graphflow.registry import BUILT_IN, Registry
from graphflow.signature import contract_of

DIFFERENT = {("SsdAnchors", "max_scale")}
"""MediaPipe's default, 0, makes no anchors."""


@pytest.mark.slow
def test_defaults_are_mediapipes() -> None:
    registry, different, compared = Registry(plugins=False), set(), 0
    for name in (listing.name for listing in registry.names() if listing.package == BUILT_IN):
        if not candidates(name):
            continue
        fields = fields_of(options_message(name, candidates(name)[0]))
        for word, option in contract_of(registry.resolve(name)).options.items():
            kind, _, default = fields.get(word.rstrip("_"), "").partition(" = ")
            if option.default in (MISSING, None) or not kind or "message" in kind or "repeated" in kind:
                continue
            value = str(option.default).lower() if isinstance(option.default, bool) else option.default
            expected: object = default if "enum" in kind or "string" in kind else default or "false"
            if isinstance(value, int | float):
                expected = type(value)(default or 0)
            if not ("enum" in kind and not default):
                compared += 1
                if value != expected:
                    different.add((name, word))
    assert compared > 150 and different == DIFFERENT
