"""Which files a run reads and writes, so that none is replaced by the run that reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from graphflow.contract import MISSING
from graphflow.errors import UnusableFile
from graphflow.plan.plan import GraphPlan, PlanNode


class FileUse(NamedTuple):
    """A file, or a folder in which files are made; and who reads or writes it, for messages."""

    who: str
    path: Path


def refuse_overwriting(
    plan: GraphPlan, given: Mapping[str, Any], *, reads: Iterable[FileUse] = (), writes: Iterable[FileUse] = ()
) -> None:
    """Look at the names of all files of a run, before any is opened.

    Calculators tell by `Calculator.reads` and `Calculator.writes`.

    Args:
        plan: The graph, with the branches that are taken.
        given: Side packets that it is going to be started with, by name.
        reads: What is read besides.
        writes: What is written besides.

    Raises:
        UnusableFile: A file that is read would be replaced, by whatever path or link it is named; or one file would be
            written twice.
    """
    outputs = [*writes, *_uses("writes", plan, given)]
    if not outputs:
        return
    inputs = list(_uses("reads", plan, given))
    files = {plan.file, *(node.span.file for node in plan.nodes)}
    refuse_replacing([*inputs, *reads, *(FileUse("the graph", Path(file)) for file in sorted(files))], outputs)
    folders = {os.path.realpath(output.path): output for output in outputs if output.path.is_dir()}
    for read in inputs:
        for folder in Path(os.path.realpath(read.path)).parents if folders else ():
            if (within := folders.get(str(folder))) is not None:
                raise UnusableFile(
                    f"{within.who} would write pictures into the folder '{within.path}', in which {read.who} reads "
                    f"'{read.path}': give it a folder of its own"
                )


def refuse_replacing(inputs: Iterable[FileUse], outputs: Iterable[FileUse]) -> None:
    """Compare files, by whatever path or link they are named.

    Raises:
        UnusableFile: One that is read would be replaced, or one would be written twice.
    """
    written: dict[object, FileUse] = {}
    for output in outputs:
        other = written.setdefault(_identity(output.path), output)
        if other is not output:
            raise UnusableFile(f"'{output.path}' would be written twice, by {other.who} and {output.who}")
    for read in inputs:
        if not os.path.lexists(read.path):
            continue
        replaced = written.get(_identity(read.path))
        if replaced is not None:
            raise UnusableFile(
                f"{replaced.who} would replace '{replaced.path}', which {read.who} reads" + _by_name(read, replaced)
            )


def _by_name(read: FileUse, output: FileUse) -> str:
    return "" if read.path == output.path else f" as '{read.path}'"


def _identity(path: Path) -> object:
    """The same for two names of one file, links followed; of a file that is not there yet its whole path."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path)
    return found.st_dev, found.st_ino


def _uses(method: str, plan: GraphPlan, given: Mapping[str, Any]) -> Iterator[FileUse]:
    for node in plan.nodes:
        ask = getattr(node.contract.calculator, method)
        for path in ask(node.options, known_side_packets(node, plan, given)):
            yield FileUse(f"node '{node.name}'", Path(path))


def known_side_packets(node: PlanNode, plan: GraphPlan, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a node's side packets that come from outside, by port."""
    values = {}
    for side in node.side_inputs:
        value = side.literal
        if side.name is not None:
            packet = plan.side_packets.get(side.name)
            value = given.get(side.name, MISSING if packet is None else packet.default)
            value = side.default if value is MISSING else value
        if value is not MISSING:
            values[side.port.name] = value
    return values
