"""A Ray cluster of two nodes of one processor each, both on this machine; one of them can be killed."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Self

_OBJECTS = 100_000_000
_QUICK = {"health_check_initial_delay_ms": 1000, "health_check_period_ms": 500, "health_check_failure_threshold": 3}
"""So that a node is missed after two seconds; Ray's own figures are meant for clusters."""


class TwoRaylets:
    """The cluster; it is ended with the block.

    Attributes:
        address: For ``RAY_ADDRESS``.
    """

    def __init__(self) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        from ray.cluster_utils import Cluster

        room = {"num_cpus": 1, "object_store_memory": _OBJECTS}
        self._room = room
        self._cluster: Any = Cluster(
            initialize_head=True, head_node_args={**room, "include_dashboard": False, "_system_config": _QUICK}
        )
        self._second: Any = self._cluster.add_node(**room)
        self.address: str = self._cluster.address

    @property
    def raylets(self) -> list[int]:
        """The numbers of the processes that all workers are below."""
        return [_raylet(node).pid for node in (self._cluster.head_node, self._second)]

    def kill(self) -> None:
        """Kill the second raylet, as a machine that goes down would."""
        _raylet(self._second).kill()

    def mend(self) -> None:
        """See that there are two nodes again."""
        if _raylet(self._second).poll() is not None:
            self._cluster.remove_node(self._second, allow_graceful=False)
            self._second = self._cluster.add_node(**self._room)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._cluster.shutdown()


def _raylet(node: Any) -> Any:
    return node.all_processes["raylet"][0].process
