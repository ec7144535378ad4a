"""Gate: packets pass or do not, as a boolean says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

from graphflow import UNCONNECTED, Calculator, Context, Many, NodeCheck, Option, Outputs

T = TypeVar("T")

State = Literal["UNSPECIFIED", "GATE_UNINITIALIZED", "GATE_ALLOW", "GATE_DISALLOW"]


class Gated(Outputs, Generic[T]):
    """The outputs of Gate.

    Args:
        out: The packets that pass.
        state_change: The new state, where it is another than the one before.
    """

    out: Many[T | None] = ()
    state_change: bool | None = None


class Gate(Calculator):
    """Let packets pass while `allow` is true, or while `disallow` is false.

    The decision comes from a stream, from a side packet, or, if neither is connected, from the option. A side packet
    decides for the whole run, and outputs that will never send anything are closed.

    Args:
        item: Any payloads; none, where only `state_change` is wanted.
        allow: Whether the packets of the same time pass.
        disallow: The opposite of `allow`, instead of it.
    """

    allow: bool = Option(default=False, doc="Whether packets pass if neither 'allow' nor 'disallow' is connected.")
    empty_packets_as_allow: bool = Option(default=False, doc="Whether packets pass at a time without a decision.")
    initial_gate_state: State = Option(
        default="GATE_UNINITIALIZED",
        doc="The state before the first decision; unless uninitialized, a first decision that differs is a change.",
    )

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Refuse two sources of the decision, and packets that cannot leave."""
        if node.connected("item") and "out" not in node.outputs:
            node.error("output 'out' is not connected", "add 'outputs: {out: ...}'", "item")
        if node.connected("allow") and node.connected("disallow"):
            node.error("'allow' and 'disallow' are both connected", "keep one of the two", "disallow")

    def open(self, allow: bool = UNCONNECTED, disallow: bool = UNCONNECTED) -> None:
        """Take a decision that holds for the whole run."""
        self._fixed = None if allow is UNCONNECTED else allow
        if disallow is not UNCONNECTED:
            self._fixed = not disallow
        self._state: State = self.initial_gate_state

    def process(
        self,
        ctx: Context,
        item: Many[T | None] = (),
        allow: bool | None = UNCONNECTED,
        disallow: bool | None = UNCONNECTED,
    ) -> Gated[T]:
        allowed = self._decision(allow, disallow)
        state: State = "GATE_ALLOW" if allowed else "GATE_DISALLOW"
        changed = self._state not in ("GATE_UNINITIALIZED", state)
        self._state = state
        if self._fixed is False:
            # Readers need not wait for bounds of outputs that are shut for good.
            for index in range(len(item)):
                ctx.close("out", index)
        out = item if allowed and item else (None,) * ctx.connected("out")
        return Gated(out=out, state_change=allowed if changed else None)

    def _decision(self, allow: bool | None, disallow: bool | None) -> bool:
        if self._fixed is not None:
            return self._fixed
        if allow is UNCONNECTED and disallow is UNCONNECTED:
            return self.allow
        if allow is UNCONNECTED:
            allow = None if disallow is None else not disallow
        return self.empty_packets_as_allow if allow is None else allow
