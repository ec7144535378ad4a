"""One thing that ``graphflow doctor`` has looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass

FINE, NOTE, MISSING = "fine", "note", "missing"
"""All is well; some graphs need it; graphflow cannot do without it, or something is in the way."""

MARKS = {FINE: "+", NOTE: "-", MISSING: "!"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        what: What was looked at, in a word or two.
        state: `FINE`, `NOTE` or `MISSING`.
        found: What is there.
        fix: What to type or do; empty where nothing has to be done.
    """

    what: str
    state: str
    found: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """In terms of JSON."""
        return asdict(self)
