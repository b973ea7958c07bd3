"""Unused suppressions are taken out, name by name or whole, and nothing of what stands beside them."""

from __future__ import annotations

import pytest
from probes import fixed, probe

KEPT = probe("no-old", lambda *_: None, "PRD801")
OTHER = probe("no-other", lambda *_: None, "PRD802")
THIRD = probe("no-third", lambda *_: None, "PRD803")


def removed(text: str) -> str:
    """The text without the suppressions that hide nothing; every fix of one must stand its proof."""
    result = fixed(text, KEPT, OTHER, THIRD)
    assert not result.problems, result.problems
    assert not [violation for violation in result.left if violation.fixable]
    assert fixed(result.data, KEPT, OTHER, THIRD).data == result.data
    return result.data.decode()


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("  # noqa: PRD802", ""),
        ("\t#noqa:PRD802", ""),
        ("  # NOQA : prd802", ""),
        ("  # noqa: PRD802, PRD803", ""),
        ("  # noqa: PRD802, PRD802", ""),
        ("  # noqa: PRD802 it is so", ""),
        ("  # noqa: PRD802 python3 needs it", ""),
        ("  # noqa: PRD802 -- see #12", ""),
        ("  # noqa: E501, PRD802", "  # noqa: E501"),
        ("  # noqa: PRD802, E501", "  # noqa: E501"),
        ("  # noqa: PRD802 E501", "  # noqa: E501"),
        ("  # noqa: E501 PRD802 PRD802 why", "  # noqa: E501 why"),
        ("  # noqa: E501,PRD802,W291", "  # noqa: E501,W291"),
        ("  # noqa: PRD801, PRD802", "  # noqa: PRD801"),
        ("  # noqa: PRD802, PRD801, PRD803 -- why", "  # noqa: PRD801 -- why"),
        ("  # noqa: PRD801, PRD802, PRD803 -- why", "  # noqa: PRD801 -- why"),
        ("  # noqa: PRD802  # type: ignore", "  # type: ignore"),
        ("  # type: ignore  # noqa: PRD802", "  # type: ignore"),
        ("  # type: ignore # noqa: PRD802 # pragma: no cover", "  # type: ignore # pragma: no cover"),
        ("  # prodlint: allow no-other", ""),
        ("  # prodlint: allow no-other -- a reason: because", ""),
        ("  # prodlint: allow no-other--why", ""),
        ("  # prodlint: allow no-other until 2999-01-01 -- why", ""),
        ("  # prodlint: allow PRD802, no-other", ""),
        (
            "  # prodlint: allow no-old, no-other until 2999-01-01 -- why",
            "  # prodlint: allow no-old until 2999-01-01 -- why",
        ),
        ("  # prodlint: allow no-other, no-old, no-third -- why", "  # prodlint: allow no-old -- why"),
        ("  # prodlint: allow no-third, no-other, no-old", "  # prodlint: allow no-old"),
        ("  # prodlint: allow no-other  # a second one", "  # a second one"),
        ("  # prodlint: allow no-other -- C#sharp  # pylint: disable=x", "  # pylint: disable=x"),
    ],
)
def test_a_comment_behind_code(comment: str, left: str) -> None:
    """What hides something, what is no code of ours, a reason that still counts, and other comments stay."""
    code = "old()" if "PRD801" in comment or "no-old" in comment else "x = '# noqa: PRD802'"
    assert removed(f"{code}{comment}\ny = 2  # keep\n") == f"{code}{left}\ny = 2  # keep\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_comment_alone_on_its_line_goes_with_the_line(newline: str) -> None:
    """An empty line in its place would be noise; a second comment keeps it."""
    lines = ("x = 1", "if x:", "    # prodlint: allow no-other -- why", "    y = 2", "# noqa: PRD802", "z = 3", "")
    assert removed(newline.join(lines)) == newline.join((*lines[:2], lines[3], *lines[5:]))
    assert removed("# noqa: PRD802 # keep\n") == "# keep\n"


def test_a_last_line_without_newline() -> None:
    """Its comment goes, and the newline above it stays."""
    assert removed("x = 1\n# noqa: PRD802") == "x = 1\n"
    assert removed("x = 1  # noqa: PRD802") == "x = 1"


def test_comments_in_brackets_and_headers() -> None:
    """Wherever a comment can stand."""
    text = "f(  # noqa: PRD802\n    1,\n    # prodlint: allow no-other\n    2,\n)\nif x:  # noqa: PRD802\n    pass\n"
    assert removed(text) == "f(\n    1,\n    2,\n)\nif x:\n    pass\n"


def test_files_and_ranges() -> None:
    """`allow-file` and `off` are suppressions, too."""
    text = "# prodlint: allow-file no-other -- why\n# prodlint: off no-third\nx = 1\n# prodlint: on no-third\nold()\n"
    assert removed(text) == "x = 1\nold()\n"


@pytest.mark.parametrize("comment", ["# prodlint: allow no-such-rule", "# prodlint: allow", "# noqa: PRD899", "# noqa"])
def test_what_cannot_be_understood_is_left(comment: str) -> None:
    """What it was meant to hide is not known."""
    assert removed(f"x = 1  {comment}\n") == f"x = 1  {comment}\n"


def test_a_used_suppression_stays() -> None:
    """In whatever form."""
    text = "old()  # noqa: PRD801\n# prodlint: allow no-old -- why\nold()\n"
    assert removed(text) == text


def test_wide_characters_and_encodings() -> None:
    """Columns are counted in characters, and the file keeps its codec."""
    data = "# coding: latin-1\nx = 'äöü'  # noqa: PRD802\n# ß\n".encode("latin-1")
    assert fixed(data, OTHER).data == data.replace(b"  # noqa: PRD802", b"")
    assert removed("x = '🐍🐍'  # é  # noqa: PRD802\n") == "x = '🐍🐍'  # é\n"


def test_a_thousand_of_them() -> None:
    """All go in one round."""
    text = "".join(f"x{n} = {n}  # noqa: PRD802\n" for n in range(1000))
    assert removed(text) == text.replace("  # noqa: PRD802", "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# prodlint: off no-other\nx = 1\n# prodlint: on no-other\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1  # prodlint: off no-other\ny = 2  # prodlint: on no-other\n", "x = 1\ny = 2\n"),
        (
            "# prodlint: off no-old, no-other\nold()\n# prodlint: on no-old, no-other\n",
            "# prodlint: off no-old\nold()\n# prodlint: on no-old\n",
        ),
        ("# prodlint: off no-other\n# prodlint: off no-third\n# prodlint: on no-third, no-other\nx = 1\n", "x = 1\n"),
        (
            "# prodlint: off no-other\nx = 1\n# prodlint: off no-other\nother()\n# prodlint: on no-other\n",
            "x = 1\n# prodlint: off no-other\nother()\n# prodlint: on no-other\n",
        ),
        ("# prodlint: off no-other\nx = 1\n# prodlint: on no-old\n", "x = 1\n# prodlint: on no-old\n"),
        (
            "# prodlint: off PRD802\nx = 1\n# prodlint: on no-other  # back again\n",
            "x = 1\n# back again\n",
        ),
    ],
)
def test_with_an_off_goes_its_on(text, left) -> None:
    """Which would end nothing; another one's stays."""
    assert removed(text) == left
