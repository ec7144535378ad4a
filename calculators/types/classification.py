"""What something is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Classification:
    """A class that something may belong to. A classifier's payload is a list of them.

    Attributes:
        index: Number of the class, counted from 0.
        score: How sure the classifier is, 0 to 1.
        label: Name of the class, or empty.
        display_name: Its name for people, or empty.
    """

    index: int
    score: float
    label: str = ""
    display_name: str = ""
