"""The test calculators of random graphs, written as any user writes calculators. `functions` decides what they send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow.calculator import Calculator, Context, Many, Option, Outputs, SidePackets
from graphflow.clock import Clock
from graphflow.packet import Packet
from graphflow.policies import Mux
from graphflow.timestamp import Timestamp
from tools.simulation import functions
from tools.simulation.functions import Act, digest


class Planned(Exception):
    """A failure that the random graph asked for."""


class Outs(Outputs):
    """Any number of outputs, sent through the context."""

    out: Many[Any] = ()


class PacketOuts(Outputs):
    """Any number of outputs, each packet at its own time."""

    out: Many[Packet[Any] | None] = ()


class Made(SidePackets):
    """A side packet, made in `open` or later."""

    made: Any = None


class _Emit(Calculator):
    """Sends what `functions.Emitter` says; fails and makes its side packet where its options say."""

    seed: int = Option(default=0)
    style: str = Option(default="one")
    kinds: str = Option(default="")
    timeless: bool = Option(default=False)
    apart: bool = Option(default=False)
    fail: str = Option(default="")
    fail_at: int = Option(default=0)
    makes: str = Option(default="")
    sleeps: bool = Option(default=False)
    stops: int = Option(default=-1)

    def open(self, ctx: Context, side: Many[Any] = ()) -> Made:
        """Side packets are part of what the outputs depend on."""
        self.calls = 0
        self.made = False
        self.emitter = self._emitter(ctx, list(side))
        self._fail("open")
        self._apply(self.emitter.open(), ctx)
        if self.makes != "open":
            return Made()
        self.made = True
        return Made(made=digest(self.seed, "made"))

    def _emitter(self, ctx: Context, sides: list[Any]) -> functions.Emitter:
        options = {name: getattr(self, name) for name in ("seed", "style", "kinds", "timeless", "apart")}
        return functions.Emitter(options, ctx.connected("item"), ctx.connected("out"), sides)

    def process(self, item: Many[Packet[Any] | None], t: Timestamp, ctx: Context, clock: Clock) -> Outs | None:
        """One input set."""
        call = self.calls
        self.calls += 1
        if self.sleeps:
            clock.sleep(digest(self.seed, call) % 5 * 10)
        if self.fail == "process" and call == self.fail_at:
            raise Planned(f"{ctx.node_name} process")
        self._apply(self.emitter.process(int(t), [None if p is None else p.value for p in item]), ctx)
        if self.makes == "process":
            self._make(ctx)
        if call == self.stops:
            ctx.stop_sources()
        return None

    def close(self, ctx: Context) -> None:
        """The end."""
        self._fail("close")
        self._apply(self.emitter.close(), ctx)
        if self.makes:
            self._make(ctx)

    def _fail(self, where: str) -> None:
        if self.fail == where:
            raise Planned(where)

    def _make(self, ctx: Context) -> None:
        if not self.made:
            self.made = True
            ctx.set_side_packet("made", digest(self.seed, "made"))

    def _apply(self, acts: list[Act], ctx: Context) -> None:
        for act in acts:
            if act.what == "send":
                ctx.send("out", act.value, act.time, index=act.output)
            elif act.what == "bound":
                ctx.set_bound("out", act.time, index=act.output)
            else:
                ctx.close("out", index=act.output)


class EmitNow(_Emit):
    """Offset 0: complete up to each input time."""

    timestamp_offset = 0


class EmitFree(_Emit):
    """No promise for times that it skips."""

    timestamp_offset = None


class EmitAhead(_Emit):
    """Sends into the future."""

    timestamp_offset = functions.AHEAD


class EmitBehind(_Emit):
    """Sends into the past of its input time."""

    timestamp_offset = -functions.BEHIND


class EmitBounds(_Emit):
    """Also called when only bounds move."""

    timestamp_offset = 0
    process_bounds = True


class EmitParallel(_Emit):
    """Several timestamps at once."""

    timestamp_offset = 0
    parallel = True


class EmitMux(_Emit):
    """The last input selects which of the others is read."""

    timestamp_offset = 0
    input_policy = Mux()


class Script(Calculator):
    """A source: each turn sends one batch of ``[output, time, value]``."""

    script: list[list[list[Any]]] = Option(default=[])
    fail: str = Option(default="")
    fail_at: int = Option(default=0)

    def open(self) -> None:
        """Nothing to prepare."""
        if self.fail == "open":
            raise Planned("open")

    def process(self, ctx: Context) -> Iterator[PacketOuts | None]:
        """One turn."""
        for turn, batch in enumerate(self.script):
            if self.fail == "process" and turn == self.fail_at:
                raise Planned("process")
            for output, time, value in batch:
                ctx.send("out", value, time, index=output)
            yield None

    def close(self) -> None:
        """Nothing to tidy up."""
        if self.fail == "close":
            raise Planned("close")


class Threshold(Calculator):
    """MediaPipe's Thresholding, as far as random graphs use it."""

    threshold: float = Option(default=0.0)

    class Found(Outputs):
        """Whether the value is above; the other two only when it is, or is not. In MediaPipe's order of ports."""

        accept: bool | None = None
        flag: bool
        reject: bool | None = None

    def process(self, float: float) -> Found:  # the port's name
        """One value."""
        above = float > self.threshold
        return self.Found(flag=above, accept=above or None, reject=None if above else False)


CALCULATORS: list[type[Calculator]] = [
    EmitNow,
    EmitFree,
    EmitAhead,
    EmitBehind,
    EmitBounds,
    EmitParallel,
    EmitMux,
    Script,
    Threshold,
]
