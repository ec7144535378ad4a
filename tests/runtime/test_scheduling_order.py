"""Without threads the order is fixed: open first, then what is nearest the outputs, sources last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from graphflow import Calculator, Context, Immediate, Packet, Timestamp
from tests.runtime.graphs import feed, graph


class Tell(Calculator):
    order: ClassVar[list[str]] = []

    def open(self, ctx: Context) -> None:
        self.name = ctx.node_name
        self.order.append(f"open {self.name}")

    def process(self, a: int, t: Timestamp) -> int:
        self.order.append(f"{self.name}@{t}")
        return a


def order_of(text: str, *more: type[Calculator], **scripts: str) -> list[str]:
    Tell.order.clear()
    with graph(text, Tell, *more).start() as run:
        run.wait_until_idle()
        run.pause()
        feed(run, **scripts)
        run.resume()
        run.wait_until_idle()
        return list(Tell.order)


CHAIN = """
    inputs: [a]
    nodes:
      one: {calculator: Tell, inputs: {a: a}, outputs: {out: b}}
      two: {calculator: Tell, inputs: {a: b}, outputs: {out: c}}
      three: {calculator: Tell, inputs: {a: c}, outputs: {out: d}}
"""


def test_nodes_are_opened_in_their_order() -> None:
    assert order_of(CHAIN) == ["open one", "open two", "open three"]


def test_a_packet_goes_all_the_way_before_the_next_begins() -> None:
    assert order_of(CHAIN, a="0:1 1:2")[3:] == ["one@0", "two@0", "three@0", "one@1", "two@1", "three@1"]


def test_of_two_branches_the_later_node_goes_first() -> None:
    text = """
        inputs: [a]
        nodes:
          left: {calculator: Tell, inputs: {a: a}, outputs: {out: b}}
          right: {calculator: Tell, inputs: {a: a}, outputs: {out: c}}
    """
    assert order_of(text, a="0:1 1:2")[2:] == ["right@0", "right@1", "left@0", "left@1"]


def test_an_input_set_is_taken_when_it_is_scheduled_not_when_it_runs() -> None:
    """FINISHED of the first frame comes too late for the second one, as in MediaPipe."""

    class Limit(Calculator):
        """Lets a frame in when none is under way; drops the others."""

        input_policy = Immediate()
        timestamp_offset = None

        def open(self) -> None:
            self.busy = False

        def process(self, a: Packet[int] | None, finished: int | None) -> Packet[int] | None:
            if finished is not None:
                self.busy = False
            if a is None or self.busy:
                return None
            self.busy = True
            return a

    text = """
        inputs: [a]
        nodes:
          limit:
            calculator: Limit
            inputs: {a: a, finished: {stream: c, back_edge: true}}
            outputs: {out: b}
          work: {calculator: Tell, inputs: {a: b}, outputs: {out: c}}
    """
    assert order_of(text, Limit, a="1:1 2:2 3:3")[1:] == ["work@1", "work@3"]


def test_sources_run_last_and_in_layers() -> None:
    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(2):
                Tell.order.append(f"source@{time}")
                yield Packet(time, time)

    text = """
        nodes:
          source: {calculator: Source, outputs: {out: a}}
          one: {calculator: Tell, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Tell, inputs: {a: b}, outputs: {out: c}}
    """
    assert order_of(text, Source)[2:] == ["source@0", "one@0", "two@0", "source@1", "one@1", "two@1"]


def test_declared_order_counts_only_where_the_streams_leave_it_open() -> None:
    text = """
        inputs: [a]
        nodes:
          last: {calculator: Tell, inputs: {a: b}, outputs: {out: c}}
          first: {calculator: Tell, inputs: {a: a}, outputs: {out: b}}
    """
    assert order_of(text, a="0:1") == ["open first", "open last", "first@0", "last@0"]
