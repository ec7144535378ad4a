from __future__ import annotations

from graphflow import Timestamp
from tests.calculators.flow.play import Table, replay

NODE = "p: {calculator: PreviousLoopback, inputs: {main: main, loop: loop}, outputs: {prev_loop: prev}}"


def played(table: Table) -> Table:
    return replay(NODE, table, watch="prev")


def test_the_first_packet_gives_only_a_bound_at_once() -> None:
    table = [("main 1:a", "prev 2>"), ("loop 1:x", "")]
    assert played(table) == table


def test_each_packet_brings_what_the_loop_had_for_the_one_before() -> None:
    table = [
        ("main 1:a", "prev 2>"),
        ("loop 1:x", ""),
        ("main 5:b", "prev 5:x"),
        ("loop 5:y", ""),
        ("main 6:c", "prev 6:y"),
    ]
    assert played(table) == table


def test_a_packet_waits_until_the_loop_has_settled_the_one_before() -> None:
    table = [
        ("main 1:a", "prev 2>"),
        ("main 2:b", ""),
        ("main 3:c", ""),
        ("loop 1:x", "prev 2:x"),
        ("loop 2:y", "prev 3:y"),
    ]
    assert played(table) == table


def test_a_loop_that_had_nothing_gives_a_bound() -> None:
    table = [
        ("main 1:a", "prev 2>"),
        ("main 5:b", ""),
        ("loop 2>", "prev 6>"),
        ("main 9:c", ""),
        ("loop 7:z", "prev 10>"),
    ]
    assert played(table) == table


def test_packets_of_the_loop_at_other_times_are_passed_over() -> None:
    table = [("loop 1:x", ""), ("loop 3:y", ""), ("main 1:a", "prev 2>"), ("main 4:b", "prev 4:x"), ("main 5:c", "")]
    assert played(table) == table


def test_a_bound_of_main_goes_through_and_does_not_count_as_the_one_before() -> None:
    table = [("main 1:a; loop 1:x", "prev 2>"), ("main 5>", "prev 5>"), ("main 7:b", "prev 7:x")]
    assert played(table) == table


def test_the_latest_possible_packet_waits_for_the_loop_like_any_other() -> None:
    latest = f"{Timestamp.MAX:d}"
    table = [("main 1:a", "prev 2>"), (f"main {latest}:b", ""), ("loop 0:w", ""), ("loop 1:x", "prev MAX:x |")]
    assert played(table) == table


def test_the_end_of_main_ends_the_output_though_the_loop_goes_on() -> None:
    table = [("main 1:a", "prev 2>"), ("loop 1:x", ""), ("main |", "prev |"), ("loop 2:y", "")]
    assert played(table) == table


def test_in_a_closed_loop_every_packet_finds_its_predecessors_result() -> None:
    nodes = """
p: {calculator: PreviousLoopback, inputs: {main: a, loop: {stream: pairs, back_edge: true}}, outputs: {prev_loop: prev}}
m: {calculator: MakePair, inputs: {item: [a, prev]}, outputs: {out: pairs}}
"""
    table = [
        ("a 1:1", "pairs 1:(1, None)"),
        ("a 2:2", "pairs 2:(2, (1, None))"),
        ("a 5>", "pairs 5>"),
        ("a 7:3", "pairs 7:(3, (2, (1, None)))"),
        ("end", "pairs |"),
    ]
    assert replay(nodes, table, watch="pairs") == table
