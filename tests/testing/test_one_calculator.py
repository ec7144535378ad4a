"""`run_calculator`: a calculator alone, from open to close."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import (
    Barrier,
    Calculator,
    Clock,
    Context,
    GraphConfigError,
    Immediate,
    Many,
    Option,
    Outputs,
    Packet,
    PayloadTypeError,
    Service,
    SidePackets,
    SyncSets,
    TimestampError,
)
from graphflow.testing import VirtualClock, run_calculator
from graphflow.timestamp import Bound


class Add(Calculator):
    more: int = Option(default=0, ge=0)

    def open(self, base: int = 0) -> None:
        self.base = base

    def process(self, a: int, b: int | None) -> int:
        return a + (b or 0) + self.base + self.more


def test_inputs_are_scripts_and_so_are_outputs() -> None:
    result = run_calculator(Add, inputs={"a": "0:1 5:2", "b": "0:10 3> 5:20"})
    assert result.script() == "0:11 3> 5:22 |"
    assert result.packets() == [Packet(11, 0), Packet(22, 5)]
    assert result.values() == [11, 22]


def test_inputs_may_be_packets() -> None:
    assert run_calculator(Add, inputs={"a": [Packet(1, 0)], "b": [Bound(5)]}).values() == [1]


def test_what_is_left_out_is_unconnected() -> None:
    class Optional(Calculator):
        def process(self, a: int, b: int = -1) -> int:
            return b

    assert run_calculator(Optional, inputs={"a": "0:1"}).values() == [-1]


def test_options_and_side_packets() -> None:
    result = run_calculator(Add, inputs={"a": "0:1", "b": ""}, options={"more": 5}, side_packets={"base": 100})
    assert result.values() == [106]


def test_the_instance_can_be_looked_at_afterwards() -> None:
    result = run_calculator(Add, inputs={"a": "", "b": ""}, side_packets={"base": 100})
    assert result.calculator.base == 100


def test_an_instance_may_be_given() -> None:
    mine = Add(more=3)
    result = run_calculator(mine, inputs={"a": "0:1", "b": ""})
    assert result.values() == [4]
    assert result.calculator is mine
    with pytest.raises(TypeError, match="has its options already"):
        run_calculator(mine, inputs={"a": "", "b": ""}, options={"more": 4})


def test_packets_arrive_in_order_of_time_across_inputs() -> None:
    calls = []

    class Arrivals(Calculator):
        input_policy = Immediate()
        timestamp_offset = None

        def process(self, a: int | None, b: int | None) -> None:
            calls.append((a, b))

    run_calculator(Arrivals, inputs={"a": "0:1 20:2 |", "b": "10:3 30:4 |"})
    assert [call for call in calls if call != (None, None)] == [(1, None), (None, 3), (2, None), (None, 4)]


def test_an_input_ends_right_after_its_last_event() -> None:
    ended = []

    class Ends(Calculator):
        def process(self, a: int | None, b: int | None, ctx: Context) -> None:
            ended.append(ctx.done("a"))

    run_calculator(Ends, inputs={"a": "0:1 5:2 |", "b": "0:1 10:2"})
    assert ended == [False, True, True]


def test_ports_that_repeat_are_numbered() -> None:
    class Each(Calculator):
        def process(self, item: Many[int | None]) -> Many[int | None]:
            return tuple(None if value is None else -value for value in item)

    result = run_calculator(Each, inputs={"item:0": "0:1", "item:1": "0:2 1:3"})
    assert result.script("out:0") == "0:-1 2> |"
    assert result.script("out:1") == "0:-2 1:-3 |"
    with pytest.raises(ValueError, match="numbered from 0"):
        run_calculator(Each, inputs={"item:1": ""})


def test_any_ports_are_mirrored() -> None:
    class Through(Calculator):
        def process(self, **ports: Many[int | None]) -> dict[str, Many[int | None]]:
            return ports

    result = run_calculator(Through, inputs={"item": "0:1", "image": "0:2"})
    assert result.script("out") == "0:1 |"
    assert result.script("image") == "0:2 |"


class Made(SidePackets):
    early: int
    late: int


class Makes(Calculator):
    def open(self) -> Made:
        return Made(early=1)

    def process(self, a: int, ctx: Context) -> None:
        ctx.set_side_packet("late", a)
        ctx.count("calls")


def test_side_packets_and_counters_that_it_made() -> None:
    assert run_calculator(Makes, inputs={"a": "0:7"}).side_packets == {"early": 1, "late": 7}
    assert run_calculator(Makes, inputs={"a": "0:7"}).counters == {"calls": 1}
    assert run_calculator(Makes, inputs={"a": ""}).side_packets == {"early": 1}


class Sides(Outputs):
    left: int
    right: int | None = None


def test_outputs_are_all_connected_unless_chosen() -> None:
    class Two(Calculator):
        def process(self, a: int, ctx: Context) -> Sides:
            connected.append(ctx.connected("right"))
            return Sides(left=a, right=-a)

    connected: list[int] = []
    result = run_calculator(Two, inputs={"a": "0:1"})
    assert (result.values("left"), result.values("right")) == ([1], [-1])
    result = run_calculator(Two, inputs={"a": "0:1"}, outputs=["left"])
    assert list(result.events) == ["left"]
    assert connected == [1, 0]


def test_the_input_policy_can_be_replaced() -> None:
    inputs = {"item:0": "1:1 2:2", "item:1": "7:10 8:20"}

    class Sets(Calculator):
        timestamp_offset = None

        def process(self, item: Many[int | None]) -> None:
            calls.append(item)

    calls: list[tuple[int | None, ...]] = []
    run_calculator(Sets, inputs=inputs, input_policy=Barrier())
    assert calls == [(1, 10), (2, 20)]
    calls.clear()
    run_calculator(Sets, inputs=inputs, input_policy=SyncSets((("item:0",), ("item:1",))))
    assert calls == [(1, None), (2, None), (None, 10), (None, 20)]


class Count(Calculator):
    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        time = 0
        while True:
            yield Packet(time, time)
            clock.sleep(33)
            time = clock.now()


def test_an_endless_source_is_stopped_after_some_packets() -> None:
    assert run_calculator(Count, stop_after=3).script() == "0:0 33:33 66:66 |"


def test_time_is_virtual_unless_a_clock_is_given() -> None:
    clock = VirtualClock()
    clock.sleep(100)
    assert run_calculator(Count, stop_after=2, clock=clock).script() == "0:0 133:133 |"


def test_services() -> None:
    class Uses(Calculator):
        def process(self, a: int, table: Service[dict]) -> int:
            return table[a]

    assert run_calculator(Uses, inputs={"a": "0:1"}, services=[{1: 10}]).values() == [10]


def test_what_it_raises_comes_out_with_a_note() -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            raise ValueError(a)

    with pytest.raises(ValueError) as caught:
        run_calculator(Fails, inputs={"a": "5:1"})
    [note] = caught.value.__notes__
    assert note.startswith("node 'calculator' (Fails) at 5 us, ")
    assert "test_one_calculator.py:" in note


def test_wrong_inputs_are_refused() -> None:
    with pytest.raises(PayloadTypeError, match="graph input 'a' takes int, not str"):
        run_calculator(Add, inputs={"a": "0:x", "b": ""})
    with pytest.raises(TimestampError):
        run_calculator(Add, inputs={"a": "5:1 4:1", "b": ""})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": {"a": "", "bb": ""}}, "Add has no input 'bb'"),
        ({"inputs": {"a": ""}}, "input 'b' of Add is not connected"),
        ({"inputs": {"a": "", "b": ""}, "options": {"mor": 1}}, "mor"),
        ({"inputs": {"a": "", "b": ""}, "options": {"more": -1}}, "more"),
        ({"inputs": {"a": "", "b": ""}, "outputs": ["ot"]}, "no output 'ot'"),
        ({"inputs": {"a": "", "b": ""}, "side_packets": {"bas": 1}}, "bas"),
    ],
)
def test_mistakes_in_the_call_are_told_as_those_of_a_graph_file(arguments: dict, message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        run_calculator(Add, **arguments)


def test_ports_of_one_name_on_both_sides_are_kept_apart() -> None:
    class Out(Outputs):
        image: int

    class Changes(Calculator):
        def process(self, image: int) -> Out:
            return Out(image=-image)

    assert run_calculator(Changes, inputs={"image": "0:1"}).script("image") == "0:-1 |"
