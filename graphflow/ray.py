"""A graph for Ray Data: a class for ``map_batches``. It does not import Ray itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graphflow.corpus.carrying import carried_out
from graphflow.corpus.failure import told
from graphflow.corpus.mapping import one_thread
from graphflow.corpus.recipe import GraphRecipe
from graphflow.corpus.results_wanted import OUTPUT, results_wanted
from graphflow.errors import UnusableFile
from graphflow.graph import Graph
from graphflow.models import keep_between_runs
from graphflow.registry import Given


class GraphActor:
    """Runs a graph on each row of a batch; the graph and its models are loaded once for each actor.

    For example::

        clips = ray.data.from_items([{"input": str(path)} for path in Path("clips").glob("*.mp4")])
        faces = clips.map_batches(
            graphflow.ray.GraphActor, fn_constructor_args=("face_mesh_desktop", ["multi_face_landmarks"]), concurrency=2
        )
        faces.write_parquet("faces")

    Args:
        graph: As for `graphflow.map`.
        save: Streams; each becomes a column, whose text is what ``--save STREAM.jsonl`` would write.
        side_packets: What is the same for all rows.
        options: As for `Graph.load`.
        calculators: As for `graphflow.map`.
    """

    def __init__(
        self,
        graph: str | os.PathLike[str] | Graph | GraphRecipe,
        save: Iterable[str],
        *,
        side_packets: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        calculators: Iterable[Given] = (),
    ) -> None:
        if not isinstance(graph, GraphRecipe):
            graph = GraphRecipe.of(graph, calculators, options)
        self._graph = one_thread(graph, graph.load().plan).load()
        plan = self._graph.plan
        self._results, clip = results_wanted(plan, save, "")
        if wrong := [name for name in self._results.values() if not name.endswith(".jsonl")]:
            raise UnusableFile(f"'{wrong[0]}': a column has the form of a .jsonl file; name the stream alone")
        self._common = dict(side_packets or {}) | ({OUTPUT: clip} if clip else {})
        self._taken = {name for name, packet in plan.side_packets.items() if packet.producer < 0}
        keep_between_runs()

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
        """Run the graph on each row.

        Args:
            batch: Columns by name. Those with the name of a side packet are given to the graph.

        Returns:
            All columns; and for each stream its rows, ``frames``, and ``error``: empty where there was none.
        """
        rows = len(next(iter(batch.values()), ()))
        found = [self._row({name: batch[name][row] for name in self._taken & batch.keys()}) for row in range(rows)]
        names = [*self._results, "frames", "error"]
        return dict(batch) | {name: [row[name] for row in found] for name in names}

    def _row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        side_packets = {name: getattr(value, "item", lambda value=value: value)() for name, value in values.items()}
        with tempfile.TemporaryDirectory(prefix="graphflow-") as folder:
            order = {"folder": folder, "side_packets": self._common | side_packets, "results": self._results}
            report = carried_out(self._graph, order | {"allow_files": False, "allow_network": False})
            if "cannot" in report:
                raise UnusableFile(report["cannot"])
            error = report.get("error")
            texts = {stream: "" if error else _text(Path(folder) / name) for stream, name in self._results.items()}
        return {**texts, "frames": report["frames"], "error": told(error) if error else ""}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
