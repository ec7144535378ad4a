"""Compare single calculators with MediaPipe's own on the same random inputs.

For each case of the named calculators (all, without names): how many inputs both were given, how many numbers came out,
how many of them differ, and by how much at most. Exit status 1 if a case is further off than its tolerance allows, or
if one side sends what the other does not. --record writes what MediaPipe says to tests/golden/calculators, a few inputs
of each case, for tests/calculators/test_as_mediapipe.py.

A case is a small graph with a generator of inputs, in tools/calculators/cases/NAME.py.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.calculators import golden
from tools.calculators.arrays import Arrays, below, random_inputs, run_here, under
from tools.calculators.case import Case
from tools.calculators.difference import Difference, difference
from tools.calculators.peer import PeerError, run_there


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tools/compare_calculators", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    parser.add_argument("--peer", metavar="PYTHON", required=True, help="a Python with mediapipe 0.10.21")
    parser.add_argument("--count", type=int, default=200, help="inputs of each case (200)")
    parser.add_argument("--seed", type=int, default=0, help="of the random inputs (0)")
    parser.add_argument("--record", action="store_true", help="also write the golden files of the tests")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no cases for {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    print("inputs  values  differ    largest  tolerance  case")
    failed = 0
    for name in options.names or names():
        try:
            failed += _compare(name, options)
        except PeerError as error:
            print(f"{name}: MediaPipe failed:\n{error}")
            failed += 1
    return 1 if failed else 0


def names() -> list[str]:
    """The calculators that there are cases for."""
    return sorted(path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py"))


def cases_of(name: str) -> list[Case]:
    """The cases of one calculator."""
    cases: list[Case] = importlib.import_module(f"tools.calculators.cases.{name}").CASES
    return cases


def _compare(name: str, options: argparse.Namespace) -> int:
    """How many cases of a calculator are too far off."""
    cases = cases_of(name)
    given: Arrays = {}
    for case in cases:
        given |= under(case.name, random_inputs(case, options.count, options.seed))
    theirs = run_there(options.peer, cases, given, options.count)
    failed = 0
    for case in cases:
        ours = run_here(case, below(case.name, given), options.count)
        apart = difference(ours, theirs[case.name])
        failed += not apart.within(case.tolerance)
        _tell(name, case, options.count, apart)
    if options.record:
        few = max(case.golden for case in cases)
        given = {}
        for case in cases:
            given |= under(case.name, random_inputs(case, case.golden, options.seed))
        path = golden.write(name, cases, given, run_there(options.peer, cases, given, few))
        print(f"{path.stat().st_size / 1024:.0f} KiB in {path}")
    return failed


def _tell(name: str, case: Case, count: int, apart: Difference) -> None:
    numbers = f"{count:6}  {apart.values:6}  {apart.differing:6}  {apart.largest:9.3g}  {case.tolerance:9.3g}"
    verdict = "" if apart.within(case.tolerance) else f"  TOO FAR ({apart.where or 'nothing came out'})"
    print(f"{numbers}  {name}: {case.name}{verdict}")
    for line in apart.unequal[:5]:
        print(f"        not the same: {line}")
    if len(apart.unequal) > 5:
        print(f"        and {len(apart.unequal) - 5} more")


if __name__ == "__main__":
    sys.exit(main())
