"""The invariants of the core hold after every single step of random graphs in random orders."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphflow import Packet
from graphflow.testing import SeededDriver, strategies
from graphflow.timestamp import DONE
from tests.state.played import check_invariants


class CheckedDriver(SeededDriver):
    """A seeded driver that checks between any two steps."""

    def _step(self) -> bool:
        check_invariants(self.core)
        return super()._step()


@settings(max_examples=60)
@given(st.data(), st.integers(0, 2**32), st.sampled_from([0.0, 0.5, 1.0]))
def test_between_any_two_steps(data: st.DataObject, seed: int, eager: float) -> None:
    graph = data.draw(strategies.graphs(max_queue_size=4))
    inputs = data.draw(strategies.graph_inputs(graph, max_size=8))
    with graph.start(driver=CheckedDriver(seed, eager=eager)) as run:
        for name, events in inputs.items():
            for event in events:
                if isinstance(event, Packet):
                    run.send(name, event)
                elif event == DONE:
                    run.close_input(name)
                else:
                    run.set_bound(name, event)
                check_invariants(run._core)
    check_invariants(run._core)
