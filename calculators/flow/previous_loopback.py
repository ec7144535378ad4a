"""PreviousLoopback: what a loop sent for the frame before."""

from __future__ import annotations

from collections import deque
from typing import Annotated, Any, TypeVar

from graphflow import Bound, Calculator, Context, Immediate, Packet, Timestamp, next_allowed

T = TypeVar("T")


class PreviousLoopback(Calculator):
    """Send, with each packet of `main`, the packet that `loop` had at the time of the previous packet of `main`.

    With the first packet, and where `loop` had nothing, only a bound is sent, so that readers need not wait.

    Args:
        main: Sets the times at which something is sent.
        loop: The stream that leads back, as a back edge.
        prev_loop: The earlier packet, at the time of the one on `main`.
    """

    input_policy = Immediate()
    stateful = True

    def open(self) -> None:
        # Times on `main` that are not answered yet, each with the time on `loop` that it asks for.
        self._questions: deque[tuple[int, int]] = deque()
        # Times that settled on `loop`, each with its packet if there was one.
        self._answers: deque[tuple[int, Packet[Any] | None]] = deque()
        self._main_time: int = Timestamp.UNSTARTED
        self._previous: int = Timestamp.UNSTARTED
        self._loop_time: int = Timestamp.UNSET

    def process(
        self, main: Packet[Any] | Bound, loop: Packet[T] | Bound, ctx: Context
    ) -> Annotated[Packet[T] | None, "prev_loop"]:
        """Note new packets and bounds, then answer the questions that can be answered."""
        questions, answers = self._questions, self._answers
        self._note_main(main)
        self._note_loop(loop)
        last: Packet[T] | None = None
        while questions and answers:
            time, wanted = questions[0]
            settled, packet = answers[0]
            if wanted <= settled:
                questions.popleft()
                if packet is None or wanted < settled:
                    ctx.set_bound("prev_loop", next_allowed(time))
                else:
                    # Nearly always there is one packet: a result costs less than what is sent.
                    ctx.send("prev_loop", last)
                    last = packet.at(time)
                if time == Timestamp.MAX:
                    ctx.close("prev_loop")
            if wanted >= settled:
                answers.popleft()
        return last

    def _note_main(self, main: Packet[Any] | Bound) -> None:
        time = main.timestamp
        if time <= self._main_time:
            return
        self._main_time = time
        if isinstance(main, Packet):
            self._questions.append((time, self._previous))
            self._previous = time
        else:
            # A time without a packet asks for nothing: any settled time on `loop` answers it.
            self._questions.append((time, Timestamp.UNSET))

    def _note_loop(self, loop: Packet[Any] | Bound) -> None:
        time = loop.timestamp
        if time > self._loop_time:
            self._loop_time = time
            self._answers.append((time, loop if isinstance(loop, Packet) else None))
