"""Protobuf's text format: text to fields, each with its place.

The whole grammar is read (https://protobuf.dev/reference/protobuf/textformat-spec/), also what graph files hardly use:
strings side by side, escapes, ``<>`` for ``{}``, lists of messages. Field names are not checked here. Limits are those
of YAML graphs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphflow.config.diagnostics import Diagnostic, quoted
from graphflow.config.limits import MAX_DEPTH, MAX_VALUES, Budget
from graphflow.config.location import Located, Span
from graphflow.config.report import Report
from graphflow.config.scalars import MAX_NUMBER_LENGTH
from graphflow.config.tree import Scalar

_TOKEN = re.compile(
    r"""(?P<space>[ \t\f\v\r]+)
    |(?P<comment>\#.*)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fF]?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<sign>[{}<>\[\]:,;/.-])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv?\\'\"])|([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U(00[0-9a-fA-F]{6})|)"
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CLOSING = {"{": "}", "<": ">", "[": "]"}
_WORDS = {"true": True, "True": True, "false": False, "False": False}
_FLOATS = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}


@dataclass(frozen=True, slots=True)
class Message:
    """``{ name: value ... }``, or a whole file.

    Attributes:
        fields: In the order of the file; one that repeats stands there several times, or has a list.
    """

    span: Span
    fields: list[Field]

    def all(self, name: str) -> list[Field]:
        """Every field of a name, lists taken apart."""
        return [one for one in self.fields if one.name.value == name]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a field.

    Attributes:
        name: For an extension or a packed message the full name of its type: ``mediapipe.GateCalculatorOptions``.
        value: A scalar's `value` is a text for strings and for words other than ``true`` and ``false``.
        typed: The name stood in brackets.
        comments: The lines of the comment above it, and the one behind it, without ``#``. An empty line stands for a
            gap.
    """

    name: Located[str]
    value: Scalar | Message
    typed: bool = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    span: Span


def parse_text_format(lines: Sequence[str], file: str, report: Report, budget: Budget) -> Message:
    """The message that a file holds.

    Args:
        lines: Of the file.
        file: What messages call it.
        report: Takes what is wrong.
        budget: What the file may hold.

    Raises:
        Abandoned: It breaks a limit or the grammar; it has been reported.
    """
    return _Parser(lines, file, report, budget).file()


class _Parser:
    """One token at a time; nesting is bounded, so the recursion is too."""

    def __init__(self, lines: Sequence[str], file: str, report: Report, budget: Budget) -> None:
        self._lines = lines
        self._file = file
        self._report = report
        self._budget = budget
        self._comments: list[tuple[int, str]] = []
        self._tokens = self._read()
        self._next: _Token = next(self._tokens)
        self._last = self._next

    def file(self) -> Message:
        start = Span(self._file, 1, 1)
        fields: list[Field] = []
        while self._next.kind != "end":
            self._field(fields, 0)
        return Message(start, fields)

    # -- tokens -------------------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[_Token]:
        for number, line in enumerate(self._lines, start=1):
            column = 0
            while column < len(line):
                match = _TOKEN.match(line, column)
                span = Span(self._file, number, column + 1, len(match[0]) if match else 1)
                if match is None:
                    raise self._report.abandon(_wrong_character(line, span))
                column = match.end()
                if match.lastgroup == "comment":
                    self._comments.append((number, match[0][1:].strip()))
                elif match.lastgroup != "space":
                    yield _Token(str(match.lastgroup), match[0], span)
        end = Span(self._file, max(len(self._lines), 1), len(self._lines[-1]) + 1 if self._lines else 1)
        while True:
            yield _Token("end", "", end)

    def _take(self) -> _Token:
        self._budget.values -= 1
        if self._budget.values < 0:
            message = f"the graph and its subgraphs hold more than {MAX_VALUES:,} values"
            help = "make it smaller; what its nodes repeat can be a subgraph"
            raise self._report.abandon(Diagnostic("too-large", message, self._next.span, help=help))
        self._last, self._next = self._next, next(self._tokens)
        return self._last

    def _taken(self, *signs: str) -> _Token | None:
        """The next token, if it is one of these signs."""
        return self._take() if self._next.kind == "sign" and self._next.text in signs else None

    def _expect(self, kind: str, what: str, help: str = "") -> _Token:
        if self._next.kind != kind:
            raise self._wrong(what, help)
        return self._take()

    def _wrong(self, what: str, help: str = "") -> Exception:
        found = quoted(self._next.text) if self._next.text else "the end of the file"
        message = f"{what} is missing here, found {found}"
        return self._report.abandon(Diagnostic("syntax-error", message, self._next.span, help=help))

    # -- grammar ------------------------------------------------------------------------------------------------------

    def _field(self, fields: list[Field], depth: int) -> None:
        above = self._comments
        self._comments = []
        name, typed = self._name()
        place = len(fields)
        colon = self._taken(":")
        if opening := self._taken("["):
            while not (fields[place:] == [] and self._taken("]")):
                fields.append(Field(name, self._value(name, depth + 1), typed))
                if self._taken("]"):
                    break
                if not self._taken(","):
                    raise self._unclosed(opening, "','")
        elif colon is None and not (self._next.kind == "sign" and self._next.text in "{<"):
            raise self._wrong(f"the ':' after {quoted(name.value)}", "write name: value, or name { ... }")
        else:
            fields.append(Field(name, self._value(name, depth + 1), typed))
        self._taken(",", ";")
        behind = [text for line, text in self._comments if line == self._last.span.line]
        self._comments = [entry for entry in self._comments if entry[0] != self._last.span.line]
        if place < len(fields) and (above or behind):
            first = fields[place]
            fields[place] = Field(first.name, first.value, typed, (*_with_gaps(above, first.name.span.line), *behind))

    def _name(self) -> tuple[Located[str], bool]:
        opening = self._taken("[")
        if opening is None:
            if self._next.kind == "sign" and self._next.text in "}>]":
                message = f"{quoted(self._next.text)} closes nothing"
                raise self._report.abandon(Diagnostic("syntax-error", message, self._next.span, help="delete it"))
            word = self._expect("word", "the name of a field", "write name: value, or name { ... }")
            return Located(word.text, word.span), False
        parts = [self._expect("word", "the name of a message").text]
        while separator := self._taken(".", "/", "-"):
            parts += [separator.text, self._expect("word", "the rest of the message's name").text]
        closing = self._expect_closing(opening)
        length = closing.column - opening.span.column + 1 if closing.line == opening.span.line else 1
        span = Span(self._file, opening.span.line, opening.span.column, max(length, 1))
        return Located("".join(parts).rpartition("/")[2], span), True

    def _expect_closing(self, opening: _Token) -> Span:
        closing = self._taken(_CLOSING[opening.text])
        if closing is None:
            raise self._unclosed(opening, quoted(_CLOSING[opening.text]))
        return closing.span

    def _unclosed(self, opening: _Token, what: str) -> Exception:
        if self._next.kind != "end":
            return self._wrong(what)
        message = f"the {quoted(opening.text)} that opens here is never closed"
        help = f"close it with {quoted(_CLOSING[opening.text])}"
        return self._report.abandon(Diagnostic("syntax-error", message, opening.span, help=help))

    def _value(self, name: Located[str], depth: int) -> Scalar | Message:
        opening = self._taken("{", "<")
        if opening is None:
            return self._scalar(name)
        if depth >= MAX_DEPTH:
            message = f"more than {MAX_DEPTH} messages stand inside each other here"
            help = "no part of a graph file needs that"
            raise self._report.abandon(Diagnostic("too-deep", message, opening.span, help=help))
        fields: list[Field] = []
        while not self._taken(_CLOSING[opening.text]):
            if self._next.kind == "end" or (self._next.kind == "sign" and self._next.text in "}>]"):
                raise self._unclosed(opening, quoted(_CLOSING[opening.text]))
            self._field(fields, depth)
        self._keep_inside(fields, self._last.span.line)
        return Message(opening.span, fields)

    def _keep_inside(self, fields: list[Field], line: int) -> None:
        """Comments between the last field of a message and its end, on `line`, are about that field."""
        inside = [text for number, text in self._comments if number < line]
        self._comments = [entry for entry in self._comments if entry[0] >= line]
        if inside and fields:
            fields[-1] = replace(fields[-1], comments=(*fields[-1].comments, *inside))

    def _scalar(self, name: Located[str]) -> Scalar:
        token = self._next
        if token.kind == "string":
            return self._text()
        if token.kind == "word":
            self._take()
            return Scalar(token.span, token.text, _WORDS.get(token.text, _FLOATS.get(token.text.lower(), token.text)))
        negative = self._taken("-")
        token = self._next
        if token.kind == "word" and token.text.lower() in _FLOATS:
            self._take()
            return Scalar(token.span, f"-{token.text}", -_FLOATS[token.text.lower()])
        if token.kind != "number":
            raise self._wrong(
                f"the value of {quoted(name.value)}", "write a number, a word, a text in quotes or { ... }"
            )
        self._take()
        if self._next.kind == "word" and self._next.span == _behind(token.span, self._next.span):
            raise self._wrong("a space", "put it in quotes if it is text")
        sign = "-" if negative else ""
        return Scalar(token.span, sign + token.text, self._number(token, -1 if negative else 1))

    def _number(self, token: _Token, sign: int) -> int | float:
        text = token.text
        if len(text) > MAX_NUMBER_LENGTH:
            raise self._bad(token, f"is a number of {len(text)} digits")
        if text[:2] in ("0x", "0X"):
            return sign * int(text, 16)
        if text.isdecimal():
            if text[0] == "0" and len(text) > 1:
                if set(text) & set("89"):
                    raise self._bad(token, "starts with 0, so it is octal, and has a digit above 7")
                return sign * int(text, 8)
            return sign * int(text)
        number = float(text.rstrip("fF"))
        if math.isinf(number):
            raise self._bad(token, "is too large for a number")
        return sign * number

    def _bad(self, token: _Token, what: str) -> Exception:
        message = f"{quoted(token.text)} {what}"
        help = "put it in quotes if it is text"
        return self._report.abandon(Diagnostic("bad-number", message, token.span, help=help))

    def _text(self) -> Scalar:
        first = self._next
        data = bytearray()
        while self._next.kind == "string":
            data += self._unescaped(self._take())
        text = data.decode("utf-8", errors="surrogateescape")
        if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
            message = "the text is not UTF-8"
            raise self._report.abandon(Diagnostic("syntax-error", message, first.span, help="write it as UTF-8"))
        return Scalar(first.span, text, text)

    def _unescaped(self, token: _Token) -> bytes:
        """The bytes that a string stands for: escapes in octal and hexadecimal are bytes, not characters."""
        inside = token.text[1:-1]
        if "\\" not in inside:
            return inside.encode("utf-8", errors="surrogatepass")
        data = bytearray()
        end = 0
        for match in _ESCAPE.finditer(inside):
            data += inside[end : match.start()].encode("utf-8", errors="surrogatepass")
            end = match.end()
            simple, octal, hexadecimal, *code_points = match.groups()
            if simple:
                data += _SIMPLE.get(simple, simple).encode()
            elif octal or hexadecimal:
                byte = int(octal, 8) if octal else int(hexadecimal, 16)
                data += bytes([byte]) if byte < 256 else self._no_escape(token, match.start())
            else:
                code = next((int(digits, 16) for digits in code_points if digits), -1)
                if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                    self._no_escape(token, match.start())
                data += chr(code).encode()
        return bytes(data + inside[end:].encode("utf-8", errors="surrogatepass"))

    def _no_escape(self, token: _Token, offset: int) -> bytes:
        span = Span(self._file, token.span.line, token.span.column + 1 + offset, 2)
        message = "a backslash in quotes starts an escape, and this is none"
        raise self._report.abandon(Diagnostic("syntax-error", message, span, help="write the backslash twice"))


def _with_gaps(comments: Sequence[tuple[int, str]], below: int) -> Iterator[str]:
    """The lines of comments above a line, with an empty one where the file has a gap."""
    for (number, text), following in zip(comments, [*(line for line, _ in comments[1:]), below], strict=False):
        yield text
        if following > number + 1:
            yield ""


def _behind(first: Span, other: Span) -> Span:
    """`other` moved right behind `first`: equal to it if nothing stands between them."""
    return Span(other.file, first.line, first.column + first.length, other.length)


def _wrong_character(line: str, span: Span) -> Diagnostic:
    character = line[span.column - 1]
    if character in "\"'":
        message, help = "the quote that opens here is not closed on its line", "add the closing quote"
    else:
        message, help = f"{quoted(character)} cannot stand here", "put it in quotes if it is text"
        help = {"=": "write ':' in its place", "/": "a comment starts with '#'"}.get(character, help)
    return Diagnostic("syntax-error", message, span, help=help)
