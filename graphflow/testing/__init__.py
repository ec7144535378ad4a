"""The test kit: what graphflow is tested with, and what calculators and graphs of your own can be tested with."""

from graphflow.testing.seeded_driver import SeededDriver
from graphflow.testing.virtual_clock import VirtualClock

__all__ = ["SeededDriver", "VirtualClock"]
