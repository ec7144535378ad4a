"""Protobuf's text format, by protobuf itself and by the words of its errors."""

from __future__ import annotations

import math
from typing import Any

import pytest
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from hypothesis import given
from hypothesis import strategies as st

from tests.mediapipe.tools import parse, plain

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OPTIONS = st.fixed_dictionaries(
    {}, optional={"java_package": TEXT, "cc_enable_arenas": st.booleans(), "optimize_for": st.sampled_from([1, 2, 3])}
)
UNINTERPRETED = st.fixed_dictionaries(
    {},
    optional={
        "positive_int_value": st.integers(0, 2**64 - 1),
        "negative_int_value": st.integers(-(2**63), -1),
        "double_value": st.floats(width=64),
        "string_value": st.binary(max_size=12),
    },
)
MESSAGES = st.builds(
    lambda name, dependency, options, values: {
        "name": name,
        "dependency": dependency,
        "options": options | {"uninterpreted_option": values},
    },
    TEXT,
    st.lists(TEXT, max_size=3),
    OPTIONS,
    st.lists(UNINTERPRETED, max_size=3),
)


def message_of(values: dict[str, Any]) -> FileDescriptorProto:
    message = FileDescriptorProto(name=values["name"], dependency=values["dependency"])
    for key, value in values["options"].items():
        if key == "uninterpreted_option":
            for one in value:
                message.options.uninterpreted_option.add(**one)
        else:
            setattr(message.options, key, value)
    message.options.SetInParent()
    return message


def values_of(message: Any) -> dict[str, list[Any]]:
    """As `plain` gives them: enums by name, bytes as text."""
    result: dict[str, list[Any]] = {}
    for field, value in message.ListFields():
        repeated = getattr(field, "is_repeated", None)
        items = list(value) if (repeated if repeated is not None else field.label == 3) else [value]
        if field.message_type is not None:
            items = [values_of(item) for item in items]
        elif field.enum_type is not None:
            items = [field.enum_type.values_by_number[item].name for item in items]
        result[field.name] = items
    return result


def is_text(message: FileDescriptorProto) -> bool:
    """Bytes that are no UTF-8 are refused: a graph file is text."""
    try:
        for one in message.options.uninterpreted_option:
            one.string_value.decode()
    except UnicodeDecodeError:
        return False
    return True


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bytes):
        return one.decode() == other
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


@given(MESSAGES.map(message_of).filter(is_text), st.booleans(), st.booleans())
def test_what_protobuf_writes_is_read_as_protobuf_reads_it(message: Any, as_utf8: bool, one_line: bool) -> None:
    text = text_format.MessageToString(message, as_utf8=as_utf8, as_one_line=one_line)
    assert same(values_of(message), plain(parse(text))), text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('a: "x" "y" \'z\'', {"a": ["xyz"]}),
        ('a: "x"  # half\n  "y"', {"a": ["xy"]}),
        ("a: [1, 2, 3]", {"a": [1, 2, 3]}),
        ("a: []", {}),
        ("a [{b: 1}, {b: 2}]", {"a": [{"b": [1]}, {"b": [2]}]}),
        ("a < b: 1 >", {"a": [{"b": [1]}]}),
        ("a: { b: 1 }, c: 2; d: 3", {"a": [{"b": [1]}], "c": [2], "d": [3]}),
        ("a: 0x1F b: 017 c: -0x1f d: 0", {"a": [31], "b": [15], "c": [-31], "d": [0]}),
        ("a: 1.5f b: 2F c: 1e3 d: .5 e: 3.", {"a": [1.5], "b": [2.0], "c": [1000.0], "d": [0.5], "e": [3.0]}),
        ("a: inf b: -infinity c: True d: false", {"a": [math.inf], "b": [-math.inf], "c": [True], "d": [False]}),
        ("a: WORD b: - 3", {"a": ["WORD"], "b": [-3]}),
        (r'a: "\x41\102\u00e9\U0001F600\n\"\?"', {"a": ['ABé😀\n"?']}),
        (r'a: "\303\251"', {"a": ["é"]}),
        ("[a.b.c] { d: 1 }", {"a.b.c": [{"d": [1]}]}),
        ("[type.googleapis.com/a.b] { d: 1 }", {"a.b": [{"d": [1]}]}),
        ("# nothing", {}),
        ("", {}),
    ],
)
def test_the_whole_grammar_is_read(text: str, values: dict[str, Any]) -> None:
    assert plain(parse(text)) == values


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a", "1:2", "the ':' after 'a' is missing here, found the end of the file"),
        ("a:", "1:3", "the value of 'a' is missing here, found the end of the file"),
        ("a { b: 1", "1:3", "the '{' that opens here is never closed"),
        ("a { b: 1 ]", "1:10", "'}' is missing here, found ']'"),
        ("a: 1 }", "1:6", "'}' closes nothing"),
        ("a: [1 2]", "1:7", "',' is missing here, found '2'"),
        ("a: [1, ]", "1:8", "the value of 'a' is missing here, found ']'"),
        ('a: "x', "1:4", "the quote that opens here is not closed on its line"),
        (r'a: "x\q"', "1:6", "a backslash in quotes starts an escape, and this is none"),
        (r'a: "\ud800"', "1:5", "a backslash in quotes starts an escape, and this is none"),
        (r'a: "\777"', "1:5", "a backslash in quotes starts an escape, and this is none"),
        (r'a: "\377"', "1:4", "the text is not UTF-8"),
        ("a: 08", "1:4", "'08' starts with 0, so it is octal, and has a digit above 7"),
        ("a: 1e999", "1:4", "'1e999' is too large for a number"),
        ("a: 3x", "1:5", "a space is missing here, found 'x'"),
        ("a: $", "1:4", "'$' cannot stand here"),
        ("[a.b { }", "1:6", "']' is missing here, found '{'"),
        ("[a.] { }", "1:4", "the rest of the message's name is missing here, found ']'"),
        ("1: 2", "1:1", "the name of a field is missing here, found '1'"),
        ("a {" * 60, "1:150", "more than 50 messages stand inside each other here"),
        ("a: " + "1" * 200, "1:4", "is a number of 200 digits"),
    ],
)
def test_mistakes_are_told_at_their_place(text: str, place: str, message: str) -> None:
    with pytest.raises(ValueError, match="error") as caught:
        parse(text)
    assert str(caught.value).startswith(f"x.pbtxt:{place}: "), caught.value
    assert message in str(caught.value)


def test_comments_belong_to_the_field_below_them_or_in_front_of_them() -> None:
    message = parse("# one\n\n# two\na: 1  # three\nb { # four\n # five\n c: 2\n}\n# six\n")
    a, b = message.fields
    assert a.comments == ("one", "", "two", "three")
    assert b.comments == ()
    assert b.value.fields[0].comments == ("four", "five")  # type: ignore[union-attr]


def test_a_comment_at_the_end_of_a_message_stays_inside() -> None:
    a, b = parse("a {\n b: 1\n # last\n} # behind\n# above\nc: 2\n").fields
    assert a.value.fields[0].comments == ("last",)  # type: ignore[union-attr]
    assert (a.comments, b.comments) == (("behind",), ("above",))
