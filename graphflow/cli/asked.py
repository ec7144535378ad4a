"""What the command line of ``run`` asks for, checked against the graph."""

from __future__ import annotations

import glob
import os
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from graphflow.cli.problem import UsageError
from graphflow.cli.values import parse_value, split_pair
from graphflow.config.diagnostics import did_you_mean, escaped
from graphflow.errors import NotPermitted, SidePacketError, UnusableFile
from graphflow.plan.file_use import known_side_packets
from graphflow.rows import FORMATS, SUFFIXES

if TYPE_CHECKING:
    from graphflow.plan.permissions import Permissions
    from graphflow.plan.plan import GraphPlan

_OWN_OPTIONS = ("input", "output")
"""Side packets with an option of their own on the command line."""


def refuse_graph_inputs(plan: GraphPlan) -> None:
    """A graph that somebody else has to feed cannot be run from here.

    Raises:
        UsageError: It is one.
    """
    if plan.inputs:
        names = ", ".join(f"'{plan.streams[position].name}'" for position in plan.inputs)
        raise UsageError(
            f"{plan.file} has graph inputs that nothing feeds here: {names}",
            "run it from Python (Graph.load, then send), or include it as a subgraph of a graph with a source",
        )


def side_packets_of(
    plan: GraphPlan, pairs: Iterable[str], *, input: str | None = None, output: str | None = None, saves: bool
) -> dict[str, Any]:
    """What ``--side``, ``--input`` and ``--output`` give, checked against what the graph takes.

    Args:
        plan: The graph.
        pairs: What ``--side`` gives: ``name=value``, as typed.
        input: What ``--input`` gives.
        output: What ``--output`` gives.
        saves: Whether results are saved or printed anyway, so that a window is not indispensable.

    Raises:
        UsageError: A name is unknown, a value cannot be read or does not fit, or one is missing.
    """
    outside = {name: packet for name, packet in plan.side_packets.items() if packet.producer < 0}
    given: dict[str, Any] = {}
    texts: dict[str, str] = {}
    named = [(name, text) for name, text in (("input", input), ("output", output)) if text is not None]
    for name, text in [*(split_pair(pair, "--side", "NAME=VALUE") for pair in pairs), *named]:
        if name not in outside:
            match = did_you_mean(name, outside)
            known = "it takes " + (", ".join(f"'{one}'" for one in outside) or "no side packets")
            line, places = _as_typed(name, text)
            raise UsageError(
                f"{plan.file} has no side packet '{name}'{_marked(line, *places[0])}",
                f"did you mean '{match}'?" if match else known,
            )
        option = f"--{name}" if name in _OWN_OPTIONS else f"--side {name}"
        as_name = (name, text) in named and str in (get_args(outside[name].type) or (outside[name].type,))
        if not (text if as_name else text.strip()):
            help = f"leave {option} out, or give a name" if as_name else "write '\"\"' if an empty text is meant"
            raise UsageError(f"{option}: the value is empty", help)
        # File names may look like anything: true, 1e5, [a].mp4. Only numbers are not taken for one.
        number = text.isdecimal() and outside[name].type is not str
        given[name] = text if as_name and not number else parse_value(text, option)
        texts[name] = text
    for name, packet in outside.items():
        if packet.required and name not in given:
            raise UsageError(
                f"side packet '{name}' must be given" + (f": {packet.help}" if packet.help else ""),
                f"add --{name} VALUE" if name in _OWN_OPTIONS else f"add --side {name}=VALUE",
            )
    _check(plan, given, texts)
    return _without_windows(plan, outside, given) | given if saves else given


