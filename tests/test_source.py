"""Bytes to text and positions: the same as CPython's, or a finding that the file was not read."""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodlint import check_source
from prodlint.source import Source, Unreadable, decode, encoding_of

PRINT = 'x = "{}"; print(x, "{}")\n'


def reference_text(data: bytes) -> str:
    """The text of a file as the standard library's tokenizer reads it, newlines untouched."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read().removeprefix("\ufeff")


def placed(tree: ast.AST) -> list[Any]:
    """The nodes of a tree that have a position, but for the parts of f-strings, which Python before 3.12 misplaces."""
    found, pending = [], [tree]
    while pending:
        node = pending.pop()
        found += [node] if hasattr(node, "end_col_offset") else []
        if not isinstance(node, ast.JoinedStr):
            pending += ast.iter_child_nodes(node)
    return found


def assert_positions(data: bytes, text: str) -> None:
    """Assert that every node of the file is cut out of the text as the standard library cuts it out."""
    source = Source("x.py", data)
    assert source.text == text
    nodes = placed(ast.parse(data))
    assert nodes
    for node in nodes:
        span = source.span(node)
        assert source.slice(span) == ast.get_source_segment(text, node)
        assert source.position(source.offset(span.line, span.column)) == (span.line, span.column)


def lines_with_print(data: bytes) -> list[tuple[int, int, int, int]]:
    """Where prodlint finds calls of `print`."""
    config = {"select": ["print-call"], "ignore": ["tool"], "contexts": {"production": ["*"]}}
    report = check_source(data, "package/x.py", config=config)
    return [tuple(v.span) for v in report.violations if v.rule == "print-call" and v.span is not None]  # type: ignore[misc]


E_ACUTE, EURO, KANJI, CYRILLIC = "é", "€", "日本語ソ", "привет"

READABLE = {
    "plain ASCII": PRINT.format("a", "b").encode(),
    "UTF-8 without a cookie": PRINT.format(E_ACUTE, KANJI).encode(),
    "UTF-8 with a cookie": b"# -*- coding: utf-8 -*-\n" + PRINT.format(E_ACUTE, KANJI).encode(),
    "byte order mark": b"\xef\xbb\xbf" + PRINT.format(E_ACUTE, KANJI).encode(),
    "byte order mark and cookie": b"\xef\xbb\xbf# coding: utf-8\n" + PRINT.format(E_ACUTE, KANJI).encode(),
    "byte order mark and Emacs cookie": b"\xef\xbb\xbf# coding: utf-8-unix\n" + PRINT.format(E_ACUTE, "b").encode(),
    "latin-1": b"# coding: latin-1\n" + PRINT.format(E_ACUTE, "b").encode("latin-1"),
    "iso-8859-15": b"# coding: iso-8859-15\n" + PRINT.format(EURO, "b").encode("iso-8859-15"),
    "cp1252": b"# coding: cp1252\n" + PRINT.format(EURO, E_ACUTE).encode("cp1252"),
    "utf-8-unix": b"# -*- coding: utf-8-unix -*-\n" + PRINT.format(E_ACUTE, KANJI).encode(),
    "UTF_8 in capitals": b"# coding: UTF_8\n" + PRINT.format(E_ACUTE, KANJI).encode(),
    "latin-1-unix": b"# coding: latin-1-unix\n" + PRINT.format(E_ACUTE, "b").encode("latin-1"),
    "shift_jis, whose second bytes look like ASCII": b"# coding: shift_jis\n" + PRINT.format(KANJI, "b").encode("sjis"),
    "euc-jp": b"# coding: euc-jp\n" + PRINT.format(KANJI, "b").encode("euc-jp"),
    "gb18030": b"# coding: gb18030\n" + PRINT.format(KANJI, EURO).encode("gb18030"),
    "koi8-r": b"# coding: koi8-r\n" + PRINT.format(CYRILLIC, "b").encode("koi8-r"),
    "iso-2022-jp, all bytes ASCII": b"# coding: iso-2022-jp\n" + PRINT.format("日本", "b").encode("iso-2022-jp"),
    "utf-7, all bytes ASCII": b"# coding: utf-7\n" + PRINT.format(E_ACUTE, "b").encode("utf-7"),
    "Vim's way": b"# vim: set fileencoding=cp1251 :\n" + PRINT.format(CYRILLIC, "b").encode("cp1251"),
    "cookie on line 2": b"#!/usr/bin/python\n# coding: cp1252\n" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie on line 2 after a blank one": b" \t\n# coding: cp1252\n" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie on line 2 after code": b"y = 1\n# coding: ascii\n" + PRINT.format(E_ACUTE, "b").encode(),
    "cookie on line 3": b"#\n#\n# coding: ascii\n" + PRINT.format(E_ACUTE, "b").encode(),
    "cookie behind code": b"y = 1  # coding: ascii\n" + PRINT.format(E_ACUTE, "b").encode(),
    "cookie in a string": b'"""\n# coding: ascii\n"""\n' + PRINT.format(E_ACUTE, "b").encode(),
    "word before the cookie": b"# encoding coding: cp1252\n" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie with a space before the colon": b"# coding : ascii\n" + PRINT.format(E_ACUTE, "b").encode(),
    "cookie with CRLF": b"#!/x\r\n# coding: cp1252\r\n" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie with CR": b"#!/x\r# coding: cp1252\r" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie after a long first line": b"#" * 5000 + b"\n# coding: cp1252\n" + PRINT.format(EURO, "b").encode("cp1252"),
    "cookie without a newline": b"# coding: cp1252\nprint('" + EURO.encode("cp1252") + b"')",
}  # fmt: skip

