"""Input policies: the rules by which a node's queued packets become input sets, one module for each.

A calculator asks for one with a class attribute (``input_policy = Immediate()``), a graph file with
``input_policy: Immediate`` or ``input_policy: {FixedSize: {trigger_queue_size: 4}}``. Everything particular to a policy
stands in its module: its options, which nodes it suits, what may wait for itself under it, how it forms input sets.
"""

from graphflow.policies.barrier import Barrier
from graphflow.policies.default import Default
from graphflow.policies.early_close import EarlyClose
from graphflow.policies.fixed_size import FixedSize
from graphflow.policies.immediate import Immediate
from graphflow.policies.mux import Mux
from graphflow.policies.policy import InputPolicy, PolicyInput, Trouble
from graphflow.policies.sync_sets import SyncSets
from graphflow.policies.timestamp_align import TimestampAlign

__all__ = [
    "POLICIES",
    "Barrier",
    "Default",
    "EarlyClose",
    "FixedSize",
    "Immediate",
    "InputPolicy",
    "Mux",
    "PolicyInput",
    "SyncSets",
    "TimestampAlign",
    "Trouble",
]

POLICIES: dict[str, type[InputPolicy]] = {
    policy.__name__: policy
    for policy in (Default, Immediate, SyncSets, FixedSize, Barrier, EarlyClose, TimestampAlign, Mux)
}
