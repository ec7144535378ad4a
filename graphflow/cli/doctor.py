"""``graphflow doctor``: what is on this machine, what is missing or in the way, and what to type."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from io import StringIO
from pathlib import Path

from graphflow import __version__
from graphflow.cli.console import json_text, put
from graphflow.cli.doctor_machine import cameras, ffmpeg, gpu, packages, screen
from graphflow.cli.errors import ExitStatus
from graphflow.cli.finding import FINE, MARKS, MISSING, NOTE, Finding
from graphflow.cli.standard_streams import HiddenNoise
from graphflow.errors import MissingResource

_OLDEST, _TOO_NEW = (3, 11), (3, 14)


def diagnose(as_json: bool) -> int:
    """Print what is found; the status is 3 if something is missing that graphflow cannot do without."""
    with HiddenNoise(), redirect_stdout(StringIO()):  # OpenCV prints what it misses
        findings = list(look())
    counts = Counter(finding.state for finding in findings)
    status = ExitStatus.MISSING if counts[MISSING] else ExitStatus.FINE
    if as_json:
        put(json_text({"findings": [finding.as_dict() for finding in findings], "fine": not counts[MISSING]}))
        return status
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        put(f"{MARKS[finding.state]} {finding.what.ljust(width)}  {finding.found}")
        if finding.fix:
            put(f"{' ' * (width + 4)}= fix: {finding.fix}")
    put(f"{counts[FINE]} fine, {counts[NOTE]} to know, {counts[MISSING]} missing or in the way")
    return status


def look() -> Iterator[Finding]:
    """Everything that is looked at, one after the other. What cannot even be looked at is a finding, too."""
    parts: dict[str, Callable[[], Iterable[Finding]]] = {
        "Python": lambda: [_python()],
        "graphflow": lambda: [_graphflow()],
        "packages": packages,
        "clips": lambda: [ffmpeg()],
        "windows": lambda: [screen()],
        "cameras": cameras,
        "models": _models,
        "GPU": lambda: [gpu()],
    }
    for what, part in parts.items():
        try:
            yield from part()
        except Exception as error:  # packages that are missing or broken raise what they like
            found = f"cannot be looked at: {type(error).__name__}: {error}"
            yield Finding(what, MISSING, found, "mend what stands above, and look once more")


def _python() -> Finding:
    found = f"{sys.version.split()[0]}, {sys.platform}, {sys.executable}"
    if _OLDEST <= sys.version_info[:2] < _TOO_NEW:
        return Finding("Python", FINE, found)
    return Finding("Python", NOTE, found, "take a Python from 3.11 to 3.13: others are not tested")


def _graphflow() -> Finding:
    from graphflow.cli.namesake import OURS

    found = f"{__version__}, {Path(__file__).parents[1]}"
    try:
        other = version("graphflow")
    except PackageNotFoundError:
        return Finding("graphflow", FINE, found)
    fix = f"pip uninstall graphflow, then install {OURS} once more: both put files into one folder"
    return Finding("graphflow", MISSING, f"{found}; another project's graphflow {other} is installed, too", fix)


def _models() -> Iterator[Finding]:
    """The cache, and whether the files in it have the digests that the manifest says."""
    from graphflow.cli.models import state_of
    from graphflow.models import manifest
    from graphflow.models.store import CACHE, cache_folder

    try:
        folder = cache_folder()
    except MissingResource as error:
        yield Finding("cache", MISSING, str(error), f"set {CACHE} to a folder")
        return
    yield _cache(folder, f"set {CACHE} to a folder that you may write to")
    entries = [entry for entry in manifest().values() if not entry.by_name]
    states = {entry.name: state_of(entry) for entry in entries}
    wrong = [name for name, state in states.items() if state not in ("here", "missing")]
    missing = [name for name, state in states.items() if state == "missing"]
    here = len(entries) - len(wrong) - len(missing)
    found = f"{here} of {len(entries)} are here with the right SHA-256"
    if wrong:
        told = ", ".join(f"{name} is {states[name]}" for name in wrong)
        yield Finding("models", MISSING, f"{found}; {told}", f"graphflow models pull {' '.join(wrong)}")
    elif missing:
        yield Finding(
            "models", NOTE, f"{found}; a run fetches what it needs", "graphflow models pull, while there is a network"
        )
    else:
        yield Finding("models", FINE, found)


def _cache(folder: Path, fix: str) -> Finding:
    import os
    import shutil

    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    found = f"{folder}, {free / 1e9:,.1f} GB free"
    if not os.access(there, os.W_OK):
        return Finding("cache", MISSING, f"{found}; you may not write to {there}", fix)
    if free < 200e6:
        return Finding("cache", NOTE, found, "make room: the models take 60 MB, and archives while they are fetched 50")
    return Finding("cache", FINE, found)