UNREADABLE = {
    "bytes that are not UTF-8": b"print('\xe9')\n",
    "UTF-8 that ends too early": b"print('\xe2\x82')\n",
    "overlong UTF-8": b"print('\xc0\xaf')\n",
    "a surrogate in UTF-8": b"print('\xed\xa0\x80')\n",
    "wrong cookie": b"# coding: ascii\nprint('\xc3\xa9')\n",
    "wrong cookie of two bytes a character": b"# coding: euc-jp\nprint('\xff\xff')\n",
    "unknown cookie": b"# coding: klingon\nprint('a')\n",
    "unknown cookie before bytes": b"# coding: klingon\nprint('\xe9')\n",
    "cookie that is no text encoding": b"# coding: rot13\nprint('\xe9')\n",
    "cookie of the codec that refuses all": b"# coding: undefined\nprint('\xc3\xa9')\n",
    "byte order mark and another cookie": b"\xef\xbb\xbf# coding: latin-1\nprint('a')\n",
    "UTF-16 with a byte order mark": "print('a')\n".encode("utf-16"),
    "UTF-16 without one": "print('a')\n".encode("utf-16-le"),
    "UTF-32": "print('a')\n".encode("utf-32"),
}


@pytest.mark.parametrize("name", READABLE)
def test_text_and_positions_are_cpythons(name: str) -> None:
    """A file is read by the codec that Python would take, wherever its cookie stands and however it is spelled."""
    data = READABLE[name]
    # `tokenize` looks for a second line behind "\n" only.
    text = data.decode("cp1252") if name == "cookie with CR" else reference_text(data)
    assert_positions(data, text)
    call = next(node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Call))
    ((line, column, end_line, end_column),) = lines_with_print(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (line, end_line) == (call.lineno, call.end_lineno)
    assert lines[line - 1][column - 1 : end_column - 1].startswith("print(")
    assert column - 1 == len(lines[line - 1].encode()[: call.col_offset].decode())


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_python_does_not_read_is_a_finding(name: str) -> None:
    """Neither a crash nor a guess: whoever sees no violation must not take the file for checked."""
    with pytest.raises((SyntaxError, ValueError)):
        ast.parse(UNREADABLE[name])
    report = check_source(UNREADABLE[name], "x.py", config={})
    assert [(v.code, v.message.startswith("not checked: ")) for v in report.violations] == [("PRD900", True)]
    assert not report.problems


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"\n\nx = '\xe9'\n", 3), (b"\r\rx = '\xe9'\r", 3), (b"\r\n\r\nx = '\xe9'\r\n", 3), (b"\xe9", 1)],
)
def test_the_line_of_a_wrong_byte_is_told(data: bytes, line: int) -> None:
    """Old Mac newlines count as lines here too."""
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: latin-1",
        b"# coding=utf8",
        b"#coding:cp1252",
        b"\f# coding: cp1252",
        b" \t# coding: cp1252",
        b"x # coding: cp1252",
        b"# -*- coding: ISO_8859_1-dos -*-",
        b"# coding: utf-8-sig",
        b"# coding:",
        b"",
        b"\n\n# coding: latin-1",
        b"'# coding: latin-1'",
    ],
)
def test_encoding_is_that_of_the_standard_tokenizer(data: bytes) -> None:
    """Two readers of one rule: `tokenize` follows the C tokenizer, so do we."""
    expected = tokenize.detect_encoding(io.BytesIO(data + b"\n").readline)[0]
    assert codecs.lookup(encoding_of(data)) == codecs.lookup(expected)


