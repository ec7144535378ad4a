"""A graph of 20 nodes that keeps packets wherever the runtime can keep any: loops, queues, joins, policies."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from graphflow import Calculator, Many, Outputs, Packet


class Halves(Outputs):
    """Two outputs of which one often has nothing."""

    out: Any
    odd: Any | None = None


class Split(Calculator):
    """Every second packet goes to both outputs."""

    def open(self) -> None:
        self._count = 0

    def process(self, item: Any) -> Halves:
        self._count += 1
        return Halves(out=item, odd=item if self._count % 2 else None)


class Join(Calculator):
    """The first of what there is."""

    def process(self, item: Many[Any | None]) -> Any | None:
        return next((value for value in item if value is not None), None)


class Twice(Calculator):
    """Two packets for each one, from a generator."""

    timestamp_offset = 0

    def process(self, item: Packet[Any]) -> Iterator[Packet[Any]]:
        yield item.at(item.timestamp)
        yield item.at(item.timestamp + 1)


class Copied(Calculator):
    """A new payload; several at once if there are threads."""

    parallel = True

    def process(self, item: Any) -> Any:
        return copy.copy(item)


CALCULATORS = (Split, Join, Twice, Copied)

GRAPH = """
graphflow: 1
inputs: [frames]
outputs: [end]
nodes:
  limiter:
    calculator: FlowLimiter
    inputs: {item: frames, finished: {stream: end, back_edge: true}}
    outputs: {out: frame, allow: allowed}
  previous:
    calculator: PreviousLoopback
    inputs: {main: frame, loop: {stream: tracked, back_edge: true}}
    outputs: {prev_loop: previous}
  presence:
    calculator: PacketPresence
    inputs: {packet: previous}
    outputs: {presence: tracks}
  gate:
    calculator: Gate
    inputs: {item: frame, disallow: tracks}
    outputs: {out: undetected}
  detector: {calculator: Copied, inputs: {item: undetected}, outputs: {out: detected}, max_in_flight: 2}
  merge: {calculator: Join, inputs: {item: [frame, previous, detected]}, outputs: {out: region}}
  split: {calculator: Split, inputs: {item: region}, outputs: {out: all, odd: odd}}
  pass: {calculator: PassThrough, inputs: {item: [all, odd]}, outputs: {out: [left, right]}}
  cloner: {calculator: PacketCloner, inputs: {item: odd, tick: left}, outputs: {out: cloned}}
  join: {calculator: Join, inputs: {item: [left, right, cloned]}, outputs: {out: joined}}
  immediate: {calculator: PassThrough, inputs: {item: joined}, outputs: {out: at_once}, input_policy: Immediate}
  barrier: {calculator: PassThrough, inputs: {item: at_once}, outputs: {out: behind}, input_policy: Barrier}
  newest:
    calculator: PassThrough
    inputs: {item: behind}
    outputs: {out: kept}
    input_policy: {FixedSize: {trigger_queue_size: 4, target_queue_size: 2}}
  copied: {calculator: Copied, inputs: {item: kept}, outputs: {out: landmarks}, max_in_flight: 3}
  tracker: {calculator: PassThrough, inputs: {item: landmarks}, outputs: {out: tracked}}
  twice: {calculator: Twice, inputs: {item: landmarks}, outputs: {out: doubled}}
  thinner: {calculator: PacketThinner, inputs: {item: doubled}, outputs: {out: thinned}, options: {period: 2}}
  batch:
    calculator: PassThrough
    inputs: {item: thinned}
    outputs: {out: batched}
    input_policy: {Default: {batch_size: 3}}
  unread: {calculator: PassThrough, inputs: {item: batched}, outputs: {out: lost}}
  drawing: {calculator: PassThrough, inputs: {item: [landmarks, frame]}, outputs: {out: [end, drawn]}}
"""
