"""``graphflow validate``: every finding of every file, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import GRAPH, Command

MINE = ("--calculators", "my.py")


def test_a_good_graph_is_fine(folder: Path, graphflow: Command) -> None:
    ended = graphflow("validate", "graph.yaml", *MINE)
    assert ended == (0, "graph.yaml: fine (2 nodes, 2 streams)\n", "")


def test_all_findings_of_all_files_are_the_result(folder: Path, graphflow: Command) -> None:
    (folder / "bad.yaml").write_text(GRAPH.replace("item: x", "item: z").replace("Count", "Cuont"))
    ended = graphflow("validate", "graph.yaml", "bad.yaml", *MINE)
    assert ended.status == 2 and ended.err == ""
    assert "graph.yaml: fine" in ended.out
    assert "bad.yaml:7:17: error[unknown-calculator]" in ended.out and "did you mean 'Count'?" in ended.out
    assert "bad.yaml:12:20: error[unknown-stream]" in ended.out


def test_a_graph_that_is_missing_does_not_hide_what_is_wrong_with_the_others(folder: Path, graphflow: Command) -> None:
    (folder / "bad.yaml").write_text(GRAPH.replace("item: x", "item: z"))
    ended = graphflow("validate", "grap.yaml", "bad.yaml", *MINE)
    assert ended.status == 2 and ended.err == ""
    assert "error[missing-file]: there is no graph file or bundled graph 'grap.yaml'" in ended.out
    assert "did you mean 'graph.yaml'?" in ended.out
    assert "bad.yaml:12:20: error[unknown-stream]" in ended.out


def test_json_has_places_and_help(folder: Path, graphflow: Command) -> None:
    (folder / "bad.yaml").write_text(GRAPH.replace("Half", "Haff"))
    ended = graphflow("validate", "graph.yaml", "bad.yaml", "--json", *MINE)
    good, bad = json.loads(ended.out)["graphs"]
    assert good == {"file": "graph.yaml", "valid": True, "diagnostics": []}
    (finding,) = bad["diagnostics"]
    assert (finding["severity"], finding["code"]) == ("error", "unknown-calculator")
    assert (finding["file"], finding["line"], finding["column"]) == ("bad.yaml", 11, 17)
    assert "Half" in finding["help"] and ended.status == 2


def test_settings_are_checked_as_run_checks_them(folder: Path, graphflow: Command) -> None:
    assert graphflow("validate", "graph.yaml", *MINE, "--set", "last.by=3").status == 0
    ended = graphflow("validate", "graph.yaml", *MINE, "--set", "last.by=-3")
    assert ended.status == 2 and "above 0" in ended.out


def test_what_is_no_graph_at_all_is_told_without_traceback(folder: Path, graphflow: Command) -> None:
    for content in (b"", b"\xff\xfe\x00", b"[" * 30_000, b"a: [1, 2", b"- 1\n- 2\n", b"a: &x [*x]\n"):
        (folder / "bad.yaml").write_bytes(content)
        ended = graphflow("validate", "bad.yaml")
        assert ended.status == 2 and "error[" in ended.out
        assert "Traceback" not in ended.out + ended.err


def test_a_folder_is_not_a_graph(folder: Path, graphflow: Command) -> None:
    ended = graphflow("validate", ".")
    assert ended.status == 2 and "Traceback" not in ended.err + ended.out
