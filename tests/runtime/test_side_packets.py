"""Side packets: given, by default, literal, and made by other nodes, early and late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Context, GraphConfigError, Many, Packet, SidePacketError, SidePackets
from tests.runtime.graphs import Start, feed, graph, rows, watch


class Add(Calculator):
    """Adds a number that holds for the whole run."""

    def open(self, number: int) -> None:
        self.number = number

    def process(self, a: int) -> int:
        return a + self.number


class Number(SidePackets):
    number: int


class InOpen(Calculator):
    """Makes its side packet in open."""

    def open(self) -> Number:
        return Number(number=100)


class FromFirst(Calculator):
    """Makes its side packet of the first packet that it sees."""

    def open(self) -> Number:
        self.known = False
        return Number()

    def process(self, a: int, ctx: Context) -> int | None:
        if not self.known:
            self.known = True
            ctx.set_side_packet("number", a)


class Summary(Calculator):
    """Makes its side packet at the end."""

    def open(self) -> Number:
        self.sum = 0
        return Number()

    def process(self, a: int) -> int | None:
        self.sum += a

    def close(self, ctx: Context) -> None:
        ctx.set_side_packet("number", self.sum)


GIVEN = """
    inputs: [a]
    side_packets: {number: {}}
    nodes:
      add: {calculator: Add, inputs: {a: a}, outputs: {out: out}, side_packets: {number: number}}
