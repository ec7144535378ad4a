"""Input policies: the rules by which a node's queued packets become input sets.

Each class here only *names* a rule and holds its options; ``graphflow.runtime.input_sets`` carries it out.
A calculator asks for one with a class attribute (``input_policy = Immediate()``), a graph file with
``input_policy: Immediate`` or ``input_policy: {FixedSize: {trigger_queue_size: 4}}``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["POLICIES", "Barrier", "Default", "EarlyClose", "FixedSize", "Immediate", "InputPolicy", "Mux", "SyncSets",
           "TimestampAlign"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InputPolicy:
    """Base of all input policies."""


@dataclass(frozen=True, slots=True)
class Default(InputPolicy):
    """All packets of one timestamp together, in ascending order, as soon as that timestamp is settled everywhere.

    Attributes:
        batch_size: Input sets to collect before they are processed back to back; a partial batch is processed when
            the inputs are done. Cannot be combined with ``max_in_flight`` above 1.
    """

    batch_size: int = 1


@dataclass(frozen=True, slots=True)
class Immediate(InputPolicy):
    """Each input on its own: processed as soon as anything arrives. Timestamps may repeat or go back."""


@dataclass(frozen=True, slots=True)
class SyncSets(InputPolicy):
    """Groups of ports, each synchronised within itself only; ports that are not listed form one more group.

    Attributes:
        sets: Port names, or ``name:index`` for one stream of a port that repeats; without any, all form one group.
    """

    sets: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class FixedSize(InputPolicy):
    """Default, but queues are cut back to their newest packets: for work that must keep up with real time.

    Attributes:
        trigger_queue_size: Queue length that starts a cut.
        target_queue_size: Packets that a cut leaves.
        fixed_min_size: Cut only once every queue has reached the trigger.
    """

    trigger_queue_size: int = 2
    target_queue_size: int = 1
    fixed_min_size: bool = False


@dataclass(frozen=True, slots=True)
class Barrier(InputPolicy):
    """One packet of every input in order of arrival, whatever their timestamps; closes when any input is exhausted."""


@dataclass(frozen=True, slots=True)
class EarlyClose(InputPolicy):
    """Default, but closes as soon as any one input is exhausted."""


@dataclass(frozen=True, slots=True)
class TimestampAlign(InputPolicy):
    """Default after moving every other input onto the time of one base input, by the offset of their first packets.

    Attributes:
        base: The port whose timestamps count; of one that repeats its first stream, or ``name:index``.
    """

    base: str = ""


@dataclass(frozen=True, slots=True)
class Mux(InputPolicy):
    """The last stream carries integers that select which of the others is read at each of its timestamps."""


def named_streams(streams: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """What ``name`` or ``name:index`` in an option means: the positions in `streams`, pairs of port and index."""
    meant: dict[str, list[int]] = {}
    for position, (name, index) in enumerate(streams):
        meant.setdefault(name, []).append(position)
        meant[f"{name}:{index}"] = [position]
    return meant


POLICIES: dict[str, type[InputPolicy]] = {
    policy.__name__: policy
    for policy in (Default, Immediate, SyncSets, FixedSize, Barrier, EarlyClose, TimestampAlign, Mux)
}
