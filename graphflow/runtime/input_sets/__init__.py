"""How the queues of a node become input sets: one module for each input policy."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow import policies
from graphflow.runtime.input_sets.barrier import BarrierInputs
from graphflow.runtime.input_sets.batches import Batches
from graphflow.runtime.input_sets.early_close import EarlyCloseInputs
from graphflow.runtime.input_sets.fixed_size import FixedSizeInputs
from graphflow.runtime.input_sets.former import CLOSE, Inputs, InputSet, InputSets
from graphflow.runtime.input_sets.immediate import ImmediateInputs
from graphflow.runtime.input_sets.mux import MuxInputs
from graphflow.runtime.input_sets.observed import Observed
from graphflow.runtime.input_sets.sync_set import SynchronizedBounds
from graphflow.runtime.input_sets.sync_sets import SyncSetInputs
from graphflow.runtime.input_sets.synchronized import SingleInput, Synchronized
from graphflow.runtime.input_sets.timestamp_align import TimestampAlignInputs
from graphflow.runtime.streams import Queue

__all__ = ["CLOSE", "InputSet", "InputSets", "Inputs", "Observed", "SingleInput", "input_sets", "sync_groups"]


def input_sets(
    policy: policies.InputPolicy,
    queues: Sequence[Queue],
    ports: Sequence[tuple[str, int]],
    wants_bound: Sequence[bool],
    process_bounds: bool,
) -> InputSets:
    """The former for `policy` over `queues`, whose ports and indices within the port are `ports`."""
    arguments = (queues, wants_bound, process_bounds)
    match policy:
        case policies.Immediate():
            return ImmediateInputs(*arguments)
        case policies.SyncSets():
            return SyncSetInputs(*arguments, sync_groups(policy.sets, ports))
        case policies.FixedSize():
            return FixedSizeInputs(*arguments, policy)
        case policies.Barrier():
            return BarrierInputs(*arguments)
        case policies.EarlyClose():
            return EarlyCloseInputs(*arguments)
        case policies.Mux():
            return MuxInputs(*arguments)
        case policies.TimestampAlign():
            return TimestampAlignInputs(*arguments, policies.named_streams(ports)[policy.base][0])
    if process_bounds:
        former: InputSets = SynchronizedBounds(*arguments)
    elif len(queues) == 1:
        former = SingleInput(*arguments)
    else:
        former = Synchronized(*arguments)
    if isinstance(policy, policies.Default) and policy.batch_size > 1:
        return Batches(former, policy.batch_size)
    return former


def sync_groups(sets: Sequence[Sequence[str]], ports: Sequence[tuple[str, int]]) -> list[list[int]]:
    """Input positions of each group of SyncSets; what no group lists forms one more."""
    rest = dict.fromkeys(range(len(ports)))
    groups = []
    meant = policies.named_streams(ports)
    for names in sets:
        group = [position for name in names for position in meant.get(name, ())]
        for position in group:
            rest.pop(position, None)
        groups.append(group)
    if rest:
        groups.append(list(rest))
    return groups