# Newlines and odd white space

BODY = ["def f():", "    print(1)", "", "    if f:", "        print(2)", "print(3)"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_are_the_languages(end: str, last: bool) -> None:
    """All three newlines part lines, and the last one may be missing."""
    data = (end.join(BODY) + (end if last else "")).encode()
    assert lines_with_print(data) == [(2, 5, 2, 13), (5, 9, 5, 17), (6, 1, 6, 9)]
    assert_positions(data, data.decode())


def test_mixed_newlines() -> None:
    """One file edited on three systems."""
    data = b"a = 1\nprint(1)\r\nb = 2\rprint(2)\n\rprint(3)\r\r\nprint(4)"
    expected = [n.lineno for n in ast.walk(ast.parse(data)) if isinstance(n, ast.Call)]
    assert [place[0] for place in lines_with_print(data)] == sorted(expected) == [2, 4, 6, 8]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("\fprint(1)\n", 2),
        ("if 1:\n\tprint(1)\n", 2),
        ("if 1:\n\f    print(1)\n", 6),
        ("if 1:\n  \t  print(1)\n", 6),
        ("x = 'a\u0085b\u2028c\u2029d'; print(x)\n", 16),
        ("x = '\x0b\x1c\x1d\x1e'; print(x)\n", 13),
        ("x = 'é'; print(x)\n", 10),
        ("x = '日本'; print(x)\n", 11),
        ("x = '😀😀'; print(x)\n", 11),
        ("x = 'e\u0301'; print(x)\n", 11),
        ("x = '👨\u200d👩\u200d👧'; print(x)\n", 14),
        ("é = 1; print(é)\n", 8),
        ("x = '\ufeff'; print(x)\n", 10),
    ],
)
def test_columns_count_characters(text: str, column: int) -> None:
    """Not bytes, UTF-16 units or cells; and only the language's newlines end a line."""
    line = text.count("\n")
    ((found_line, found_column, _, end_column),) = lines_with_print(text.encode())
    assert (found_line, found_column) == (line, column)
    assert text.split("\n")[line - 1][found_column - 1 : end_column - 1].startswith("print(")
    assert_positions(text.encode(), text)


