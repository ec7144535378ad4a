"""The test kit. graphflow tests itself with it; use it for your own calculators and graphs.

`run_calculator` runs one calculator on packet scripts; `SeededDriver` runs a graph in one of many possible orders, in
virtual time; `assert_same_for_all_schedules` tries many of them; `Recording` and `check_stream` see to it that streams
obey their laws. `graphflow.testing.strategies` has strategies for Hypothesis, which has to be installed for it.
"""

from graphflow.testing.one_calculator import CalculatorResult, run_calculator
from graphflow.testing.recording import Recording, check_stream
from graphflow.testing.schedules import assert_same_for_all_schedules
from graphflow.testing.scripts import CLOSED, Event, Script, ScriptError, format_script, parse_script
from graphflow.testing.seeded_driver import SeededDriver
from graphflow.testing.virtual_clock import VirtualClock

__all__ = [
    "CLOSED",
    "CalculatorResult",
    "Event",
    "Recording",
    "Script",
    "ScriptError",
    "SeededDriver",
    "VirtualClock",
    "assert_same_for_all_schedules",
    "check_stream",
    "format_script",
    "parse_script",
    "run_calculator",
]
