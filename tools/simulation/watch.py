"""Looks at the queues of a running core: is what should be held back held back, and are droppers' queues short?"""

from __future__ import annotations

from collections.abc import Iterator

from graphflow.policies import FixedSize
from graphflow.runtime.core import Core
from graphflow.runtime.node import Node
from graphflow.streams import Queue


class Watch:
    """For drivers with one thread: told of every call that begins and of every result that was delivered.

    Attributes:
        found: What was wrong.
    """

    def __init__(self, core: Core) -> None:
        self.core = core
        self.found: list[str] = []
        # For each source the queues below it that have been full ever since its last turn.
        self._holding: dict[Node, list[Queue]] = {}
        # A queue may be emptied and filled again while one result travels.
        release = core.throttle.release

        def released(queue: Queue) -> None:
            if not is_full(queue):
                self._holding = {
                    node: [one for one in held if one is not queue] for node, held in self._holding.items()
                }
            release(queue)

        core.throttle.release = released  # type: ignore[method-assign]

    def began(self, node: Node) -> None:
        """A call begins."""
        self._refresh()
        for queue in self._holding.get(node, ()):
            self.found.append(f"source {node.name} has a turn although {queue.node.name} is full ever since its last")

    def delivered(self, node: Node) -> None:
        """What a call did has travelled."""
        self._refresh()
        if node.is_source and not self.core.errors:
            below = (queue for queue in self._queues() if node.position in queue.ancestors)
            self._holding[node] = [queue for queue in below if is_full(queue)]
        self.found += [text for other in self.core.nodes if other.plan for text in untrimmed(other)]

    def _refresh(self) -> None:
        for node, queues in self._holding.items():
            self._holding[node] = [queue for queue in queues if is_full(queue) and not self.core.errors]

    def _queues(self) -> Iterator[Queue]:
        # Not those of observers: nothing is told here of their calls, so a queue may have been empty meanwhile.
        return (queue for node in self.core.nodes if node.plan is not None for queue in node.queues)


def is_full(queue: Queue) -> bool:
    """Whether a queue has reached its limit."""
    return len(queue.packets) >= queue.limit and not queue.node.closed


def untrimmed(node: Node) -> list[str]:
    """Queues of a FixedSize node that are longer than the policy leaves them."""
    policy = node.plan.policy if node.plan else None
    if not isinstance(policy, FixedSize) or node.closed:
        return []
    long = [queue for queue in node.queues if len(queue.packets) >= policy.trigger_queue_size]
    if not long or (policy.fixed_min_size and len(long) < len(node.queues)):
        return []
    return [f"node {node.name}: FixedSize leaves {len(long[0].packets)} packets of stream {long[0].stream.name}"]
