"""SyncSets: groups of streams, each synchronised within itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets, SyncSet
from graphflow.policies.policy import InputPolicy, PolicyInput, Trouble, named
from graphflow.streams import Queue
from graphflow.timestamp import DONE


@dataclass(frozen=True, slots=True)
class SyncSets(InputPolicy):
    """Groups of ports, each synchronised within itself only; ports that are not listed form one more group.

    Attributes:
        sets: Port names, or ``name:index`` for one stream of a port that repeats; without any, all form one group.
    """

    sets: tuple[tuple[str, ...], ...] = ()

    for_one_node = True
    repeats_times = True

    def misfit(self, inputs: Sequence[PolicyInput]) -> Trouble | None:
        seen: set[int] = set()
        all_meant = named(inputs)
        for name in (name for group in self.sets for name in group):
            meant = all_meant.get(name)
            if meant is None:
                return Trouble("", unknown=name)
            if not seen.isdisjoint(meant):
                return Trouble(f"SyncSets lists '{name}' twice", "each port belongs to one set", option="sets")
            seen.update(meant)
        return None

    def for_connected(self, inputs: Collection[PolicyInput]) -> InputPolicy:
        connected = named(inputs)
        kept = (tuple(name for name in group if name in connected) for group in self.sets)
        return SyncSets(tuple(group for group in kept if group))

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return range(len(inputs)) if len(self.groups(inputs)) == 1 else ()

    def groups(self, inputs: Sequence[PolicyInput]) -> list[list[int]]:
        """Positions of each group; what no group lists forms one more."""
        meant = named(inputs)
        groups = [[position for name in names for position in meant.get(name, ())] for names in self.sets]
        listed = {position for group in groups for position in group}
        rest = [position for position in range(len(inputs)) if position not in listed]
        return [*groups, rest] if rest else groups

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return SyncSetInputs(queues, wants_bound, process_bounds, self.groups(inputs))


class SyncSetInputs(InputSets):
    """SyncSets: the group that is ready earliest in time goes first."""

    __slots__ = ("_ready", "_sets")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        groups: Sequence[Sequence[int]],
    ) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._sets = [SyncSet([self.queues[i] for i in group], process_bounds) for group in groups]
        # A group found ready stays so until it is taken: `readiness` answers yes only once for each timestamp.
        self._ready: dict[SyncSet, int] = {}

    def take(self) -> InputSet | None:
        bound = DONE
        for sync_set in list(self._sets):
            if sync_set in self._ready:
                continue
            ready, timestamp = sync_set.readiness()
            if ready:
                self._ready[sync_set] = timestamp
            elif timestamp == DONE:
                self._sets.remove(sync_set)
            else:
                bound = min(bound, timestamp)
        if self._ready:
            first = min(self._ready, key=lambda sync_set: self._ready[sync_set])
            timestamp = self._ready.pop(first)
            return timestamp, self._pop(timestamp, first.queues)
        self.bound = bound
        return None if self._sets else CLOSE

    def awaited(self) -> list[tuple[Queue, int | None]]:
        return [entry for sync_set in list(self._sets) for entry in self._awaited_of(sync_set.queues)]
