"""The docstring reader: which sections a text has, in any style, and that prose and examples are none."""

from __future__ import annotations

import inspect
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prodlint_rules._docstrings import Sections, prose, sections
from prodlint_rules.incomplete_docstring import _TELLS_RESULT


def _arguments(docstring: str) -> list[str] | None:
    found = sections(docstring).arguments
    return None if found is None else [documented.name for documented in found]


def _raises(docstring: str) -> list[str] | None:
    found = sections(docstring).raises
    return None if found is None else [documented.name for documented in found]


GOOGLE = """Fetch rows.

    Longer text.

    Args:
        table (Table): An open table.
        keys: The keys, which may
            be many: or few.
        *args: More.
        **kwargs (dict[str, Any]): Options.

    Returns:
        A mapping.

    Raises:
        ValueError: If a key is bad.
        pkg.TableError: If the table is closed.
    """

NUMPY = """Fetch rows.

    Parameters
    ----------
    table : Table
        An open table.
    x, y : int
        Both.
    plain
        Without a type.
    *args, **kwargs
        More.

    Other Parameters
    ----------------
    rare: float, optional

    Returns
    -------
    dict
        rows : mapping

    Raises
    ------
    ValueError
        If bad.
    pkg.TableError

    Examples
    --------
    >>> fetch(1)
    Args:
        nothing: here
    """

SPHINX = """Fetch rows.

    :param Table table: an open table
    :param keys: the keys: all
        of them
    :parameter a: a
    :arg b: b
    :argument c: c
    :key d: d
    :keyword dict[str, int] e: e
    :param \\**kwargs: options
    :type keys: list
    :returns: a mapping
    :rtype: dict
    :raises ValueError: if bad
    :raise KeyError, pkg.TableError: if closed
    :except OSError: if lost
    """


def test_google_sections_are_read() -> None:
    """All four parts of a Google docstring are found, although two entries have types and one goes on with a colon."""
    found = sections(GOOGLE)
    assert found.style == "google"
    assert _arguments(GOOGLE) == ["table", "keys", "args", "kwargs"]
    assert (found.returns, found.yields) == (True, False)
    assert _raises(GOOGLE) == ["ValueError", "pkg.TableError"]


def test_numpy_sections_are_read() -> None:
    """Several names share an entry, Other Parameters add to Parameters, and the doctest below is not read."""
    found = sections(NUMPY)
    assert found.style == "numpy"
    assert _arguments(NUMPY) == ["table", "x", "y", "plain", "args", "kwargs", "rare"]
    assert (found.returns, found.yields) == (True, False)
    assert _raises(NUMPY) == ["ValueError", "pkg.TableError"]


def test_sphinx_fields_are_read() -> None:
    """Every spelling of a field counts, and the name is the word before the colon, after its type."""
    found = sections(SPHINX)
    assert found.style == "sphinx"
    assert _arguments(SPHINX) == ["table", "keys", "a", "b", "c", "d", "e", "kwargs"]
    assert (found.returns, found.yields) == (True, False)
    assert _raises(SPHINX) == ["ValueError", "KeyError", "pkg.TableError", "OSError"]


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX])
def test_lines_point_at_the_names(docstring: str) -> None:
    """A line offset counts from the docstring's own first line, which cleaning must not shift."""
    found = sections(docstring)
    for documented in (*(found.arguments or ()), *(found.raises or ())):
        assert documented.name in docstring.split("\n")[documented.line]


@pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX])
def test_raw_and_cleaned_text_read_alike(docstring: str) -> None:
    """The indentation of the source says nothing, so cleaning first changes nothing; nor do tabs or CRLF."""
    expected = sections(docstring)
    assert sections(docstring.replace("    ", "\t")) == expected
    assert sections(docstring.replace("\n", "\r\n")) == expected
    assert sections(inspect.cleandoc(docstring)) == expected


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("a, b (int): Both.", ["a", "b"]),
        ("a and b: Both.", ["a", "b"]),
        ("a / b: Both.", ["a", "b"]),
        ("callback (Callable[[int], str], optional): Called.", ["callback"]),
        ("pair (tuple(int, int)): Nested.", ["pair"]),
        ("callback (Callable[[int],\n            str]): Over two lines.", ["callback"]),
        ("`quoted`: In code.", ["quoted"]),
        ("**bold**: In bold.", ["bold"]),
        ("\\*args: Escaped.", ["args"]),
        ("- dashed: In a list.", ["dashed"]),
        ("spaced : int", ["spaced"]),
        ("dash - With a dash.", ["dash"]),
        ("typed (int)", ["typed"]),
        ("bare\n            Its text below.", ["bare"]),
        ("given=3: With its default.", ["given"]),
        ("größe: Not ASCII.", ["größe"]),
        ("a: First.\n\n        b: After a blank line.", ["a", "b"]),
        ("a: First.\n            Note: nested text\n            other: nested too", ["a"]),
        ("a: First, which\n        goes on without indentation.", ["a"]),
        ("a: First.\n        Note: a remark, no parameter.", ["a"]),
        ("a: One of::\n\n                b: code\n\n        c: Last.", ["a", "c"]),
        ("default: A parameter.", ["default"]),
        ("or: No name.\n        x: It.", ["x"]),
    ],
)
def test_google_entries(entry: str, names: list[str]) -> None:
    """The shapes of entries that people write are read; wrapped and nested text gives no name."""
    assert _arguments(f"Do.\n\n    Args:\n        {entry}\n    ") == names


@pytest.mark.parametrize(
    "header", ["Args", "Arguments", "Parameters", "Params", "Keyword Args", "Other Parameters", "args"]
)
def test_google_headers(header: str) -> None:
    """All names of an argument section count, in lower case too."""
    assert _arguments(f"Do.\n\n    {header}:\n        x: It.\n    ") == ["x"]


@pytest.mark.parametrize(
    "docstring",
    [
        "",
        "   \n  ",
        "Returns the value.",
        "Do it.\n\n    Returns the value, raises nothing.\n    ",
        "Do it.\n\n    Args: see below.\n    ",
        "Do it.\n\n    It yields: nothing much.\n    ",
        "Do it with these\n    arguments: a and b.\n    ",
        "Do it.\n\n    Example::\n\n        Args:\n            x: code\n    ",
        "Do it.\n\n    Example:\n\n        Args:\n            x: code\n    ",
        "Do it.\n\n    .. code-block:: python\n\n        :param x: code\n    ",
        "Do it.\n\n    ```\n    Args:\n        x: code\n    ```\n    ",
        "Do it.\n\n    >>> print(do.__doc__)\n    Do it.\n    Args:\n        x: code\n    ",
        "Do it.\n\n    Use :param: and @decorator as you like.\n    ",
        "Title\n    -----\n    Text.\n    ",
        "-----\n-----\n-----",
    ],
)
def test_prose_and_examples_are_no_sections(docstring: str) -> None:
    """A word that also names a section is not one in a sentence or in code."""
    assert sections(docstring) == Sections(style="", arguments=None, returns=False, yields=False, raises=None)


def test_sections_follow_an_example() -> None:
    """Code ends where its indentation, its blank line or its fence does; what follows is read again."""
    for example in (
        "Example::\n\n        Args:\n            x: code\n",
        ">>> f()\n    Args:\n",
        "```\n    Args:\n    ```\n",
    ):
        assert _arguments(f"Do.\n\n    {example}\n    Args:\n        y: It.\n    ") == ["y"]


def test_empty_and_unread_sections_differ() -> None:
    """An empty section documents nothing; one that is prose names nothing that could be compared."""
    assert _arguments("Do.\n\n    Args:\n    ") == []
    assert _arguments("Do.\n\n    Args:\n\n    Returns:\n        It.\n    ") == []
    assert _arguments("Do.\n\n    Args:\n        The same as of `other`.\n    ") is None
    assert _arguments("Do.\n\n    Parameters:\n\n    See the manual.\n    ") is None


def test_entries_without_indentation() -> None:
    """Entries that stand below their header are read up to the end of the paragraph."""
    docstring = (
        "Do.\n\n    Args:\n    x: It.\n    y (int): Other.\n    Returns:\n    The sum.\n\n    Hint: prose.\n    "
    )
    assert _arguments(docstring) == ["x", "y"]
    assert sections(docstring).returns


