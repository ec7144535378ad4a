"""The kinds of nodes: how the reference computes each, and how the writers and the checks treat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.simulation import bodies, wholes
from tools.simulation.results import Outcome
from tools.simulation.spec import Node


@dataclass(frozen=True)
class Kind:
    """One kind of node.

    Attributes:
        calculator: Its name in a graph file; MediaPipe's is `peer`.
        body: Its sequential code, run on the sets that the policy makes; or
        whole: a function of whole streams, for nodes that watch arrival in a way that does not show.
        free: What it sends depends on arrival: the reference takes its outputs as given, invariants check the node.
        bare: MediaPipe has no tag for its `item` and `out`.
        clock: Its outputs have private times that depend on arrival (values do not): "begins", "ends" or "".
    """

    calculator: str
    body: Callable[..., bodies.Body] = bodies.Body
    whole: Callable[..., Outcome] | None = None
    free: bool = False
    clock: str = ""
    peer: str = ""
    bare: bool = True


KINDS: dict[str, Kind] = {
    "pass": Kind("PassThrough", bodies.Pass, peer="PassThroughCalculator"),
    "gate": Kind("Gate", bodies.Gate, peer="GateCalculator"),
    "merge": Kind("Merge", bodies.Merge, peer="MergeCalculator"),
    "presence": Kind("PacketPresence", bodies.Presence, free=True, peer="PacketPresenceCalculator"),
    "limiter": Kind("FlowLimiter", whole=wholes.limiter, free=True, peer="FlowLimiterCalculator"),
    "sequencer": Kind("PacketSequencer", whole=wholes.given, free=True, peer="PacketSequencerCalculator"),
    "previous": Kind("PreviousLoopback", whole=wholes.previous_loopback, peer="PreviousLoopbackCalculator"),
    "begin": Kind("BeginLoop", bodies.BeginLoop, clock="begins", bare=False, peer="BeginLoopFloatCalculator"),
    "end": Kind("EndLoop", bodies.EndLoop, clock="ends", bare=False, peer="EndLoopFloatCalculator"),
    "side_to_stream": Kind("SidePacketToStream", bodies.SideToStream, peer="SidePacketToStreamCalculator"),
    "threshold": Kind("Threshold", bodies.Threshold, peer="ThresholdingCalculator"),
    "concat": Kind("ConcatenateVector", bodies.Concat, peer="ConcatenateFloatVectorCalculator"),
    "emit": Kind("Emit", bodies.Emit),
    "source": Kind("Script", whole=wholes.source),
}


def is_free(node: Node) -> bool:
    """Whether what the node sends depends on arrival."""
    policy = node.policy.name if node.policy else ""
    join = policy == "Immediate" and len(node.inputs) > 1 and not node.options.get("apart")
    return KINDS[node.kind].free or policy == "FixedSize" or join or "stoppable" in node.options
