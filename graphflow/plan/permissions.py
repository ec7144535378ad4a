"""What a graph file asks for by itself: file names and addresses that nobody but the file has named.

Whoever runs a graph decides what it writes, reads and fetches: with side packets and options of the command line or of
a program. What stands in the file, or is made by its nodes, is looked at before a node is opened. Files that come with
graphflow are trusted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphflow.bundled import is_bundled
from graphflow.calculator import Calculator
from graphflow.config.location import Span
from graphflow.contract import MISSING
from graphflow.errors import NotPermitted, UnusableFile
from graphflow.plan.file_use import known_side_packets
from graphflow.plan.plan import GraphPlan, PlanNode, PlanSideInput

_METHODS = ("reads", "writes", "fetches")
_STANDARD_INPUT = os.fspath(Path("/dev/stdin"))
"""Whoever runs the graph has chosen what that is."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What graph files may do by themselves.

    Attributes:
        files: Write any file, and read files outside of the top file's folder.
        network: Fetch from any address.
        output_dir: A folder below which they may write; names that are not absolute are meant below it. It is kept as
            an absolute path: the working folder may change.
    """

    files: bool = False
    network: bool = False
    output_dir: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.output_dir is not None:
            object.__setattr__(self, "output_dir", os.path.abspath(os.path.expanduser(self.output_dir)))

    def make_folder(self) -> None:
        """Make `output_dir`, if it is not there.

        Raises:
            UnusableFile: It cannot be made.
        """
        if self.output_dir is not None:
            try:
                os.makedirs(self.output_dir, exist_ok=True)
            except OSError as error:
                text = f"the folder '{self.output_dir}' cannot be made: {error.strerror or error}"
                raise UnusableFile(text) from None


def permitted(
    plan: GraphPlan, values: Mapping[str, Any], given: Mapping[str, Any], permissions: Permissions
) -> GraphPlan:
    """Look at the names that stand in graph files, before any calculator is made.

    Calculators tell by `Calculator.reads`, `Calculator.writes` and `Calculator.fetches`.

    Args:
        plan: The graph, with the branches that are taken.
        values: Side packets that it starts with, by name, and the defaults of the others.
        given: Those of them that whoever runs it has given.
        permissions: What its files may do.

    Returns:
        The plan, with what is to be written below the output folder.

    Raises:
        NotPermitted: A file asks for what it may not.
    """
    if is_bundled(plan.file):
        return plan
    nodes = tuple(node_permitted(node, plan, values, given, permissions) for node in plan.nodes)
    return plan if nodes == plan.nodes else replace(plan, nodes=nodes)


def node_permitted(
    node: PlanNode, plan: GraphPlan, values: Mapping[str, Any], given: Mapping[str, Any], permissions: Permissions
) -> PlanNode:
    """The same for one node, of whose side packets more may be known now: what other nodes have made."""
    if not _tells(node.contract.calculator) or is_bundled(plan.file):
        return node
    asked = _Asked(node, plan, values, given)
    if not asked.doubted_options and not asked.doubted_ports:
        return node
    folder = None if permissions.output_dir is None else os.fspath(permissions.output_dir)
    if folder is not None:
        asked.place_in(folder)
    if not permissions.network:
        for address in asked.by_the_file("fetches"):
            raise asked.refusal("fetch", address, "add --allow-network if you trust it (in Python: allow_network=True)")
    if permissions.files:
        return asked.node
    for path in asked.by_the_file("reads"):
        if path != _STANDARD_INPUT and not _is_below(path, os.path.dirname(plan.file)):
            ways = "a graph reads from its own folder; add --allow-files if you trust it (in Python: allow_files=True)"
            raise asked.refusal("read", path, ways)
    for path in asked.by_the_file("writes"):
        if folder is None or not _is_below(path, folder):
            ways = "add --output-dir FOLDER to have it write there and nowhere else, or --allow-files if you trust it"
            raise asked.refusal("write", path, f"{ways} (in Python: output_dir=FOLDER, allow_files=True)")
    return asked.node


def refuse_writing_elsewhere(plan: GraphPlan, given: Mapping[str, Any], folder: str | os.PathLike[str]) -> None:
    """Hold a graph to one folder, also in what whoever runs it has given: a table of inputs may be somebody else's.

    Raises:
        NotPermitted: A node would write a file elsewhere.
    """
    for node in plan.nodes:
        sides = known_side_packets(node, plan, given)
        for path in node.contract.calculator.writes(node.options, sides):
            if not _is_below(_path_text(path), os.fspath(folder)):
                what = f"node '{node.name}' would write '{path}', outside of the folder for the results of this input"
                raise NotPermitted(what, "leave it out; or add --allow-files (in Python: allow_files=True)")


def _tells(calculator: type[Any]) -> bool:
    """Whether a class says anything of what it uses; most have nothing to say."""
    return any(
        getattr(getattr(calculator, name), "__func__", None) is not getattr(Calculator, name).__func__
        for name in _METHODS
    )


class _Asked:
    """A node, and which of its values nobody but a graph file has named.

    Attributes:
        doubted_options: Options that stand in a file, and where.
        doubted_ports: Ports whose side packets do, or come from another node.
    """

    def __init__(self, node: PlanNode, plan: GraphPlan, values: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self.node = node
        self.side_packets = known_side_packets(node, plan, values)
        self.doubted_options = {name: span for name, span in node.written.items() if not is_bundled(span.file)}
        self.doubted_ports: dict[str, Span] = {}
        for side in node.side_inputs:
            span = _doubted(side, plan, given, self.side_packets.get(side.port.name, MISSING))
            if span is not None:
                self.doubted_ports[side.port.name] = span

    def by_the_file(self, method: str) -> list[str]:
        """What a class method tells that it does not tell without the values in doubt."""
        ask = getattr(self.node.contract.calculator, method)
        text = str if method == "fetches" else _path_text
        fields = getattr(self.node.contract.calculator, "_option_fields", {})
        options = {
            name: fields[name].default if name in self.doubted_options else value
            for name, value in self.node.options.items()
        }
        options = {name: value for name, value in options.items() if value is not MISSING}
        rest = {port: value for port, value in self.side_packets.items() if port not in self.doubted_ports}
        try:
            without = {text(one) for one in ask(options, rest)}
        except Exception:  # a class that cannot do without them may raise anything
            without = set()
        every = (text(one) for one in ask(self.node.options, self.side_packets))
        return [one for one in every if one not in without]

    def place_in(self, folder: str) -> None:
        """Have the names in doubt that the node writes, and that are not absolute, mean files below a folder."""
        names = set(self.by_the_file("writes"))

        def placed(value: Any) -> Any:
            mine = isinstance(value, str) and not value.startswith("~") and _path_text(value) in names
            return os.path.join(folder, value) if mine else value

        sides = []
        for side in self.node.side_inputs:
            port = side.port.name
            value = self.side_packets.get(port)
            there = placed(value) if port in self.doubted_ports else value
            if there is not value:
                side = replace(side, name=None, literal=there, origin=self.doubted_ports[port])
                self.side_packets[port] = there
            sides.append(side)
        options = self.node.options | {name: placed(self.node.options[name]) for name in self.doubted_options}
        self.node = replace(self.node, side_inputs=tuple(sides), options=options)

    def refusal(self, verb: str, name: str, ways: str) -> NotPermitted:
        """The error, with the place where the name stands."""
        values = {**self.node.options, **self.side_packets}
        spans = {**self.doubted_options, **self.doubted_ports}
        said = [span for key, span in spans.items() if os.path.expanduser(str(values.get(key))) == name]
        span = (said or [*spans.values()])[-1]
        place = f"{span.file}:{span.line}"
        return NotPermitted(
            f"node '{self.node.name}' would {verb} '{name}', which only the graph names ({place})", ways
        )


def _doubted(side: PlanSideInput, plan: GraphPlan, given: Mapping[str, Any], value: Any) -> Span | None:
    """Where the value of a side packet stands; None if it is trusted, or not known yet."""
    span = side.origin
    packet = None if side.name is None else plan.side_packets.get(side.name)
    if packet is not None:
        if packet.name in given or value is MISSING:
            return None
        if packet.producer >= 0:
            # A node may hand on what was given; anything else it has from the file.
            same = any(value is one or (isinstance(value, str) and value == one) for one in given.values())
            return None if same else plan.nodes[packet.producer].span
        if packet.default is not MISSING:
            span = packet.span
    return None if span is None or is_bundled(span.file) else span


def _path_text(path: str | os.PathLike[str]) -> str:
    return os.fspath(Path(path))


def _is_below(path: str, folder: str) -> bool:
    """Whether a file lies in a folder, or is it, links followed."""
    try:
        real, around = os.path.realpath(path), os.path.realpath(folder or ".")
    except (OSError, ValueError):  # a name that no file can have
        return False
    return f"{real}{os.sep}".startswith(around.rstrip(os.sep) + os.sep)