def test_a_nested_header_is_text() -> None:
    """A callback's own Returns does not document the function's value."""
    docstring = (
        "Do.\n\n    Args:\n        call: Called.\n            Returns:\n                bool\n        x: It.\n    "
    )
    assert not sections(docstring).returns
    assert _arguments(docstring) == ["call", "x"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (":param x: It.", "x"),
        (":param x:", "x"),
        (":param int x: It.", "x"),
        (":param x (int): It.", "x"),
        (":param *args: It.", "args"),
        (":param ``x``: It.", "x"),
        (":param x It, the colon forgotten.", "x"),
        ("@param x: It.", "x"),
        ("@param x It.", "x"),
        ("@param {int[]} x text", "x"),
        ("@param {int} x   Possible values: 16", "x"),
        ("@param x the first: a table", "x"),
        ("@param int x: It.", "x"),
        (":param list of str x: It.", "x"),
        (":param str x", "x"),
        (":param type\\_: It.", "type_"),
    ],
)
def test_fields_name_an_argument(field: str, name: str) -> None:
    """Also when a field is written sloppily, its argument counts as documented."""
    assert _arguments(f"Do.\n\n    {field}\n    ") == [name]


@pytest.mark.parametrize("field", [":return: It.", ":returns: It.", ":rtype: int", "@return: It.", ":returns int: It."])
def test_fields_document_the_value(field: str) -> None:
    """A type alone documents the value as well."""
    assert sections(f"Do.\n\n    {field}\n    ").returns


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("ValueError: If bad.", ["ValueError"]),
        ("ValueError, TypeError: If bad.", ["ValueError", "TypeError"]),
        ("ValueError or TypeError: If bad.", ["ValueError", "TypeError"]),
        ("ValueError if bad.", ["ValueError"]),
        ("ValueError - If bad.", ["ValueError"]),
        ("ValueError", ["ValueError"]),
        ("`ValueError`: If bad.", ["ValueError"]),
        (":class:`ValueError`: If bad.", ["ValueError"]),
        (":py:exc:`~pkg.Broken`: If bad.", ["pkg.Broken"]),
        ("socket.error: If bad.", ["socket.error"]),
        ("A ValueError when bad, else pkg.OtherError.", ["ValueError", "pkg.OtherError"]),
        ("Whatever the callback does.", None),
        ("None", None),
    ],
)
def test_raised_names(entry: str, names: list[str] | None) -> None:
    """Exceptions are found in every usual spelling, in prose only when they are named like exceptions."""
    assert _raises(f"Do.\n\n    Raises:\n        {entry}\n    ") == names


def test_yields_and_one_line_sections() -> None:
    """`Returns: x` at the start of a paragraph documents the value, and Yields is told from Returns."""
    assert sections("Do.\n\n    Yields:\n        Rows.\n    ") == Sections("google", None, False, True, None)
    assert sections("Do.\n\n    Returns: a row.\n    Raises: ValueError: if bad.\n    ").returns
    assert _raises("Do.\n\n    Returns: a row.\n    Raises: ValueError: if bad.\n    ") == ["ValueError"]
    assert sections("Do.\n\n    Yields\n    ------\n    int\n    ").yields


def test_styles_may_mix() -> None:
    """A docstring in two styles is read in both, and its first section names the style."""
    docstring = "Do.\n\n    :param x: It.\n\n    Returns:\n        It.\n\n    Raises\n    ------\n    ValueError\n    "
    found = sections(docstring)
    assert (found.style, found.returns, _arguments(docstring), _raises(docstring)) == (
        "sphinx",
        True,
        ["x"],
        ["ValueError"],
    )


@given(st.text(st.sampled_from("ab:*`.,-=>@() \n\t\\A"), max_size=60) | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str) -> None:
    """Docstrings are foreign text: none may raise, and every line offset lies within it."""
    found = sections("Do.\n\nArgs:\n    " + text)
    assert all(0 <= documented.line < text.count("\n") + 4 for documented in found.arguments or ())


