"""What is typed behind a graph: values, side packets, and flags that stand for options of nodes."""

from __future__ import annotations

import glob
import os
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from graphflow.cli.errors import UsageError
from graphflow.config.diagnostics import did_you_mean, escaped
from graphflow.errors import SidePacketError
from graphflow.plan.file_use import known_side_packets

if TYPE_CHECKING:
    from graphflow.cli.options import RunOptions
    from graphflow.plan.plan import GraphPlan

_FLOW = ("[", "{", '"', "'")

# Flags that are options of the graph's sources.
_OF_SOURCES = ("max_frames", "realtime", "loop", "allow_truncated", "timeout", "reconnect")

_OWN_OPTIONS = ("input", "output")
"""Side packets with an option of their own on the command line."""


def split_pair(text: str, option: str, form: str) -> tuple[str, str]:
    """``name=value`` as two words.

    Raises:
        UsageError: There is no ``=``, or nothing in front of it.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{option} {text}: write {option} {form}")
    return name.strip(), value


def parse_value(text: str, what: str) -> Any:
    """A number, ``true``, ``null``, text, or a list or map such as ``[1, 2]``.

    Args:
        text: As typed.
        what: Where it was typed, for messages: ``--side num_faces``.

    Raises:
        UsageError: It is none of these.
    """
    from graphflow.config.scalars import plain_value

    word = text.strip()
    if not word.startswith(_FLOW):
        try:
            return plain_value(word)
        except ValueError as error:
            raise UsageError(f"{what}: '{word[:40]}' {error}") from None
    return _parse_flow(word, what)


def _parse_flow(text: str, what: str) -> Any:
    """A quoted text, a list or a map: YAML again, with the reader's limits."""
    from graphflow.config.diagnostics import Diagnostic
    from graphflow.config.fields import literal
    from graphflow.config.limits import Budget
    from graphflow.config.report import Abandoned, Report
    from graphflow.config.tree import parse_tree

    found: list[Diagnostic] = []
    try:
        tree = parse_tree(text, text.splitlines(), what, Report(found), Budget())
    except Abandoned:
        tree = None
    if tree is None or found:
        reason = found[0].message if found else "nothing there"
        raise UsageError(f"{what}: {reason}", "put the value in single quotes, so that the shell leaves it alone")
    return literal(tree)


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
    plan: GraphPlan,
    pairs: Iterable[str],
    *,
    input: str | None = None,
    output: str | None = None,
    saves: bool,
    besides: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What ``--side``, ``--input`` and ``--output`` give, checked against what the graph takes.

    Args:
        plan: The graph.
        pairs: What ``--side`` gives: ``name=value``, as typed.
        input: What ``--input`` gives.
        output: What ``--output`` gives.
        saves: Whether results are saved or printed anyway, so that a window is not indispensable.
        besides: What is given in other ways; it is not in what comes back.

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
        if packet.required and name not in given and name not in (besides or ()):
            raise UsageError(
                f"side packet '{name}' must be given" + (f": {packet.help}" if packet.help else ""),
                f"add --{name} VALUE" if name in _OWN_OPTIONS else f"add --side {name}=VALUE",
            )
    _check(plan, given, texts, besides or {})
    if not saves:
        return given
    besides = besides or {}
    shown = _without_windows(plan, outside, {**given, **besides})
    return {name: value for name, value in shown.items() if name not in besides} | given


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


def _check(plan: GraphPlan, given: dict[str, Any], texts: dict[str, str], besides: Mapping[str, Any]) -> None:
    """What the start of a run would refuse, before any file is touched."""
    from graphflow.runtime.build import checked_side_packets, side_packet_problems

    for name, problem in side_packet_problems(plan, given):
        line, places = _as_typed(name, texts[name])
        raise UsageError(problem + _marked(line, *places[1]), _quoted(plan, name, given[name], texts[name]))
    try:
        checked_side_packets(plan, {**given, **besides})
        if plan.choose is not None:
            plan.choose({**given, **besides})
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


def flag_settings(plan: GraphPlan, options: RunOptions) -> list[str]:
    """What flags stand for, as ``--set`` writes it: the option of that name, or what calculators declare.

    Raises:
        UsageError: No node has such an option, or asks for a GPU.
    """
    settings = source_settings(plan, {option: getattr(options, option) for option in _OF_SOURCES})
    if options.keep_partial:  # what is saved has no node
        settings += [f"{node.name}.keep_partial=true" for node in plan.nodes if "keep_partial" in node.contract.options]
    if options.codec is not None:
        settings += codec_settings(plan, options.codec)
    return settings + (_gpu_settings(plan) if options.require_gpu else [])


def source_settings(plan: GraphPlan, flags: Mapping[str, Any]) -> list[str]:
    """What flags that are options of sources stand for; those that were not given are None or False.

    Raises:
        UsageError: No source has such an option.
    """
    settings: list[str] = []
    for option, value in flags.items():
        if value is None or value is False:
            continue
        nodes = [node.name for node in plan.nodes if node.contract.source and option in node.contract.options]
        if not nodes:
            raise UsageError(f"--{option.replace('_', '-')}: no source of {plan.file} has the option '{option}'")
        settings += [f"{name}.{option}={str(value).lower()}" for name in nodes]
    return settings


def codec_settings(plan: GraphPlan, codec: str) -> list[str]:
    """What ``--codec`` stands for.

    Raises:
        UsageError: No node writes a clip.
    """
    nodes = [node.name for node in plan.nodes if "codec" in node.contract.options]
    if not nodes:
        raise UsageError(f"--codec: nothing in {plan.file} has the option 'codec'")
    return [f"{name}.codec={codec}" for name in nodes]


def _gpu_settings(plan: GraphPlan) -> list[str]:
    settings = [
        f"{node.name}.{option}={value}"
        for node in plan.nodes
        for option, value in node.contract.calculator.gpu_only(node.options, {}).items()
    ]
    if not settings:
        raise UsageError(
            f"--require-gpu: {plan.file} asks for no GPU",
            "take a graph that does, such as face_mesh_desktop_live_gpu; or add --set delegate=gpu, or "
            "--set NODE.delegate=gpu for one node of Inference",
        )
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
