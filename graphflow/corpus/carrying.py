"""One input in a worker, whose file may lie in storage, and whose results may go there."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphflow.corpus.attempt import attempt
from graphflow.corpus.failure import failure_of
from graphflow.corpus.input_cache import DEFAULT_SIZE, Bench, InputCache, inputs_folder, sweep
from graphflow.corpus.inputs import INPUT
from graphflow.corpus.pieces import joined
from graphflow.corpus.storage import Storage, StorageUnusable, is_stored
from graphflow.errors import MissingResource, NotPermitted
from graphflow.graph import Graph
from graphflow.models.store import CACHE


def carried_out(graph: Graph, order: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch what has to be fetched, run the graph, and store what has to be stored.

    Args:
        graph: What to run.
        order: As for `attempt`; ``storage`` is an address for the results, which have no ``folder`` then, and ``cache``
            says how many bytes of inputs the machine may keep. Or as for `joined`.

    Returns:
        As `attempt`. ``objects`` says which results are in storage. If the storage is to blame, only ``cannot``, which
        says why.
    """
    source, storage = str(order["side_packets"].get(INPUT, "")), order.get("storage")
    if "join" in order:
        source = ""  # nobody reads it once more
    if not storage and not is_stored(source):
        return _carried_out_here(graph, order)
    start = time.monotonic()
    try:
        with _bench().fresh() as place:
            report = _carried(graph, order, source, storage, place)
    except (StorageUnusable, MissingResource) as error:
        return {"cannot": str(error)}
    except OSError as error:
        what = f"'{inputs_folder()}', where inputs from storage are kept"
        return {"cannot": f"{what}, cannot be used: {error.strerror or error}; {CACHE} names another place"}
    return report | {"seconds": round(time.monotonic() - start, 4)}


@lru_cache(maxsize=1)
def _bench() -> Bench:
    sweep(inputs_folder())  # of the worker that was replaced by this one
    return Bench(inputs_folder())


@lru_cache(maxsize=1)
def _cache(size: int) -> InputCache:
    return InputCache(inputs_folder(), size)


def _carried(graph: Graph, order: Mapping[str, Any], source: str, storage: str | None, place: Path) -> dict[str, Any]:
    side_packets = dict(order["side_packets"])
    if is_stored(source):
        origin = Storage(source)
        (place / "input").mkdir()
        try:
            side_packets[INPUT] = str(_cache(order.get("cache", DEFAULT_SIZE)).link(origin, place / "input"))
        except (MissingResource, NotPermitted) as error:
            return {"frames": 0, "frames_out": 0, "dropped": 0, "error": failure_of(error)}
    folder = place / "results" if storage else Path(order["folder"])
    folder.mkdir(exist_ok=True)
    report = _carried_out_here(graph, {**order, "side_packets": side_packets, "folder": str(folder)})
    if not report.get("fits", True):
        return report
    if "error" in report:
        return report | {"error": _as_it_is_called(report["error"], str(side_packets.get(INPUT, "")), source)}
    return report | ({"objects": _stored(folder, Storage(storage))} if storage else {})


def _carried_out_here(graph: Graph, order: Mapping[str, Any]) -> dict[str, Any]:
    return joined(order) if "join" in order else attempt(graph, order)


def _as_it_is_called(failure: Any, here: str, source: str) -> Any:
    """With the address of the input in place of the file that it was here."""
    return (
        json.loads(json.dumps(failure).replace(json.dumps(here)[1:-1], json.dumps(source)[1:-1])) if here else failure
    )


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _stored(folder: Path, goal: Storage) -> list[str]:
    """Make objects of all files below a folder, and leave no others at the place; the names."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if _is_file(path))
    for name in names:
        (goal / name).put(folder / name)
    goal.remove(goal.listed().keys() - {*names, ""})
    return names