def test_a_string_with_odd_separators_keeps_the_lines_below_it() -> None:
    """`str.splitlines` would count NEL, LS, PS, VT, FF and the C1 separators as lines."""
    text = 'x = """\u0085\n\u2028\x0b\x0c\x1c\n"""\nprint(x)\n'
    assert lines_with_print(text.encode()) == [(4, 1, 4, 9)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab\n\r\fé日😀\u0085\u2028\ufeff\t"), max_size=60))
def test_offsets_and_positions_are_each_others_inverse(text: str) -> None:
    """Fixes are made of offsets and reports of positions."""
    source = Source("x.py", text.encode())
    assert source.text == text.removeprefix("\ufeff")
    for offset in range(len(source.text) + 1):
        line, column = source.position(offset)
        assert source.offset(line, column) == offset
        assert 1 <= line <= source.line_count
    whole = source.span_of(0, len(source.text))
    assert source.slice(whole) == source.text
    assert sum(len(source.line(number)) for number in range(1, source.line_count + 1)) == len(
        source.text.replace("\n", "").replace("\r", "")
    )


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=3000))
def test_column_of_every_utf8_offset(text: str) -> None:
    """Long lines are counted in blocks; no character may be lost between two."""
    source = Source("x.py", ("#" + text).encode())
    offset = 0
    for number, character in enumerate("#" + text):
        assert source.column(1, offset) == number + 1
        offset += len(character.encode())
    assert source.column(1, offset) == len(text) + 2


def test_past_the_end() -> None:
    """A finding may point behind the last character, and a caller may ask for a line that is not there."""
    source = Source("x.py", b"a\nb")
    assert (source.line_count, source.line(2), source.line(3), source.offset(9, 1)) == (2, "b", "", 3)
    assert Source("x.py", b"").line_count == 1
    assert Source("x.py", b"a\n").line_count == 2


# What is no program


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\0\n",
        b"\0",
        b"print(1)\n\0",
        b"# a\0b\n",
        b"x = 1\n\\",
        b"\\",
        b"x = \\",
        b"print(1) \\\n",
        b"'\\",
        b"x = (\n",
    ],
)
def test_nul_bytes_and_early_ends(data: bytes) -> None:
    """No traceback, and no file that passes as checked unless Python itself takes it."""
    report = check_source(data, "x.py", config={})
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        assert [v.code for v in report.violations] == ["PRD900"]
    else:
        assert "PRD900" not in [v.code for v in report.violations]
    assert not report.problems


@pytest.mark.parametrize("literal", [r"'\ud800'", r"'\udcff\ud83d'", r"b'\xff'", r"'\N{BELL}'", r"f'\ud800{x!r}'"])
def test_lone_surrogates_are_no_obstacle(literal: str) -> None:
    """They exist in values only, and may end up in a message."""
    report = check_source(f"x = 1\nprint({literal})\n", "x.py", config={"select": ["print-call"]})
    assert [v.rule for v in report.violations] == ["print-call"]


# Text given to the library


@pytest.mark.parametrize("cookie", ["latin-1", "cp1252", "utf-8", "shift_jis"])
def test_a_cookie_in_text_does_not_move_columns(cookie: str) -> None:
    """Text was decoded before; what its cookie says concerns the file that it came from."""
    character = "語" if cookie == "shift_jis" else "é"
    report = check_source(
        f"# coding: {cookie}\nx = '{character}'; print(x)\n", "x.py", config={"select": ["print-call"]}
    )
    assert [v.span and v.span.column for v in report.violations] == [10]


def test_text_that_no_file_can_hold_is_a_finding() -> None:
    """A lone surrogate has no bytes."""
    report = check_source("x = '\ud800'\n", "x.py", config={})
    assert [v.code for v in report.violations] == ["PRD900"]


def test_columns_of_a_long_line_take_linear_time() -> None:
    """A line of a megabyte with ten thousand findings: each column counted from the line's start would take minutes."""
    data = ("x = 'é'; " + "; ".join(["print('é', 1, 2)"] * 5_000) + "\n").encode()
    places = lines_with_print(data)
    assert len(places) == 5_000
    assert places[-1][1] == 10 + 4_999 * 18
