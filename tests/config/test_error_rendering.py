"""How findings look: the line, the carets, the further places, the count."""

from __future__ import annotations

import json

from graphflow.config.diagnostics import Diagnostic, Related, Severity
from graphflow.config.location import Span
from graphflow.config.render import HEADLINE, MAX_WIDTH, render, render_one, summary, to_json


def lines_of(line: str, column: int, length: int) -> list[str]:
    """The excerpt of a finding at a place in `line`."""
    diagnostic = Diagnostic("c", "m", Span("f", 1, column, length))
    return render_one(diagnostic, {"f": [line]}).splitlines()[2:]


def test_a_finding_shows_its_line_and_what_to_type() -> None:
    line = "      finished: {stream: faces, back_edge: true}"
    finding = Diagnostic(
        "unknown-stream",
        "node 'limiter': input 'finished' reads stream 'faces', which nothing sends",
        Span("graphs/bad.yaml", 15, 26, 5),
        help="did you mean 'face', sent by node 'detector' on line 24?",
    )
    assert render([finding], {"graphs/bad.yaml": [""] * 14 + [line]}) == (
        "graphs/bad.yaml:15:26: error[unknown-stream]: "
        "node 'limiter': input 'finished' reads stream 'faces', which nothing sends\n"
        "   |\n"
        " 15|       finished: {stream: faces, back_edge: true}\n"
        "   |                          ^^^^^\n"
        "   = help: did you mean 'face', sent by node 'detector' on line 24?\n"
        "\n"
        "1 error"
    )


def test_further_places_are_shown_with_their_own_lines() -> None:
    related = (Related(Span("b.yaml", 1234, 1, 3), "sent here"), Related(Span("gone.yaml", 2, 1), "included here"))
    finding = Diagnostic("c", "m", Span("a.yaml", 1, 1, 1), related=related)
    assert render_one(finding, {"a.yaml": ["x"], "b.yaml": ["abc"] * 1234}) == (
        "a.yaml:1:1: error[c]: m\n"
        "    |\n"
        "   1| x\n"
        "    | ^\n"
        "b.yaml:1234:1: note: sent here\n"
        "    |\n"
        "1234| abc\n"
        "    | ^^^\n"
        "gone.yaml:2:1: note: included here"
    )


def test_a_finding_without_a_place_is_one_line() -> None:
    assert render_one(Diagnostic("missing-file", "there is no file 'x'", None), {}) == (
        "error[missing-file]: there is no file 'x'"
    )


def test_a_place_outside_the_text_is_shown_without_a_line() -> None:
    assert render_one(Diagnostic("c", "m", Span("f", 7, 1)), {"f": ["a"]}) == "f:7:1: error[c]: m"


def test_the_end_of_a_line_can_be_pointed_at() -> None:
    assert lines_of("abc", 4, 1) == ["  1| abc", "   |    ^"]


def test_carets_end_with_the_line() -> None:
    assert lines_of("abc", 2, 100) == ["  1| abc", "   |  ^^"]


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert lines_of("日本: e\u0301x", 1, 2) == ["  1| 日本: e\u0301x", "   | ^^^^"]
    assert lines_of("日本: e\u0301x", 7, 1) == ["  1| 日本: e\u0301x", "   |        ^"]


def test_tabs_are_four_columns() -> None:
    assert lines_of("\tab", 2, 2) == ["  1|     ab", "   |     ^^"]


def test_control_characters_are_spelled_out_everywhere() -> None:
    finding = Diagnostic("c", "a\x1b[31mb", Span("f\x07", 1, 4, 2), help="\u202ec", related=())
    text = render([finding], {"f\x07": ["ab\x1bcd"]})
    assert text.splitlines()[:5] == [
        "f\\x07:1:4: error[c]: a\\x1b[31mb",
        "   |",
        "  1| ab\\x1bcd",
        "   |       ^^",
        "   = help: \\u202ec",
    ]


def test_long_lines_are_cropped_around_the_place() -> None:
    line = "a" * 500 + "bcd" + "e" * 500
    shown, carets = lines_of(line, 501, 3)
    assert shown.startswith("  1| …aaa")
    assert shown.endswith("eee…")
    assert len(shown) == len("  1| ") + 1 + MAX_WIDTH + 1
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "bcd"


def test_the_ends_of_long_lines_are_not_cropped() -> None:
    line = "bcd" + "a" * 500 + "efg"
    assert lines_of(line, 1, 3)[0].startswith("  1| bcdaa")
    shown, carets = lines_of(line, 504, 3)
    assert shown.endswith("aefg")
    assert carets.endswith(" ^^^")
    assert len(carets) == len(shown)


def test_a_place_wider_than_the_excerpt_starts_inside_it() -> None:
    shown, carets = lines_of("key: " + "9" * 5000, 6, 5000)
    assert "key: 999" in shown
    assert shown[carets.index("^")] == "9"
    assert len(carets) <= len(shown)


def test_the_last_line_counts_by_severity() -> None:
    def finding(severity: Severity) -> Diagnostic:
        return Diagnostic("c", "m", None, severity)

    assert summary([finding("error"), finding("warning"), finding("error")]) == "2 errors, 1 warning"
    assert summary([finding("note"), finding("note")]) == "2 notes"
    assert render([], {}) == ""


def test_every_first_line_of_a_block_is_a_headline() -> None:
    finding = Diagnostic("a-b", "m", Span("f", 1, 1), "warning", related=(Related(Span("f", 1, 1), "r"),))
    matches = [match["severity"] for match in HEADLINE.finditer(render_one(finding, {"f": ["error: x"]}))]
    assert matches == ["warning", "note"]
    assert HEADLINE.match(render_one(Diagnostic("a-b", "m", None), {}))


def test_json_has_everything() -> None:
    finding = Diagnostic("c", "m", Span("f", 2, 3, 4), help="h", related=(Related(Span("g", 1, 1), "r"),))
    assert json.loads(json.dumps(to_json([finding, Diagnostic("d", "n", None, "warning")]))) == [
        {
            "severity": "error",
            "code": "c",
            "message": "m",
            "help": "h",
            "file": "f",
            "line": 2,
            "column": 3,
            "length": 4,
            "related": [{"message": "r", "file": "g", "line": 1, "column": 1, "length": 1}],
        },
        {
            "severity": "warning",
            "code": "d",
            "message": "n",
            "help": "",
            "file": None,
            "line": None,
            "column": None,
            "length": None,
            "related": [],
        },
    ]
