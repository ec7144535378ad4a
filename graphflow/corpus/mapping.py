"""``graphflow.map``: a graph over a corpus, from Python and for the command."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

from graphflow.config.findings import suggestion
from graphflow.config.scalars import plain_value
from graphflow.corpus.corpus_run import CorpusRun
from graphflow.corpus.cuttable import refuse_cutting
from graphflow.corpus.fingerprint import fingerprint
from graphflow.corpus.input_cache import DEFAULT_SIZE, inputs_folder, sweep
from graphflow.corpus.inputs import INPUT, Input, Word, inputs_of, is_address, refuse_inside, refuse_nested
from graphflow.corpus.manifest import Manifest
from graphflow.corpus.pieces import Cutting
from graphflow.corpus.recipe import GraphRecipe
from graphflow.corpus.results_wanted import NONE, OUTPUT, results_wanted
from graphflow.corpus.rules import Rules
from graphflow.corpus.seat import LocalSeat, Seat
from graphflow.corpus.storage import SCHEMES, Storage, is_stored
from graphflow.corpus.stored_manifest import StoredManifest, manifest_folder
from graphflow.errors import SidePacketError, UnusableFile
from graphflow.graph import Graph
from graphflow.plan.permissions import Permissions, permitted
from graphflow.plan.plan import GraphPlan
from graphflow.plan.types import value_fits
from graphflow.processors import usable_memory, usable_processors
from graphflow.registry import Given
from graphflow.values import plain

_SHARED = 0.9
"""Of the memory of this machine, what workers may take."""


def map_graph(
    graph: str | os.PathLike[str] | Graph | GraphRecipe,
    inputs: Iterable[Word] | Word,
    *,
    output_dir: str | os.PathLike[str],
    save: Iterable[str] = (),
    output: str = "",
    side_packets: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    calculators: Iterable[Given] = (),
    workers: int | None = None,
    retries: int = 0,
    timeout: float | None = None,
    memory: int | None = None,
    limit: int | None = None,
    shuffle: int | None = None,
    verify: bool = False,
    retry_failed: bool = False,
    allow_files: bool = False,
    allow_network: bool = False,
    on: str = "",
    cpus: float = 1,
    gpus: float = 0,
    split: float | None = None,
    overlap: float | None = None,
    cache: int = DEFAULT_SIZE,
) -> CorpusRun:
    """Run a graph on many inputs, in processes of their own, and keep what it gives for each in a folder.

    For example::

        for outcome in graphflow.map("face_mesh_desktop", "clips", output_dir="out", save=["multi_face_landmarks"]):
            print(outcome.name, outcome.status, outcome.frames)

    A second call with the same folder does what is missing, changed or, with `retry_failed`, failed.

    Args:
        graph: A graph file, the name of a graph that comes with graphflow, or a `Graph` from `Graph.load`.
        inputs: Each a file, an address, a folder, a pattern, a list of files (``.txt``), a table (``.csv``,
            ``.jsonl``) whose columns are side packets, or a map of side packets. A file is the side packet ``input``.
            Storage (``s3://bucket/clips/``) has objects, folders and patterns, too; workers fetch what they need.
        output_dir: Where results and the manifest are kept: those of one graph. A folder, or an address of storage.
        save: Streams, each as ``STREAM``, ``STREAM.csv``, ``.npz`` or ``.parquet``; JSON Lines unless it says more.
        output: The suffix of a clip to make of each input (``.mp4``), which the graph's side packet ``output`` names.
        side_packets: What is the same for all inputs. Only what JSON can hold.
        options: As for `Graph.load`.
        calculators: As for `Graph.load`. Each must be importable by its module's name, or stand in a file that can be
            run once more: below ``if __name__ == "__main__":`` is what runs only once.
        workers: Processes; as many as there are usable processors unless given. Each works with one thread.
        retries: Further attempts at an input that failed. One that takes its worker down has two in any case.
        timeout: Seconds that an attempt may take.
        memory: Bytes that a worker may take, on Linux; 0 for no limit. Unless given, workers on this machine share nine
            tenths of its memory.
        limit: How many of the inputs to take.
        shuffle: Seed of a random order.
        verify: Know inputs by the SHA-256 of what is in them, not by path, size and time.
        retry_failed: Try again what failed before.
        allow_files: As for `Graph.start`; without it, inputs are written for below their own folders only, whoever
            named the file.
        allow_network: As for `Graph.start`; addresses may stand in lists and tables, too.
        on: Where workers are: on this machine unless given; ``ray`` for a Ray cluster of this machine, which is started
            if there is none; ``ray://HOST:PORT`` for another one. `workers` is then as many as there is room for.
        cpus: Processors that a worker declares, on Ray.
        gpus: GPUs that a worker declares, on Ray.
        split: Seconds of a piece, for clips of twice that or longer: pieces are worked on as inputs are, and their
            results are then put together as those of the clip.
        overlap: Seconds by which each piece begins earlier, for graphs that remember earlier frames (tracking); what
            comes of them is not kept. Such graphs are refused without it.
        cache: Bytes of inputs from storage that each machine may keep; 0 to keep none.

    Raises:
        GraphConfigError: The graph is wrong.
        UnusableFile: The folder holds results of another graph, or another run is writing into it; an input is none,
            or lies in that folder, or the graph does; a storage cannot be reached, or written.
        NotPermitted: The graph, or a list, names files or addresses that it may not use.
        MissingResource: An input or a model is not there, or Ray, or what fsspec needs for a storage, is not installed.
        SidePacketError: A side packet is missing, unknown or of the wrong type.
        UnknownName: The graph has no such stream.
    """
    if not isinstance(graph, GraphRecipe):
        graph = GraphRecipe.of(graph, calculators, options)
    storage = Storage(os.fspath(output_dir)) if is_stored(os.fspath(output_dir)) else None
    if storage is None and is_address(os.fspath(output_dir)):
        raise UnusableFile(f"'{output_dir}' is no storage that results can go to; those are {', '.join(SCHEMES)}")
    results_at = Path(os.path.abspath(os.path.expanduser(output_dir))) if storage is None else storage.address
    folder = results_at if isinstance(results_at, Path) else manifest_folder(results_at)
    words = [inputs] if isinstance(inputs, str | os.PathLike | Mapping | Input) else inputs
    plan = graph.load().plan
    recipe = one_thread(graph, plan)
    found = [fitted(item, plan) for item in inputs_of(words, results_at, allow_network=allow_network)]
    from_storage = any(is_stored(item.path) for item in found)
    if from_storage and verify:
        raise UnusableFile("--verify reads files; what lies in storage is known by its etag: leave it out")
    common = {name: _as_json(name, value) for name, value in (side_packets or {}).items()}
    results, clip = results_wanted(plan, save, output)
    first = found[0].side_packets if found else {}
    start = common | dict(first) | ({OUTPUT: clip} if clip else {})
    # Before the fingerprint, for which files that nodes read are opened.
    refuse_start(plan, start, Permissions(allow_files, allow_network, folder))
    cutting = _cutting(split, overlap)
    if cutting is not None:
        if clip not in ("", NONE):
            raise UnusableFile(
                "--split: a clip that a graph makes is encoded as a whole, with its sound; leave --output out, "
                "and make clips without --split"
            )
        if storage is not None and on:
            raise UnusableFile(
                "--split: pieces of clips lie on this machine until they are put together, and workers on Ray may be "
                "elsewhere; give a folder that all machines share as the place for results, or leave --on out"
            )
        refuse_cutting(plan.choose(start) if plan.choose is not None else plan, overlap)
    kept = results | ({f"side packet {OUTPUT}": clip} if clip else {}) | _changed_by(cutting)
    mark = fingerprint(recipe.load().plan, common, first, kept)
    for path in {*mark["files"], plan.file, *(node.span.file for node in plan.nodes)}:
        refuse_inside(path, os.path.realpath(folder))

    def order(item: Input, place: Path | None) -> dict[str, Any]:
        goal = {"folder": str(place)} if storage is None or place else {"storage": f"{storage.address}/{item.name}"}
        return {
            **goal,
            "cache": cache,
            "side_packets": common | dict(item.side_packets),
            "results": results,
            "clip": clip,
            "allow_files": allow_files,
            "allow_network": allow_network,
        }

    limit_seconds = math.inf if timeout is None else timeout
    rules = Rules(retries, retry_failed, verify, shuffle, limit, cutting)
    cluster = None
    manifest = Manifest(folder, mark) if storage is None else StoredManifest(storage, mark)
    try:
        refuse_nested({*manifest.names, *(item.name for item in found)})
        if not on:
            workers = workers or usable_processors()
            memory = int(usable_memory() * _SHARED / workers) if memory is None else memory
            seats: list[Seat] = [LocalSeat(recipe, limit_seconds, memory) for _ in range(workers)]
        else:
            from graphflow.corpus.ray_seat import RayCluster  # ray is imported only then

            cluster = RayCluster(on, recipe, workers, cpus, gpus, memory or 0, limit_seconds)
            seats = [cluster.seat() for _ in range(cluster.workers)]
        closing = ExitStack()
        if cluster is not None:
            closing.callback(cluster.close)
        if storage is not None or from_storage:
            closing.callback(sweep, inputs_folder())
        return CorpusRun(found, results_at, manifest, order, seats, rules, closing.close)
    except BaseException:
        if cluster is not None:
            cluster.close()
        manifest.close()
        raise


def _cutting(split: float | None, overlap: float | None) -> Cutting | None:
    if split is None and overlap is not None:
        raise UnusableFile("--overlap is about the pieces of --split; give that, too")
    if split is None:
        return None
    if not 0.1 <= split < math.inf or not 0 <= (overlap or 0) < math.inf:
        raise UnusableFile(f"--split takes 0.1 seconds or more, and --overlap 0 or more, not {split:g} and {overlap}")
    return Cutting(split, overlap)


def _changed_by(cutting: Cutting | None) -> dict[str, str]:
    """What tells results of pieces from others in the fingerprint; nothing where they are the same."""
    if cutting is None or cutting.overlap is None:
        return {}
    return {"pieces": f"{cutting.seconds:g} s, begun {cutting.overlap:g} s earlier"}


def one_thread(recipe: GraphRecipe, plan: GraphPlan) -> GraphRecipe:
    """The graph with one thread for each model, unless its options say how many.

    Args:
        recipe: The graph.
        plan: What it means.
    """
    if any(name.rpartition(".")[2] == "threads" for name in recipe.options):
        return recipe
    settings = {f"{node.name}.threads": 1 for node in plan.nodes if "threads" in node.contract.options}
    return GraphRecipe(
        recipe.path, {**recipe.options, **settings}, recipe.calculators, recipe.graph_path, recipe.prefer_graph_path
    )


def fitted(item: Input, plan: GraphPlan) -> Input:
    """An input with the texts of a table as the values that the graph takes.

    Raises:
        SidePacketError: The graph has no side packet of that name.
    """
    values: dict[str, Any] = {}
    for name, value in item.side_packets.items():
        packet = plan.side_packets.get(name)
        if packet is None or packet.producer >= 0:
            known = [one.name for one in plan.side_packets.values() if one.producer < 0]
            raise SidePacketError(_not_taken(item, name, plan.file, known))
        values[name] = _as_json(name, value)
        if item.typed and str not in (get_args(packet.type) or (packet.type,)):
            if value == "":
                del values[name]  # an empty cell: the default
                continue
            try:
                values[name] = plain_value(value)
            except ValueError:
                continue
            if not value_fits(values[name], packet.type):
                values[name] = value
    return Input(item.name, values, stat=item.stat)


def _not_taken(item: Input, name: str, file: str, known: list[str]) -> str:
    """What is said of a side packet that an input would give, and no graph takes."""
    if name == INPUT and list(item.side_packets) == [INPUT]:
        help = f"name it at its top, 'side_packets: [{INPUT}]', and at the node that reads it"
        return f"{file} has no side packet '{INPUT}', by which it would get each file; {help}"
    near = suggestion(name, known, otherwise=f"it has: {', '.join(known) or 'none'}")
    return f"input '{item.name}' has a value for '{name}', and {file} has no such side packet; {near}"


def _as_json(name: str, value: Any) -> Any:
    if type(value) in (str, int, bool):  # nearly all that there are
        return value
    try:
        return json.loads(json.dumps(plain(value), allow_nan=False))
    except (TypeError, ValueError):
        raise SidePacketError(f"side packet '{name}': workers get only what JSON can hold, not {value!r:.60}") from None


def refuse_start(plan: GraphPlan, given: Mapping[str, Any], permissions: Permissions) -> None:
    """What the start of a run would refuse.

    Raises:
        SidePacketError: See there.
        NotPermitted: The graph names files or addresses that it may not use.
    """
    from graphflow.runtime.build import checked_side_packets

    values = checked_side_packets(plan, given)
    permitted(plan.choose(given) if plan.choose is not None else plan, values, given, permissions)
