"""What runs on a node of a Ray cluster: an actor that sits a worker process down beside it, as this machine would."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphflow.corpus.recipe import GraphRecipe
from graphflow.corpus.seat import CannotWork, LocalSeat, WorkerLost


class RayWorker:
    """An actor. Native code runs in the process below it, so crashes, time and memory are told as they are without Ray.

    Args:
        recipe: The graph, with names relative to the working folder of the actor.
        origins: What parts of that folder are called where they came from.
        timeout: As for `LocalSeat`.
        memory: As for `LocalSeat`.
    """

    def __init__(self, recipe: GraphRecipe, origins: Mapping[str, str], timeout: float, memory: int) -> None:
        here = os.getcwd()
        self._origins = {os.path.join(here, place): origin for place, origin in origins.items()}
        placed = {place: os.path.join(here, place) for place in _names(recipe) if os.path.exists(place)}
        self._seat = LocalSeat(
            replace(
                recipe,
                path=placed.get(recipe.path, recipe.path),
                calculators=tuple(placed.get(name, name) for name in recipe.calculators),
                graph_path=tuple(placed.get(name, name) for name in recipe.graph_path),
            ),
            timeout,
            memory,
        )

    def node(self) -> str:
        """The node that it is on."""
        import ray

        return str(ray.get_runtime_context().get_node_id())

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out an order: ``report`` of what `LocalSeat.work` gives; ``lost`` or ``cannot`` of what it raises.

        Exceptions would come with Ray's own words around them.
        """
        try:
            found: dict[str, Any] = {"report": self._seat.work(order)}
        except WorkerLost as error:
            found = {"lost": error.failure}
        except CannotWork as error:
            found = {"cannot": str(error)}
        return self._as_at_home(found)

    def _as_at_home(self, found: dict[str, Any]) -> dict[str, Any]:
        """With the places of files as whoever started this knows them."""
        text = json.dumps(found)
        for here, origin in self._origins.items():
            text = text.replace(json.dumps(here)[1:-1], json.dumps(origin)[1:-1])
        told: dict[str, Any] = json.loads(text)
        return told


def _names(recipe: GraphRecipe) -> list[str]:
    return [recipe.path, *recipe.calculators, *recipe.graph_path]
