"""The order of nodes, cycles, and what throttles whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphflow.plan.topology import ancestors, components, cycles, shortest_path, stable_order
from tests.plan.tools import names, node, only, planned

N = 8
graphs = st.lists(st.lists(st.integers(0, N - 1), max_size=4), min_size=N, max_size=N)


def reachable(successors: list[list[int]], start: int) -> set[int]:
    """By the definition: everything that some number of steps leads to."""
    found = set(successors[start])
    for _ in range(len(successors)):
        found |= {after for one in found for after in successors[one]}
    return found


@given(graphs)
def test_an_order_is_topological_and_leaves_out_what_a_cycle_holds_up(successors: list[list[int]]) -> None:
    order = stable_order(successors)
    place = {one: number for number, one in enumerate(order)}
    for one in order:
        assert all(after not in place or place[one] < place[after] for after in successors[one])
    on_cycle = {one for one in range(N) if one in reachable(successors, one)}
    held_up = on_cycle | {after for one in on_cycle for after in reachable(successors, one)}
    assert set(order) == set(range(N)) - held_up


@given(graphs)
def test_an_order_that_is_valid_stays(successors: list[list[int]]) -> None:
    forward = [[after for after in afters if after > one] for one, afters in enumerate(successors)]
    assert stable_order(forward) == list(range(N))


@given(graphs)
def test_components_hold_what_leads_to_each_other(successors: list[list[int]]) -> None:
    component = components(successors)
    for one in range(N):
        for other in range(N):
            together = one == other or (other in reachable(successors, one) and one in reachable(successors, other))
            assert (component[one] == component[other]) == together


@given(graphs)
def test_each_knot_gives_one_cycle_that_exists(successors: list[list[int]]) -> None:
    component = components(successors)
    found = cycles(successors)
    for cycle in found:
        assert len(set(cycle)) == len(cycle)
        assert all(b in successors[a] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    knots = {component[one] for one in range(N) if one in reachable(successors, one)}
    assert sorted(component[cycle[0]] for cycle in found) == sorted(knots)


@given(graphs, st.integers(0, N - 1), st.integers(0, N - 1))
def test_a_path_is_found_if_there_is_one(successors: list[list[int]], start: int, goal: int) -> None:
    path = shortest_path(successors, [start], goal)
    assert bool(path) == (goal == start or goal in reachable(successors, start))
    if path:
        assert (path[0], path[-1]) == (start, goal)
        assert all(b in successors[a] for a, b in zip(path, path[1:], strict=False))


def test_deep_graphs_do_not_need_a_deep_stack() -> None:
    chain = [[i + 1] for i in range(50_000)] + [[]]
    assert stable_order(chain) == list(range(50_001))
    assert len(set(components(chain))) == 50_001
    assert len(cycles([*chain[:-1], [0]])[0]) == 50_001


def test_ancestors_of_a_back_edge_are_what_was_known_before() -> None:
    # 0 is a source, 1 reads 0 and (back) 2, 2 reads 1 and graph input 0
    assert ancestors([0, 1, 2], [[], [0, 2], [1, -1]], [True, False, False]) == [{0}, {0}, {0, -1}]


def test_declared_order_is_kept_where_it_works() -> None:
    plan = planned(
        """
        inputs: [x]
        nodes:
          c: {calculator: IntSink, inputs: {item: x}}
          a: {calculator: Double, inputs: {item: x}, outputs: {out: y}}
          b: {calculator: IntSink, inputs: {item: y}}
        """
    )
    assert names(plan) == ["c", "a", "b"]


def test_nodes_move_no_further_than_they_must() -> None:
    plan = planned(
        """
        inputs: [x]
        nodes:
          sink: {calculator: IntSink, inputs: {item: z}}
          first: {calculator: IntSink, inputs: {item: x}}
          second: {calculator: Double, inputs: {item: y}, outputs: {out: z}}
          third: {calculator: Double, inputs: {item: x}, outputs: {out: y}}
        """
    )
    assert names(plan) == ["first", "third", "second", "sink"]


def test_back_edges_do_not_count_for_the_order() -> None:
    plan = planned(
        """
        inputs: [x]
        nodes:
          p: {calculator: Previous, inputs: {main: x, loop: {stream: y, back_edge: true}}, outputs: {out: z}}
          d: {calculator: Double, inputs: {item: z}, outputs: {out: y}}
        """
    )
    assert names(plan) == ["p", "d"]
    assert [entry.back_edge for entry in node(plan, "p").inputs] == [False, True]


def test_ancestors_are_sources_and_graph_inputs() -> None:
    plan = planned(
        """
        inputs: [x, y]
        nodes:
          s: {calculator: Counter, outputs: {out: a}}
          u: {calculator: Add, inputs: {a: a, b: y}, outputs: {out: b}}
          v: {calculator: Add, inputs: {a: b, b: x}, outputs: {out: c}}
        """
    )
    assert [one.ancestors for one in plan.nodes] == [{0}, {0, -2}, {0, -1, -2}]


def test_a_cycle_is_told_as_a_path_with_the_input_to_mark() -> None:
    problem = only(
        """
        inputs: [x]
        nodes:
          one: {calculator: Add, inputs: {a: x, b: c}, outputs: {out: a}}
          two: {calculator: Double, inputs: {item: a}, outputs: {out: b}}
          three: {calculator: Double, inputs: {item: b}, outputs: {out: c}}
        """
    )
    assert problem.code == "cycle"
    assert problem.message.endswith("one -(a)-> two -(b)-> three -(c)-> one")
    assert problem.help == "mark input 'b' of node 'one': 'b: {stream: c, back_edge: true}'"
    assert len(problem.related) == 2


def test_a_cycle_through_a_side_packet_is_one_too() -> None:
    problem = only(
        """
        inputs: [x]
        nodes:
          one: {calculator: LoadModel, side_packets: {path: b}, output_side_packets: {model: a, name: c}}
          two: {calculator: PassThrough, side_packets: {item: c}, output_side_packets: {out: b}}
        """
    )
    assert problem.code == "cycle"
    assert "one -(side packet c)-> two -(side packet b)-> one" in problem.message