@pytest.mark.parametrize(
    "piece",
    [
        "Args:\n",
        "    x, ",
        "a ",
        "(",
        ")",
        ":",
        ":a",
        "`",
        "*",
        "\t",
        "\n",
        "---\n",
        "a\n---\n",
        "a or ",
        "a, ",
        "a.",
        "::\n",
        ">>> a\n",
    ]
    + [":param x: y\n", ":class:`", "    x: y\n", "    x (\n", " ", "Raises:\n    a, ", "=", "- ", "Returns: a\n"]
    + [". ", "\n\n", "and  returns ", "! ", "is  ", "@param {", "a or  ", "Returns -> "],
)
@pytest.mark.parametrize(
    "start",
    ["", "Do.\n\nArgs:\n    ", "Do.\n\nRaises:\n    ", "Do.\n\n:raises ", ":param ", "Do.\n\nParameters\n---\n"],
)
def test_time_is_linear(start: str, piece: str) -> None:
    """Eight times the text must not cost sixty-four times the time, whatever is repeated."""
    times = []
    for size in (4_000, 32_000):
        text = start + piece * (size // len(piece)) + "!"
        begun = time.process_time()
        sections(text)
        said = prose(text).text
        re.search(_TELLS_RESULT, said)
        times.append(time.process_time() - begun)
    assert times[1] < 24 * max(times[0], 0.005)


def test_the_quick_look_for_sections_misses_none() -> None:
    """The rule reads only docstrings that its quick look lets through: a heading it did not know would be lost."""
    from prodlint_rules._docstrings import _FIELDS, _KINDS, sections
    from prodlint_rules.incomplete_docstring import may_have_sections

    texts = [f"Do.\n\n    {kind.title()}:\n        a: b\n    " for kind in _KINDS]
    texts += [f"Do.\n\n    {kind.title()}\n    {'-' * len(kind)}\n    a : int\n    " for kind in _KINDS]
    texts += [f"Do.\n\n    {sign}{field} a: b\n    " for field in _FIELDS for sign in ":@"]
    for text in texts:
        if sections(text).style:
            assert may_have_sections(text), text


@pytest.mark.parametrize(
    "header", ["Returns (int):", "Returns -> int", "Returns -> int:", "**Returns**:", "Returns", "return:", "Return:"]
)
def test_headers_of_the_value(header: str) -> None:
    """A type beside the word, or a missing colon, does not hide the section."""
    assert sections(f"Do.\n\n    Args:\n        x: It.\n\n    {header}\n        The sum.\n    ").returns


@pytest.mark.parametrize(
    "text", ["Do.\n\n    Returns\n    the sum.\n    ", "Do. Args -> x\n    ", "Do (it):\n        x\n    "]
)
def test_words_alone_are_no_headers(text: str) -> None:
    """A word with nothing indented below it may be a sentence that wraps; other words with a type are text."""
    assert sections(text).style == ""


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Do.\n\n    Keyword Arguments:\n        x: It.\n    ", True),
        ("Do.\n\n    :keyword x: It.\n    ", True),
        ("Do.\n\n    Args:\n        y: It.\n\n    Keyword Arguments:\n        x: It.\n    ", False),
        ("Do.\n    ", False),
    ],
)
def test_keywords_alone(docstring: str, expected: bool) -> None:
    """Whoever lists keywords only has said nothing about the other arguments."""
    assert sections(docstring).only_keywords is expected


@pytest.mark.parametrize(
    "entry",
    [
        ":x: It.",
        "`x`   It.",
        "y:\n            x (str): It.",
        "y: It.\n         x: It.",
        "- ``x`` is it",
        "x, y - Both.",
        "x",
    ],
)
def test_entries_of_other_shapes(entry: str) -> None:
    """A name that opens an entry is documented, however the entry is written."""
    assert "x" in prose(f"Do.\n\n    Args:\n        {entry}\n    ").entries


@pytest.mark.parametrize(
    "text",
    ["Args:\n        y: It, and\n            x is in it.", "Returns:\n        x: It.", "Notes\n    -----\n    x : int"],
)
def test_what_is_no_entry(text: str) -> None:
    """A wrapped line opens no entry, and a section on something else documents no argument."""
    assert "x" not in prose(f"Do.\n\n    {text}\n    ").entries


def test_prose_has_no_code() -> None:
    """What stands in doctests, fences and literal blocks is not said; what an admonition holds is."""
    said = prose(
        "Do.\n\n    .. note::\n        Inside.\n\n    Example::\n\n        code1\n\n    >>> code2\n    code3\n\n"
        "    .. code-block:: python\n\n        code4\n\n    ```\n    code5\n    ```\n"
        "    Usage:\n        code6\n    After.\n"
    ).text
    assert "code" not in said.replace("code-block", "")
    assert "Inside." in said
    assert said.endswith("After.\n")
