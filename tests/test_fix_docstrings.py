"""Skeletons of docstrings: in the style of the file, in the right place, complete, and never made in bulk."""

from __future__ import annotations

import pytest

from prodlint import Safety, check_source, fix_source, fix_violation
from prodlint.fix.edits import apply

PATH = "shop/cart.py"
STRICT = {
    "select": ["documentation"],
    "rules": {"incomplete-docstring": {"require-sections": True}},
}


def filled(text: str, config: dict[str, object] = STRICT) -> str:
    """The text with every skeleton that an editor offers for it, one after the other."""
    for _ in range(20):
        violations = check_source(text, PATH, config=config).violations
        made = [fix_violation(text, PATH, violation, config=config) for violation in violations]
        assert not any(one.problems for one in made), made
        fixes = [one.fix for one in made if one.fix is not None]
        if not fixes:
            return text
        assert {fix.safety for fix in fixes} == {Safety.MANUAL}
        text = apply(text, fixes[0].edits)
    raise AssertionError("it does not come to an end")


def body(text: str) -> str:
    """A module with a docstring, and this in it."""
    return f'"""A module."""\n\n{text}'


SIGNATURE = (
    "def pay(cart, amount: int = 0, *coins, key=None, _own=1, **rest):\n"
    "{doc}    if not cart:\n        raise ValueError(cart)\n    return amount\n"
)
GOOGLE = '''\
    """TODO: describe.

    Args:
        cart: TODO
        amount: TODO
        *coins: TODO
        key: TODO
        **rest: TODO

    Returns:
        TODO

    Raises:
        ValueError: TODO
    """
'''
NUMPY = '''\
    """TODO: describe.

    Parameters
    ----------
    cart
        TODO
    amount : int
        TODO
    *coins
        TODO
    key
        TODO
    **rest
        TODO

    Returns
    -------
    TODO
        TODO

    Raises
    ------
    ValueError
        TODO
    """
'''
SPHINX = '''\
    """TODO: describe.

    :param cart: TODO
    :param amount: TODO
    :param coins: TODO
    :param key: TODO
    :param rest: TODO
    :return: TODO
    :raises ValueError: TODO
    """
'''
SAMPLES = {
    "google": '"""Get it.\n\n    Args:\n        n: how many\n    """\n',
    "numpy": '"""Get it.\n\n    Parameters\n    ----------\n    n\n        how many\n    """\n',
    "sphinx": '"""Get it.\n\n    :param n: how many\n    """\n',
}


@pytest.mark.parametrize(
    ("style", "expected"), [("", GOOGLE), ("google", GOOGLE), ("numpy", NUMPY), ("sphinx", SPHINX)]
)
def test_a_skeleton_has_the_style_of_the_file(style, expected) -> None:
    """The commonest one of its other docstrings; Google's where there is none."""
    others = f"def get(n):\n    {SAMPLES[style]}\n\n" if style else ""
    assert filled(body(others + SIGNATURE.format(doc=""))) == body(others + SIGNATURE.format(doc=expected))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def go():\n    run()\n", 'def go():\n    """TODO: describe."""\n    run()\n'),
        ("def go(): run(); stop()\n", 'def go():\n    """TODO: describe."""\n    run(); stop()\n'),
        ("async def go():\n\trun()\n", 'async def go():\n\t"""TODO: describe."""\n\trun()\n'),
        (
            "def go(\n):  # a: b\n    # why\n    run()\n",
            'def go(\n):  # a: b\n    """TODO: describe."""\n    # why\n    run()\n',
        ),
        ("def go() -> {1: 2}: ...\n", 'def go() -> {1: 2}:\n    """TODO: describe."""\n    ...\n'),
        ("class A: pass\n", 'class A:\n    """TODO: describe."""\n    pass\n'),
        ("class A(B, k=C[1:2]):\n    x = 1\n", 'class A(B, k=C[1:2]):\n    """TODO: describe."""\n\n    x = 1\n'),
        ("@d\nclass A:\n\n    x = 1\n", '@d\nclass A:\n    """TODO: describe."""\n\n    x = 1\n'),
        ("def go():\n    @d\n    def f(): pass\n", 'def go():\n    """TODO: describe."""\n    @d\n    def f(): pass\n'),
        ('def go():\n    ""\n', 'def go():\n    """TODO: describe."""\n'),
        ("if a:\n  def go():\n    run()\n", 'if a:\n  def go():\n    """TODO: describe."""\n    run()\n'),
        ("def go():\r\n    run()\r\n", 'def go():\r\n    """TODO: describe."""\r\n    run()\r\n'),
    ],
)  # fmt: skip
def test_a_new_docstring_stands_below_the_header(before, after) -> None:
    """In every layout of a header and of a body."""
    assert filled(body(before)) == body(after)


def test_quotes_are_those_of_the_module() -> None:
    """Those that its own docstring has."""
    assert filled("'''A module.'''\ndef go():\n    run()\n").endswith("    '''TODO: describe.'''\n    run()\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\n", '"""TODO: describe."""\n\nimport os\n'),
        ("# coding: utf-8\n# Mine.\n\nimport os\n", '# coding: utf-8\n# Mine.\n\n"""TODO: describe."""\n\nimport os\n'),
        ("# Mine.\n", '# Mine.\n"""TODO: describe."""\n'),
        ("# Mine.", '# Mine.\n"""TODO: describe."""\n'),
        ("''\nx = 1\n", '"""TODO: describe."""\nx = 1\n'),
    ],
)
def test_a_module_gets_its_docstring_below_what_heads_it(before, after) -> None:
    """Comments that speak for the file stay first."""
    assert filled(before) == after


def doc(*lines: str, quotes: str = '"""') -> str:
    """A docstring of these lines, below its summary, as a function's body has it."""
    return quotes + "\n".join(["Do it.", "", *(f"    {line}" if line else "" for line in lines), f"    {quotes}"])


