"""The proof: what an edit must not do to the text around it, and what is no fault of it."""

from __future__ import annotations

import pytest

from prodlint import Edit
from prodlint.fix.edits import apply
from prodlint.fix.proof import Proof, Shift, comments
from prodlint.source import Source


def fault(text: str, *edits: tuple[int, int, str], dropped: tuple[int, ...] = ()) -> str:
    """Why these edits of a text may not be made."""
    made = [Edit(*edit) for edit in edits]
    return Proof(Source("m.py", text.encode())).fault(Source("m.py", apply(text, made).encode()), made, dropped)


def replaced(text: str, old: str, new: str) -> tuple[int, int, str]:
    """The edit that replaces the only occurrence of something."""
    assert text.count(old) == 1
    return text.index(old), text.index(old) + len(old), new


TEXT = """\
# head
import os
x = f(1)  # one
class A:
    # about m
    @d
    def m(self):
        try:
            pass
        except E:  # why
            y = 1; z = 2
        match y:
            case 1:
                return '''# no comment
'''
if x:
    pass
elif y:
    a = (1,  # two
         2)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("f(1)", "g(2)"),
        ("E:", "E as e:"),
        ("y = 1", "u()"),
        ("case 1", "case 2"),
        ("return '''# no comment\n'''", "return None"),
        ("import os\n", "import os\nimport re\n"),
        ("@d", "@e"),
        ("y:\n    a", "u:\n    a"),
        ("pass\n        except", "f()\n        except"),
        ("# head\n", "# head\n\n# foot\n"),
        ("class A", "class B"),
        ("f(1)  #", "f(1)\ny = 2  #"),
    ],
)
def test_a_change_of_its_own_place_is_no_fault(old: str, new: str) -> None:
    """Wherever it is: in headers, bodies, before and behind other statements."""
    assert fault(TEXT, replaced(TEXT, old, new)) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("f(1)", "f(1", "the result does not parse"),
        ("x = f(1)", "x = '''", "the result does not parse"),
        ("f(1)  # one", "f(1)", "the comment `# one` would be lost"),
        ("(1,  # two\n         2)", "(1, 2)", "the comment `# two` would be lost"),
        ("1; ", "1  # ", "code outside the fix would change its meaning (line 11)"),
        ("# head\n", "", "the comment `# head` would be lost"),
        ("# head", "# Head", "the comment `# head` would be lost"),
    ],
)
def test_what_reaches_further_is_one(old: str, new: str, why: str) -> None:
    """Text that was not edited can come to mean something else, or nothing."""
    assert fault(TEXT, replaced(TEXT, old, new)).startswith(why)


def test_a_fix_that_edits_what_follows_into_a_string_is_refused() -> None:
    """The text after the edit stays, but it is no code any more."""
    text = "a = 1\nb = 2\n# '''\n"
    assert "would change its meaning (line 2)" in fault(text, (4, 5, "'''"))


def test_code_that_appears_outside_the_edits_is_refused() -> None:
    """What was the inside of a string becomes statements."""
    text = "a = '''\nb = 2\n'''\n"
    assert fault(text, (4, 7, "1"), (14, 17, ""), dropped=()) != ""


def test_a_comment_that_is_the_violation_may_go() -> None:
    """It, and not another one of the same words; what else stands in it must stay."""
    text = "a = 1  # noqa\nb = 1  # noqa\n"
    assert fault(text, (5, 13, ""), dropped=(7,)) == ""
    assert fault(text, (5, 13, ""), (19, 27, ""), dropped=(7,)) == "the comment `# noqa` would be lost"
    text = "a = 1  # why # noqa: X # type: ignore\n"
    assert fault(text, (12, 22, ""), dropped=(13,)) == ""
    assert fault(text, (7, 22, ""), dropped=(13,)) == "the comment `# why` would be lost"
    assert fault(text, (12, 37, ""), dropped=(13,)) == "the comment `# type: ignore` would be lost"


def test_numbers_too_long_to_print_are_compared() -> None:
    """Python refuses to write an integer of so many digits in decimal; the proof must not fall over it."""
    text = f"a = 0x{'f' * 6000}\nb = 1\n"
    at = text.index("1\n")
    assert fault(text, (at, at + 1, "2")) == ""


def test_equal_values_of_other_types_are_told_apart() -> None:
    """`1 == True == 1.0`."""
    for one, other in (("1", "True"), ("1", "1.0"), ("'a'", "b'a'"), ("0.0", "0j")):
        text = f"if x:\n    y = {one}\nz = '''\n'''\n"
        proof = Proof(Source("m.py", text.encode()))
        assert "line" in proof.fault(Source("m.py", text.replace(one, other).encode()), [])


def test_deep_trees_are_compared() -> None:
    """Without recursion: what the parser takes must not kill the proof."""
    text = "x = " + "-" * 90 + "1\n" + "y = " + "+".join(["a"] * 700) + "\nz = 1\n"
    at = text.index("z = 1")
    assert fault(text, (at, at + 1, "w")) == ""


NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@pytest.mark.parametrize("newline", NEWLINES.values(), ids=NEWLINES)
def test_comments_are_found_in_any_newlines(newline: str) -> None:
    """With their offsets; what looks like one in a string is none."""
    text = (
        newline.join(("# ä", "x = '# no'  # one  ", "y = '''", "# no", "'''  # two", "if x:", "\t# three", "\ty"))
        + newline
    )
    found = comments(Source("m.py", text.encode()))
    assert [comment.text for comment in found] == ["# ä", "# one", "# two", "# three"]
    assert all(text.startswith(comment.text, comment.start) for comment in found)


def test_a_shift_follows_what_is_not_edited() -> None:
    """Insertions at the edges of a range do not touch it; those inside of it, and replacements, do."""
    shift = Shift([Edit(2, 2, "abc"), Edit(5, 8, ""), Edit(10, 12, "x")])
    assert [shift(offset) for offset in (0, 1, 2, 4, 8, 9, 12)] == [0, 1, 5, 7, 8, 9, 11]
    assert [shift.is_touched(*span) for span in ((0, 2), (2, 5), (1, 3), (7, 9), (8, 10), (11, 20), (12, 20))] == [
        False, False, True, True, False, True, False,
    ]  # fmt: skip