"""


def made_by(maker: type[Calculator], ports: str = "") -> str:
    return f"""
        inputs: [a, b]
        output_side_packets: [number]
        nodes:
          maker: {{calculator: {maker.__name__}, {ports}output_side_packets: {{number: number}}}}
          add: {{calculator: Add, inputs: {{a: a}}, outputs: {{out: out}}, side_packets: {{number: number}}}}
    """


FROM_B = "inputs: {a: b}, outputs: {out: nothing}, "


# --- from outside ----------------------------------------------------------------------------------------------


def test_a_value_is_given_to_open(start: Start) -> None:
    with start(graph(GIVEN, Add), {"number": 10}) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("0:11")


def test_another_run_may_have_another_value(start: Start) -> None:
    given = graph(GIVEN, Add)
    for number in (10, 20):
        with start(given, {"number": number}) as run:
            seen = watch(run, "out")
            feed(run, a="0:1")
        assert seen == [(0, 1 + number)]


def test_a_default_of_the_graph_file_is_used_unless_a_value_is_given(start: Start) -> None:
    text = GIVEN.replace("{number: {}}", "{number: {default: 3}}")
    for given, expected in (({}, 4), ({"number": 5}, 6)):
        with start(graph(text, Add), given) as run:
            seen = watch(run, "out")
            feed(run, a="0:1")
        assert seen == [(0, expected)]


def test_a_literal_stands_in_the_node(start: Start) -> None:
    text = GIVEN.replace("number: number", "number: {value: 7}").replace("side_packets: {number: {}}", "")
    with start(graph(text, Add)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("0:8")


def test_a_default_of_the_class_is_used_when_nobody_provides_it(start: Start) -> None:
    class Maybe(Calculator):
        def open(self, number: int = 50) -> None:
            self.number = number

        def process(self, a: int) -> int:
            return a + self.number

    optional = GIVEN.replace("Add", "Maybe").replace("{number: {}}", "{number: {optional: true}}")
    for text in (optional, optional.replace(", side_packets: {number: number}", "")):
        with start(graph(text, Maybe)) as run:
            seen = watch(run, "out")
            feed(run, a="0:1")
        assert seen == rows("0:51")


def test_a_port_that_repeats_gets_all_its_values(start: Start) -> None:
    class Sum(Calculator):
        def open(self, number: Many[int]) -> None:
            self.number = sum(number)

        def process(self, a: int) -> int:
            return a + self.number

    text = GIVEN.replace("Add", "Sum").replace("number: number", "number: [number, {value: 2}, {value: 3}]")
    with start(graph(text, Sum), {"number": 100}) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("0:106")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "side packets are missing: number"),
        ({"nmber": 1, "number": 1}, "the graph has no side packet 'nmber'; it has: number"),
        ({"number": "ten"}, "side packet 'number' must be a whole number, not 'ten'"),
        ({"number": Packet(1, 5)}, "has no timestamp: give the value"),
        ({"number": True, "other": 1}, "no side packet 'other'"),
        ({"number": True}, "side packet 'number' must be a whole number, not true"),
    ],
)
def test_wrong_values_are_refused_before_anything_starts(given: dict[str, object], message: str) -> None:
    with pytest.raises(SidePacketError, match=message):
        graph(GIVEN, Add).start(given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SidePacketError) as caught:
        graph(GIVEN, Add).start({"nmber": 1})
    assert "'nmber'" in str(caught.value)
    assert "missing: number" in str(caught.value)


def test_what_a_node_makes_cannot_be_given() -> None:
    with pytest.raises(SidePacketError, match="produced by node 'maker'"):
        graph(made_by(InOpen), InOpen, Add).start({"number": 1})


# --- from other nodes ------------------------------------------------------------------------------------------


def test_a_side_packet_made_in_open_opens_its_readers(start: Start) -> None:
    with start(graph(made_by(InOpen), InOpen, Add)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("0:101")
    assert run.side_packet("number") == 100


def test_a_node_waits_for_a_late_side_packet_while_its_packets_queue(start: Start) -> None:
    with start(graph(made_by(FromFirst, FROM_B), FromFirst, Add)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1 1:2")
        run.wait_until_idle()
        assert seen == []
        assert "waits for side packet 'number'" in run.explain()
        with pytest.raises(SidePacketError, match="has not been produced"):
            run.side_packet("number")
        feed(run, b="0:30")
        run.wait_until_idle()
        assert seen == rows("0:31 1:32")
        assert run.side_packet("number") == 30, "known while the run goes on"


def test_a_side_packet_made_in_close_opens_a_node_at_the_very_end(start: Start) -> None:
    with start(graph(made_by(Summary, FROM_B), Summary, Add)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1", b="0:10 1:20 2:30 |")
        run.wait_until_idle()
        assert seen == rows("0:61")
    assert run.side_packet("number") == 60


def test_a_source_may_wait_for_a_side_packet(start: Start) -> None:
    class Count(Calculator):
        def open(self, number: int) -> None:
            self.number = number

        def process(self) -> Iterator[Packet[int]]:
            for time in range(self.number):
                yield Packet(time, time)

    text = """
        inputs: [b]
        nodes:
          maker: {calculator: FromFirst, inputs: {a: b}, outputs: {out: x}, output_side_packets: {number: number}}
          count: {calculator: Count, outputs: {out: out}, side_packets: {number: number}}
    """
    with start(graph(text, FromFirst, Count)) as run:
        seen = watch(run, "out")
        feed(run, b="0:3")
        run.wait_until_idle()
        assert seen == rows("0:0 1:1 2:2")


def test_chains_of_side_packets_open_in_their_order(start: Start) -> None:
    class Plus(SidePackets):
        result: int

    class More(Calculator):
        def open(self, number: int) -> Plus:
            return Plus(result=number + 1)

    text = """
        output_side_packets: [d]
        nodes:
          third: {calculator: More, side_packets: {number: c}, output_side_packets: {result: d}}
          second: {calculator: More, side_packets: {number: b}, output_side_packets: {result: c}}
          first: {calculator: More, side_packets: {number: {value: 1}}, output_side_packets: {result: b}}
    """
    with start(graph(text, More)) as run:
        run.wait_until_done()
    assert run.side_packet("d") == 4


class Twice(Calculator):
    """Has set its side packet in open already."""

    def open(self, ctx: Context) -> Number:
        return Number(number=1)

    def process(self, a: int, ctx: Context) -> int | None:
        ctx.set_side_packet("number", a)


def test_a_side_packet_is_set_once(start: Start) -> None:
    class Again(FromFirst):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.set_side_packet("number", a)

    with (
        pytest.raises(SidePacketError, match="side packet output 'number' is set already"),
        start(graph(made_by(Again, FROM_B), Again, Add)) as run,
    ):
        feed(run, b="0:1 1:2")
        run.wait_until_done()


def test_what_open_returned_cannot_be_set_again(start: Start) -> None:
    with (
        pytest.raises(SidePacketError, match="is set already"),
        start(graph(made_by(Twice, FROM_B), Twice, Add)) as run,
    ):
        feed(run, b="0:1")
        run.wait_until_done()


def test_none_is_no_side_packet(start: Start) -> None:
    class Nothing(FromFirst):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.set_side_packet("number", None)

    with (
        pytest.raises(SidePacketError, match="side packet output 'number' takes a value, not None"),
        start(graph(made_by(Nothing, FROM_B), Nothing, Add)) as run,
    ):
        feed(run, b="0:1")
        run.wait_until_done()


def test_a_side_packet_of_the_wrong_type_is_refused_from_open(start: Start) -> None:
    class Wrong(Calculator):
        def open(self) -> Number:
            return Number(number="ten")  # type: ignore[arg-type]

    with (
        pytest.raises(SidePacketError, match="'number' takes int, not str"),
        start(graph(made_by(Wrong), Wrong, Add)) as run,
    ):
        run.wait_until_idle()


def test_a_side_packet_of_the_wrong_type_is_refused_later_too(start: Start) -> None:
    class Wrong(FromFirst):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.set_side_packet("number", str(a))

    with (
        pytest.raises(SidePacketError, match="'number' takes int, not str"),
        start(graph(made_by(Wrong, FROM_B), Wrong, Add)) as run,
    ):
        feed(run, b="0:1")
        run.wait_until_done()


def test_a_run_whose_side_packet_never_came_ends_without_opening_its_readers_and_says_so(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with start(graph(made_by(FromFirst, FROM_B), FromFirst, Add)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == []
    assert [value for name, value in run.counters.items() if name.endswith("/never_opened")] == [1]
    assert "never ran: side packet 'number' was never set" in caplog.text
    with pytest.raises(SidePacketError, match="has not been produced"):
        run.side_packet("number")


def test_an_unknown_side_packet_is_no_question(start: Start) -> None:
    with start(graph(made_by(InOpen), InOpen, Add)) as run, pytest.raises(KeyError, match="no side packet 'nummer'"):
        run.side_packet("nummer")


def test_the_same_value_is_shared_by_all_its_readers(start: Start) -> None:
    class Box(SidePackets):
        box: list[int]

    class Makes(Calculator):
        def open(self) -> Box:
            return Box(box=[])

    class Fills(Calculator):
        def open(self, box: list[int]) -> None:
            box.append(1)

    text = """
        output_side_packets: [box]
        nodes:
          makes: {calculator: Makes, output_side_packets: {box: box}}
          one: {calculator: Fills, side_packets: {box: box}}
          two: {calculator: Fills, side_packets: {box: box}}
    """
    with start(graph(text, Makes, Fills)) as run:
        run.wait_until_done()
    assert run.side_packet("box") == [1, 1]


def test_a_node_makes_its_side_packets_anew_in_each_run(start: Start) -> None:
    again = graph(made_by(FromFirst, FROM_B), FromFirst, Add)
    for number in (1, 2):
        with start(again) as run:
            feed(run, b=f"0:{number}")
        assert run.side_packet("number") == number


def test_a_literal_of_the_wrong_type_is_found_in_the_file() -> None:
    text = GIVEN.replace("number: number", "number: {value: ten}").replace("side_packets: {number: {}}", "")
    with pytest.raises(GraphConfigError, match="ten"):
        graph(text, Add)