ALL = (
    "Args:",
    "    a: TODO",
    "    b: TODO",
    "    c: TODO",
    "",
    "Returns:",
    "    TODO",
    "",
    "Raises:",
    "    KeyError: TODO",
)
RETURNS, RAISES = ("Returns", "-------", "TODO", "    TODO"), ("Raises", "------", "KeyError", "    TODO")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # entries stand in the order of the signature, and behind the lines of the others
            doc("Args:", "    b (int): The thing,", "        wrapped."),
            doc("Args:", "    a: TODO", "    b (int): The thing,", "        wrapped.", "    c (str): TODO", *ALL[4:]),
        ),
        (
            doc("Args:", "    - a: One of::", "", "        x", "", "    - b: It.", "", "Raises:", "    KeyError: No."),
            doc(
                *("Args:", "    - a: One of::", "", "        x", "", "    - b: It.", "    - c: TODO", ""),
                *("Returns:", "    TODO", "", "Raises:", "    KeyError: No."),
            ),
        ),
        (
            '"""Do it.\n\n    :param a: The thing\n      wrapped\n    :type a: int\n    :rtype: int"""',
            doc(
                *(
                    ":param a: The thing",
                    "  wrapped",
                    ":type a: int",
                    ":param b: TODO",
                    ":param c: TODO",
                    ":rtype: int",
                ),
                ":raises KeyError: TODO",
            ),
        ),
        (
            doc("@param a: The thing", "@param b: It", "@param c: It"),
            doc("@param a: The thing", "@param b: It", "@param c: It", "@return: TODO", "@raises KeyError: TODO"),
        ),
        (
            doc("Parameters", "----------", "b : int", "    The thing", "", "Notes", "-----", "None."),
            doc(
                *("Parameters", "----------", "a", "    TODO", "b : int", "    The thing", "c : str", "    TODO", ""),
                *(*RETURNS, "", *RAISES, "", "Notes", "-----", "None."),
            ),
        ),
        ('"""Do it."""', doc(*ALL)),
        ("'Do it.'", doc(*ALL, quotes="'''")),
    ],
)
def test_what_is_missing_is_added_where_it_belongs(before, after) -> None:
    """In the style of the docstring; what it says already is not touched."""
    function = "def pay(a, b, c: str):\n    {}\n    if a:\n        raise KeyError\n    return b\n"
    assert filled(body(function.format(before))) == body(function.format(after))


def test_what_cannot_be_told_line_by_line_is_left_alone() -> None:
    """Escapes that make or hide lines, literals side by side, a docstring on its header's line: no lines to go by."""
    for doc in ('"""Do it.\\nArgs:\\n  x: y"""', '"""Do \\\nit."""', '"Do " "it."'):
        text = body(f"def pay(a):\n    {doc}\n    return a\n")
        assert filled(text) == text
    text = body('def pay(a): "Do it."; return a\n')
    assert filled(text) == text


def test_what_is_listed_in_vain_stays() -> None:
    """It may be a renamed parameter, whose text is still true."""
    text = body('def pay(a):\n    """Do it.\n\n    Args:\n        b: It.\n    """\n')
    assert "        a: TODO\n        b: It.\n" in filled(text)
    only = body('def pay():\n    """Do it.\n\n    Args:\n        b: It.\n    """\n')
    (violation,) = check_source(only, PATH, config=STRICT).violations
    assert violation.fixable is None


@pytest.mark.parametrize("unsafe", [False, True])
def test_skeletons_are_not_made_in_bulk(unsafe) -> None:
    """A file full of them would pass, and say nothing."""
    text = "def go(a):\n    return a\n"
    result = fix_source(text, PATH, unsafe=unsafe, config=STRICT)
    assert result.data.decode() == text
    assert not result.fixed
    assert {violation.fixable for violation in result.left} == {Safety.MANUAL}
