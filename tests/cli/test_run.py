"""``graphflow run``: results, files, exit statuses and messages."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from graphflow.cli.standard_streams import Output
from tests.cli.conftest import GRAPH, Command

MINE = ("--calculators", "my.py")


def rows(text: str) -> list[object]:
    return [json.loads(line) for line in text.splitlines()]


def test_graph_outputs_are_printed_as_json_lines(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "graph.yaml", *MINE)
    assert ended.status == 0
    assert rows(ended.out) == [
        {"stream": "y", "timestamp": 0, "value": 0.0},
        {"stream": "y", "timestamp": 1000, "value": 0.5},
        {"stream": "y", "timestamp": 2000, "value": 1.0},
    ]
    assert "3 packets in, 3 out" in ended.err


def test_side_packets_and_options_come_from_the_command_line(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "graph.yaml", *MINE, "--side", "start=10", "--set", "numbers.n=1", "--set", "last.by=4")
    assert [row["value"] for row in rows(ended.out)] == [2.5]  # type: ignore[index]


def test_input_and_output_are_side_packets_of_those_names(folder: Path, graphflow: Command) -> None:
    text = GRAPH.replace("start: {default", "input: {default").replace("{start: start}", "{start: input}")
    (folder / "graph.yaml").write_text(text)
    ended = graphflow("run", "graph.yaml", *MINE, "--input", "8", "--set", "numbers.n=1")
    assert rows(ended.out) == [{"stream": "y", "timestamp": 0, "value": 4.0}]
    assert graphflow("run", "graph.yaml", *MINE, "--output", "x").err == (
        "error: graph.yaml has no side packet 'output'\n   |\n   | --output x\n   |   ^^^^^^\n"
        "   = help: it takes 'input'\n"
    )


def test_saved_streams_are_files_of_rows_and_nothing_is_printed(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "graph.yaml", *MINE, "--save", "x=numbers.jsonl", "--save", "y=halves.jsonl")
    assert (ended.status, ended.out) == (0, "")
    assert rows((folder / "numbers.jsonl").read_text()) == [
        {"timestamp": 0, "value": 0},
        {"timestamp": 1000, "value": 1},
        {"timestamp": 2000, "value": 2},
    ]
    assert len((folder / "halves.jsonl").read_text().splitlines()) == 3
    assert not list(folder.glob("*.part*")) and not list(folder.glob(".graphflow-*"))


def test_print_chooses_streams(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "graph.yaml", *MINE, "--print", "x", "--set", "numbers.n=1")
    assert rows(ended.out) == [{"stream": "x", "timestamp": 0, "value": 0}]


def test_a_graph_with_an_output_of_its_own_prints_nothing(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("  start:", "  output: {default: window}\n  start:"))
    assert graphflow("run", "graph.yaml", *MINE).out == ""


def test_threads_give_the_same_results(folder: Path, graphflow: Command) -> None:
    without = graphflow("run", "graph.yaml", *MINE)
    assert graphflow("run", "graph.yaml", *MINE, "--threads", "3").out == without.out


def test_quiet_says_nothing_and_stats_says_how_long_nodes_took(folder: Path, graphflow: Command) -> None:
    assert graphflow("run", "graph.yaml", *MINE, "-q").err == ""
    lines = graphflow("run", "graph.yaml", *MINE, "-q", "--stats").err.splitlines()
    assert lines[0].split() == ["node", "calls", "p50", "us", "p95", "us", "total", "ms", "share"]
    assert {line.split()[0]: line.split()[1] for line in lines[1:]}["last"] == "3"


def test_dropped_packets_are_named_at_the_end(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Odd"))
    err = graphflow("run", "graph.yaml", *MINE).err
    assert "2 dropped" in err and "last/dropped: 2" in err


def test_a_failure_shows_node_time_line_and_the_users_own_code(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal"))
    ended = graphflow("run", "graph.yaml", *MINE, "-q", "--side", "start=-1", "--save", "y=y.jsonl")
    assert ended.status == 1
    first, second, *frames = ended.err.splitlines()
    assert first == "error: ZeroDivisionError: division by zero"
    assert second == "  in node 'last' (Reciprocal) at 1000 us, graph.yaml:10"
    assert "in process" in frames[0] and "my.py" in frames[0]
    assert any("return 1 / item" in line for line in frames)
    assert "graphflow/run" not in ended.err
    # What had come before is on the disk.
    assert rows((folder / "y.part.jsonl").read_text()) == [{"timestamp": 0, "value": -1.0}]
    assert not (folder / "y.jsonl").exists()


def test_verbose_shows_the_whole_traceback(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal"))
    err = graphflow("run", "graph.yaml", *MINE, "-v").err
    assert "Traceback" in err and "ZeroDivisionError" in err and "node 'last'" in err


def test_a_failure_counts_what_was_unfinished_but_not_node_by_node(folder: Path, graphflow: Command) -> None:
    graph = GRAPH.replace("calculator: Half", "calculator: Reciprocal")
    join = "  join: {calculator: MakePair, inputs: {item: [x, y]}, outputs: {out: z}}\n"
    (folder / "graph.yaml").write_text(graph + join)
    ended = graphflow("run", "graph.yaml", *MINE)
    assert "1 packet unfinished" in ended.err and "dropped_at_end" not in ended.err
    assert "join/dropped_at_end: 1" in graphflow("run", "graph.yaml", *MINE, "-v").err


def test_what_is_missing_on_the_machine_is_status_3(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Camera"))
    ended = graphflow("run", "graph.yaml", *MINE, "-q")
    assert ended.status == 3
    assert ended.err.splitlines()[0] == "error: there is no camera 7; plug one in"
    assert "Traceback" not in ended.err


def test_a_part_is_kept_beside_an_older_file_or_put_in_its_place(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal"))
    (folder / "y.jsonl").write_text("of yesterday")
    command = ("run", "graph.yaml", *MINE, "--side", "start=-1", "--save", "y=y.jsonl")
    ended = graphflow(*command)
    assert ended.status == 1
    assert "warning: 'y.jsonl' is not complete; what there is of it is in 'y.part.jsonl'" in ended.err
    assert (folder / "y.jsonl").read_text() == "of yesterday"
    graphflow(*command)
    assert (folder / "y.part-2.jsonl").read_text() == (folder / "y.part.jsonl").read_text()
    ended = graphflow(*command, "--keep-partial")
    assert "warning: 'y.jsonl' is not complete\n" in ended.err
    assert (folder / "y.jsonl").read_text() == (folder / "y.part.jsonl").read_text()


def test_what_nodes_write_takes_its_name_too_if_parts_are_kept(folder: Path, graphflow: Command) -> None:
    sink = "  write: {calculator: RowSink, inputs: {item: y}, side_packets: {target: {value: rows.jsonl}}}\n"
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal") + sink)
    command = ("run", "graph.yaml", *MINE, "--side", "start=-1", "--allow-files")
    graphflow(*command)
    assert not (folder / "rows.jsonl").exists() and (folder / "rows.part.jsonl").exists()
    graphflow(*command, "--keep-partial")
    assert (folder / "rows.jsonl").read_text() == (folder / "rows.part.jsonl").read_text()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".npz"])
def test_a_run_that_fails_before_the_first_row_leaves_the_older_file(
    folder: Path, graphflow: Command, suffix: str
) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Camera"))
    (folder / f"y{suffix}").write_text("of yesterday")
    assert graphflow("run", "graph.yaml", *MINE, "-q", "--save", f"y=y{suffix}").status == 3
    assert (folder / f"y{suffix}").read_text() == "of yesterday"
    assert not list(folder.glob("*.part*")) and not list(folder.glob(".graphflow-*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("arguments", [("run", "graph.yaml", *MINE, "-q"), ("viz", "graph.yaml", *MINE), ("list",)])
def test_a_full_disk_behind_standard_output_is_told(
    folder: Path, graphflow: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    with Output(open("/dev/full", "wb")) as full:
        monkeypatch.setattr(sys, "stdout", full)
        ended = graphflow(*arguments)
    assert ended.status == 1
    assert ended.err.splitlines()[0] == "error: standard output cannot be written: No space left on device"
    assert "Traceback" not in ended.err


def test_a_folder_to_save_into_that_is_missing_is_status_3(folder: Path, graphflow: Command) -> None:
    ended = graphflow("run", "graph.yaml", *MINE, "--save", "y=no/y.jsonl")
    assert ended == (3, "", "error: there is no folder 'no' for 'y.jsonl'; make it first\n")


def test_a_wrong_graph_is_status_2_with_all_findings(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("item: x", "item: z").replace("Count", "Cunt"))
    ended = graphflow("run", "graph.yaml", *MINE)
    assert (ended.status, ended.out) == (2, "")
    assert "error[unknown-calculator]" in ended.err and "error[unknown-stream]" in ended.err
    assert ended.err.rstrip().endswith("2 errors")


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        (["grap.yaml"], "there is no graph file or bundled graph 'grap.yaml'", "did you mean 'graph.yaml'?"),
        (["graph.yaml", "--side", "strat=1"], "graph.yaml has no side packet 'strat'", "did you mean 'start'?"),
        (["graph.yaml", "--side", "start"], "--side start: write --side NAME=VALUE", ""),
        (["graph.yaml", "--side", "start=one", "--save", "x=x.jsonl"], "'start' must be a whole number, not 'one'", ""),
        (["graph.yaml", "--side", "start="], "--side start: the value is empty", "write '\"\"'"),
        (["graph.yaml", "--set", "n=1=2"], "error[unknown-graph-option]: graph.yaml has no graph option 'n'", ""),
        (["graph.yaml", "--set", "number.n=1"], "there is no node 'number'", "did you mean 'numbers'?"),
        (["graph.yaml", "--set", "numbers.m=1"], "has no option 'm'", "n"),
        (["graph.yaml", "--set", "numbers.n=-1"], "at least 0", ""),
        (["graph.yaml", "--set", "numbers.n=[1"], "--set numbers.n", "single quotes"),
        (["graph.yaml", "--save", "z=z.jsonl"], "the graph has no stream 'z'", "its outputs are 'y'"),
        (["graph.yaml", "--save", "x=x.txt"], "the file must end in .jsonl, .csv, .npz or .parquet", ""),
        (["graph.yaml", "--save", "x=x.jsonl", "--save", "y=x.jsonl"], "'x.jsonl' takes one stream", "of its own"),
        (["graph.yaml", "--print", "xx"], "the graph has no stream 'xx'", "did you mean 'x'?"),
        (["graph.yaml", "--calculators", "no.py"], "no.py: the calculators file does not exist", ""),
        (
            ["graph.yaml", "--calculators", "my"],
            "my: there is no file, folder or module of that name",
            "did you mean 'my.py'?",
        ),
        (["my.py"], "'my.py' is a Python file, not a graph", "name the graph, and add --calculators my.py"),
        (["graph.yaml", "--set", "start=1"], "no graph option 'start'", "a side packet: --side start=1"),
    ],
)
def test_usage_errors_are_status_2_and_say_what_to_type(
    folder: Path, graphflow: Command, arguments: list[str], message: str, help: str
) -> None:
    ended = graphflow("run", *arguments, *(() if "no.py" in arguments else MINE))
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err and help in ended.err
    assert "Traceback" not in ended.err and not list(folder.glob("x.*"))


@pytest.mark.parametrize(
    ("arguments", "typed", "marked"),
    [
        (("--set", "numbers.n=-1"), "--set numbers.n=-1", "-1"),
        (("--set", "numbers.m=12"), "--set numbers.m=12", "numbers.m"),
        (("--set", "number.n=12"), "--set number.n=12", "number.n"),
        (("--set", "n=12"), "--set n=12", "n"),
        (("--set", "numbers.n= [ 1 ]"), "--set numbers.n= [ 1 ]", " [ 1 ]"),
        (("--side", "start=one"), "--side start=one", "one"),
        (("--side", "strat=1"), "--side strat=1", "strat"),
        (("--input", "1"), "--input 1", "input"),
    ],
)
def test_what_was_typed_is_shown_with_the_wrong_word_marked(
    folder: Path, graphflow: Command, arguments: tuple[str, str], typed: str, marked: str
) -> None:
    err = graphflow("run", "graph.yaml", *MINE, *arguments).err
    lines = err.splitlines()
    at = lines.index(f"   | {typed}")
    assert lines[at + 1].rstrip("^") == "   | " + " " * (typed.index(marked) if marked != "n" else len("--set "))
    assert lines[at + 1].count("^") == len(marked)
    assert ":1:1" not in err


def test_a_module_that_needs_options_is_not_run_and_says_why(graphflow: Command) -> None:
    ended = graphflow("run", "modules/face_detection")
    assert (ended.status, ended.out) == (2, "") and "note[module]: this is a module" in ended.err
    ended = graphflow("validate", "modules/face_detection")
    assert ended.status == 0 and ended.out.count("note[") == 1 and "error" not in ended.out


def test_a_number_where_a_text_is_wanted_is_told_how_to_type_it(graphflow: Command) -> None:
    ended = graphflow("run", "face_mesh_desktop", "--input", "sample", "--side", "output=2024")
    assert ended.status == 2 and "= help: for the text 2024 write --output 2024" in ended.err


def test_a_part_of_an_outputs_name_leads_to_it(graphflow: Command) -> None:
    ended = graphflow("run", "face_mesh_desktop", "--input", "sample", "--output", "x.mp4", "--save", "landmarks=x.csv")
    assert ended.status == 2 and "= help: did you mean 'multi_face_landmarks'?" in ended.err


def test_a_number_of_faces_below_one_is_told_by_the_name_that_was_typed(graphflow: Command) -> None:
    ended = graphflow("run", "face_mesh_desktop", "--input", "sample", "--output", "x.mp4", "--side", "num_faces=0")
    assert ended.err.startswith("error: side packet 'num_faces' must be at least 1, not 0\n") and ended.status == 2
    assert not Path("x.mp4").exists()


def test_a_side_packet_without_default_must_be_given(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("default: 0, ", ""))
    text = GRAPH.replace("default: 0, ", "").replace("start: int = 0", "start: int")
    (folder / "graph.yaml").write_text(text)
    (folder / "my.py").write_text((folder / "my.py").read_text().replace("start: int = 0", "start: int"))
    ended = graphflow("run", "graph.yaml", *MINE)
    assert ended.status == 2
    assert ended.err == (
        "error: side packet 'start' must be given: the first number\n   = help: add --side start=VALUE\n"
    )


def test_a_graph_that_needs_feeding_says_how(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(
        "graphflow: 1\ninputs: [x]\noutputs: [y]\n"
        "nodes: {last: {calculator: Half, inputs: {item: x}, outputs: {out: y}}}\n"
    )
    ended = graphflow("run", "graph.yaml", *MINE)
    assert ended.status == 2 and "graph inputs that nothing feeds here: 'x'" in ended.err


def test_unknown_options_and_commands_are_status_2(graphflow: Command) -> None:
    for arguments in (["run", "--nope"], ["nope"], ["run"]):
        ended = graphflow(*arguments)
        assert (ended.status, ended.out) == (2, "") and "Traceback" not in ended.err


def test_a_stream_may_be_saved_twice(folder: Path, graphflow: Command) -> None:
    assert graphflow("run", "graph.yaml", *MINE, "--save", "x=a.jsonl", "--save", "x=b.jsonl").status == 0
    assert (folder / "a.jsonl").read_text() == (folder / "b.jsonl").read_text() != ""


def test_a_failed_run_still_says_how_far_it_came(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal"))
    err = graphflow("run", "graph.yaml", *MINE, "--side", "start=-1").err
    assert "2 packets in, 1 out" in err


def test_an_exit_in_user_code_is_a_failure_of_its_node(folder: Path, graphflow: Command) -> None:
    mine = (folder / "my.py").read_text().replace("return 1 / item", "raise SystemExit(0)")
    (folder / "my.py").write_text(mine)
    (folder / "graph.yaml").write_text(GRAPH.replace("calculator: Half", "calculator: Reciprocal"))
    ended = graphflow("run", "graph.yaml", *MINE, "-q")
    assert ended.status == 1 and "SystemExit" in ended.err and "node 'last'" in ended.err


def test_a_stream_nobody_reads_is_noted_on_demand(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(GRAPH.replace("outputs: [y]", "outputs: [x]"))
    assert "note[" not in graphflow("run", "graph.yaml", *MINE).err
    assert "note[" in graphflow("run", "graph.yaml", *MINE, "-v").err
    assert "note[" in graphflow("validate", "graph.yaml", *MINE).out