def _without_windows(plan: GraphPlan, outside: Container[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Side packets that nobody gives, with which no node needs a screen."""
    found: dict[str, Any] = {}
    for node in plan.nodes:
        instead = node.contract.calculator.without_window(node.options, known_side_packets(node, plan, given))
        sides = [side for side in node.side_inputs if side.port.name in instead]
        found |= {
            side.name: instead[side.port.name] for side in sides if side.name is not None and side.name in outside
        }
    return found


def _check(plan: GraphPlan, given: dict[str, Any], texts: dict[str, str]) -> None:
    """What the start of a run would refuse, before any file is touched."""
    from graphflow.runtime.build import checked_side_packets, side_packet_problems

    for name, problem in side_packet_problems(plan, given):
        line, places = _as_typed(name, texts[name])
        raise UsageError(problem + _marked(line, *places[1]), _quoted(plan, name, given[name], texts[name]))
    try:
        checked_side_packets(plan, given)
        if plan.choose is not None:
            plan.choose(given)
    except SidePacketError as error:
        raise UsageError(str(error)) from error


def _as_typed(name: str, text: str) -> tuple[str, tuple[tuple[int, int], tuple[int, int]]]:
    """A side packet as it stands on the command line, with where its name and its value are, and how long."""
    before, between = ("--", " ") if name in _OWN_OPTIONS else ("--side ", "=")
    name, text = (escaped(word).replace("\n", " ") for word in (name, text))
    value_at = len(before + name + between)
    return f"{before}{name}{between}{text}", ((len(before), len(name)), (value_at, len(text)))


def _marked(line: str, start: int, length: int) -> str:
    """A line below a message, with a part of it marked, as findings have it."""
    return f"\n   |\n   | {line}\n   | {' ' * start}{'^' * length}"


def _quoted(plan: GraphPlan, name: str, value: Any, text: str) -> str:
    """What to type for a text that looks like something else."""
    from graphflow.plan.types import value_fits

    if isinstance(value, str) or not value_fits(text, plan.side_packets[name].type):
        return ""
    if name in _OWN_OPTIONS:
        return f"for the text {text} write --{name} {text}"
    return f"""for the text {text} write {_as_typed(name, f"'{chr(34)}{text}{chr(34)}'")[0]}"""


def source_settings(plan: GraphPlan, wanted: Mapping[str, Any]) -> list[str]:
    """``--max-frames``, ``--realtime`` and the like as options of the graph's sources, as ``--set`` writes them.

    Args:
        plan: The graph.
        wanted: Values by the option's name; None or False where nothing is wanted.

    Raises:
        UsageError: No source has such an option.
    """
    settings: list[str] = []
    for option, value in wanted.items():
        if value is None or value is False:
            continue
        nodes = [node.name for node in plan.nodes if node.contract.source and option in node.contract.options]
        if not nodes:
            raise UsageError(f"--{option.replace('_', '-')}: no source of {plan.file} has the option '{option}'")
        settings += [f"{name}.{option}={str(value).lower()}" for name in nodes]
    return settings


def sink_settings(plan: GraphPlan, *, keep_partial: bool, codec: str | None) -> list[str]:
    """``--keep-partial`` and ``--codec`` as options of the graph's nodes, as ``--set`` writes them.

    Raises:
        UsageError: Nothing in the graph writes a video.
    """
    settings: list[str] = []
    if keep_partial:  # what is saved has no node
        settings += [f"{node.name}.keep_partial=true" for node in plan.nodes if "keep_partial" in node.contract.options]
    if codec is not None:
        nodes = [node.name for node in plan.nodes if "codec" in node.contract.options]
        if not nodes:
            raise UsageError(f"--codec: nothing in {plan.file} has the option 'codec'")
        settings += [f"{name}.codec={codec}" for name in nodes]
    return settings


def unrelated_pictures_hint(plan: GraphPlan, given: Mapping[str, Any]) -> str:
    """What whoever gives a folder of pictures to a graph that follows faces may not know; empty if there is nothing.

    Args:
        plan: The graph.
        given: Side packets.
    """
    source, follows = str(given.get("input", "")), "use_prev_landmarks"
    pattern = any(sign in source for sign in "*?[") and "://" not in source and not os.path.exists(source)
    several = os.path.isdir(source) or (pattern and bool(glob.glob(source)))
    if not several or follows in given or follows not in plan.side_packets:
        return ""
    return (
        f"hint: '{source}' is read as the frames of one clip, and each face is looked for where it was in the one "
        f"before; add --side {follows}=false if the pictures have nothing to do with each other"
    )


def gpu_settings(plan: GraphPlan) -> list[str]:
    """``--require-gpu`` as options of the graph's nodes, as ``--set`` writes them.

    Raises:
        UsageError: No node asks for a GPU.
    """
    asking = [
        f"{node.name}.{option}={value}"
        for node in plan.nodes
        for option, value in node.contract.calculator.gpu_only(node.options, {}).items()
    ]
    if not asking:
        raise UsageError(
            f"--require-gpu: {plan.file} asks for no GPU",
            "take a graph that does, such as face_mesh_desktop_live_gpu; or add --set delegate=gpu, or "
            "--set NODE.delegate=gpu for one node of Inference",
        )
    return asking


def saved_streams(plan: GraphPlan, pairs: Iterable[str], form: str = "") -> list[tuple[int, Path]]:
    """``--save``: positions of streams, and files.

    Args:
        plan: The graph.
        pairs: ``stream=file``, as typed.
        form: What ``--save-format`` says, if anything.

    Raises:
        UsageError: See the message.
    """
    saved: list[tuple[int, Path]] = []
    for pair in pairs:
        name, file = split_pair(pair, "--save", "STREAM=FILE.jsonl")
        path = Path(os.path.expanduser(file))
        if path.suffix.lower() not in FORMATS:
            raise UsageError(f"--save {pair}: the file must end in {SUFFIXES}")
        if form and path.suffix.lower() != ".jsonl":
            raise UsageError(f"--save {pair}: with --save-format {form} the file must end in .jsonl")
        if path in [other for _, other in saved]:
            raise UsageError(f"--save {pair}: '{path}' takes one stream", "give each stream a file of its own")
        saved.append((_position(plan, known_stream(plan, name, "--save")), path))
    if form and not saved:
        raise UsageError(f"--save-format {form}: nothing is saved", "add --save STREAM=FILE.jsonl")
    return saved


def refuse_overwritten(
    plan: GraphPlan,
    side_packets: Mapping[str, Any],
    calculators: Iterable[Path],
    saved: Iterable[tuple[int, Path]],
    permissions: Permissions,
) -> None:
    """Look whether the run would replace a file that it reads, or the graph asks for too much, before any is opened.

    Args:
        plan: The graph.
        side_packets: What it is started with.
        calculators: What ``--calculators`` gives.
        saved: What ``--save`` gives.
        permissions: What the graph file may do by itself.

    Raises:
        UsageError: It would, or two results would have one name.
    """
    from graphflow.plan.file_use import FileUse, refuse_overwriting
    from graphflow.plan.permissions import permitted
    from graphflow.runtime.build import checked_side_packets

    plan = plan if plan.choose is None else plan.choose(side_packets)
    try:
        plan = permitted(plan, checked_side_packets(plan, side_packets), side_packets, permissions)
    except NotPermitted as error:
        raise UsageError(error.message, error.help) from error
    try:
        refuse_overwriting(
            plan,
            side_packets,
            reads=[FileUse("--calculators", path) for path in calculators],
            writes=[FileUse("--save", path) for _, path in saved],
        )
    except UnusableFile as error:
        raise UsageError(str(error), "give the result another name") from error


def shown_streams(plan: GraphPlan, asked: Sequence[str], *, saves: bool) -> list[str]:
    """What standard output shows: what was asked for, or all graph outputs where results go nowhere else.

    Raises:
        UsageError: There is no such stream.
    """
    if asked:
        return [known_stream(plan, name, "--print") for name in asked]
    if saves or "output" in plan.side_packets:
        return []
    return [plan.streams[position].name for position in plan.outputs]


def known_stream(plan: GraphPlan, name: str, option: str) -> str:
    """The name of a stream, if there is one.

    Raises:
        UsageError: There is none.
    """
    known = {stream.name for stream in plan.streams} | plan.aliases.keys()
    if name not in known:
        own = [plan.streams[position].name for position in plan.outputs]
        match = next((output for output in own if name in output), "") or did_you_mean(name, known)
        outputs = ", ".join(f"'{plan.streams[position].name}'" for position in plan.outputs)
        all_of_them = f"{option} takes any stream that 'graphflow viz' shows"
        help = f"did you mean '{match}'?" if match else f"its outputs are {outputs}" if outputs else all_of_them
        raise UsageError(f"{option} {name}: the graph has no stream '{name}'", help)
    return name


def _position(plan: GraphPlan, name: str) -> int:
    names = {stream.name: position for position, stream in enumerate(plan.streams)}
    return names[name] if name in names else plan.aliases[name]
