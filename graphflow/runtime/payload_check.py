"""Whether a node changes what others read, too: payloads are compared before and after each call. It costs time."""

from __future__ import annotations

import hashlib
import pickle
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from graphflow.errors import RunStateError
from graphflow.packet import Packet
from graphflow.plan.plan import PlanNode
from graphflow.plan.types import names_in, shown
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects

_SENT = 8
"""So many of the latest packets of a node are looked at: who changes one, does it soon, as with a list that grows."""


def check_every_call(core: Core) -> None:
    """Have every call of `process` raise if it has changed a payload in place that is not its own."""
    for node in core.nodes:
        if node.plan is not None:
            node.call = _checked(node.plan, node.call)


def _checked(plan: PlanNode, call: Callable[[int, Any], Any]) -> Callable[[int, Any], Any]:
    shared = [position for position, item in enumerate(plan.inputs) if not item.port.owned]
    sent: deque[Packet[Any]] = deque(maxlen=_SENT)

    def checked(timestamp: int, inputs: Any) -> Any:
        # What somebody else has changed meanwhile is not this node's doing.
        earlier = [(packet, _print_of(packet)) for packet in sent]
        before = [
            (position, packet, _print_of(packet))
            for position in shared
            if inputs and isinstance(packet := inputs[position], Packet)
        ]
        result = call(timestamp, inputs)
        for position, packet, known in before:
            if _print_of(packet) != known:
                raise RunStateError(_told(plan, position))
        for packet, known in earlier:
            if _print_of(packet) != known:
                raise RunStateError("it has changed a payload that it had sent before; send a new one each time")
        sent.extend(_packets_of(result))
        return result

    return checked


def _told(plan: PlanNode, position: int) -> str:
    port = plan.inputs[position].port
    kind = shown(port.type, names_in(plan.contract.calculator.__module__))
    return (
        f"it has changed the payload of input '{port.name}' in place, which others read, too; make a new one, or write "
        f"'{port.name}: Owned[{kind}]'"
    )


def _packets_of(result: Any) -> Iterable[Packet[Any]]:
    """The packets in what a call returned, whatever its form."""
    if isinstance(result, Effects):
        return [packet for shard in result.shards if shard for packet in shard.packets]
    several = result if isinstance(result, list | tuple) else (result,)
    return [packet for packet in several if isinstance(packet, Packet)]


def _print_of(packet: Packet[Any]) -> bytes | None:
    """A digest of a payload; None of one that cannot be written down, such as a file."""
    try:
        return hashlib.blake2b(pickle.dumps(packet.value, protocol=5), digest_size=16).digest()
    except Exception:  # whatever a payload's own methods raise
        return None
