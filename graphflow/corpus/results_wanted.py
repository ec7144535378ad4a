"""What is kept of each input: streams as rows, and the clip that the graph makes."""

from __future__ import annotations

from collections.abc import Iterable

from graphflow.errors import SidePacketError, UnknownName, UnusableFile
from graphflow.plan.plan import GraphPlan
from graphflow.plan.stream_names import meant_instead, positions
from graphflow.rows import FORMATS, require_pyarrow

OUTPUT = "output"
"""The side packet that names the clip to write."""
NONE = "none"
"""What a graph takes for no clip."""


def results_wanted(plan: GraphPlan, save: Iterable[str], output: str) -> tuple[dict[str, str], str]:
    """File names of the streams to save, and of the clip; the clip's is ``none`` or empty if there is none.

    Args:
        plan: The graph.
        save: Streams, each with the suffix of its file, or without for JSON Lines.
        output: The clip's suffix; empty if none is wanted.

    Raises:
        UnknownName: The graph has no such stream.
        UnusableFile: Two streams would have one file, or the suffix is none.
        MissingResource: Parquet is wanted, and pyarrow is not installed.
        SidePacketError: A clip is wanted of a graph that makes none.
    """
    known = positions(plan)
    results: dict[str, str] = {}
    for word in save:
        suffix = next((one for one in FORMATS if word.endswith(one)), "")
        stream = word.removesuffix(suffix)
        if "=" in stream:
            instead = f"{stream.partition('=')[0]}{suffix}"
            raise UnusableFile(f"'{word}': each input has a folder, whose files are named here; write '{instead}'")
        if stream not in known:
            raise UnknownName(f"the graph has no stream '{stream}'; {meant_instead(plan, stream)}")
        name = stream.replace("/", ".") + (suffix or FORMATS[0])
        if stream in results or name in results.values():
            raise UnusableFile(f"stream '{stream}' would be saved twice")
        if name.endswith(".parquet"):
            require_pyarrow()  # here once, and not for each input
        results[stream] = name
    packet = plan.side_packets.get(OUTPUT)
    takes = packet is not None and packet.producer < 0
    if not output:
        return results, NONE if takes else ""
    if not takes:
        raise SidePacketError(f"{plan.file} has no side packet '{OUTPUT}' that would name a clip")
    suffix = output.removeprefix("output")
    if not suffix.startswith(".") or "/" in suffix or "\\" in suffix:
        raise UnusableFile(f"'{output}' is no suffix of a clip; write .mp4")
    return results, f"{OUTPUT}{suffix}"
