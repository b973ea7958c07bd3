"""Suppression comments beside real ruff, which removes those of its own that hide nothing: ours have to stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OURS = [
    "print(1)  # prodlint: allow print-call\n",
    "print(1)  # prodlint: allow print-call until 2099-01-01 -- SHOP-12: why\n",
    "print(1)  # prodlint: allow PRD201, PRD101 -- why\n",
    "# prodlint: allow print-call -- why\nprint(1)\n",
    "# prodlint: allow-file print-call -- why\nprint(1)\n",
    "# prodlint: off print-call -- why\nprint(1)\n# prodlint: on print-call\n",
]
ROOT = Path(__file__).resolve().parent.parent


def _fixed(tmp_path: Path, text: str, configuration: str = "") -> str:
    """What ruff makes of a text when it removes needless and unknown codes of its own comments."""
    (tmp_path / "pyproject.toml").write_text(configuration, encoding="utf-8")
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    command = ["check", "--fix", "--select", "RUF100,RUF102", "--preview", "--no-cache", "-q", "a.py"]
    subprocess.run([sys.executable, "-m", "ruff", *command], cwd=tmp_path, check=False, capture_output=True)
    return (tmp_path / "a.py").read_text(encoding="utf-8")


def test_ruff_removes_what_it_does_not_know(tmp_path: Path) -> None:
    """Else the tests below would prove nothing."""
    assert _fixed(tmp_path, "x = 1  # noqa: F401\n") == "x = 1\n"
    assert _fixed(tmp_path, "print(1)  # noqa: PRD201\n") == "print(1)\n"


@pytest.mark.parametrize("text", OURS)
def test_our_comments_stay(tmp_path: Path, text: str) -> None:
    """They are none of ruff's, whatever it is told."""
    assert _fixed(tmp_path, text) == text


@pytest.mark.parametrize("text", OURS)
def test_our_comments_stay_beside_those_of_ruff(tmp_path: Path, text: str) -> None:
    """On one line, what is ruff's goes, and the rest is as it was."""
    lines = text.splitlines(keepends=True)
    with_noqa = "".join(line.rstrip() + "  # noqa: F401\n" if "print(1)" in line else line for line in lines)
    fixed = _fixed(tmp_path, with_noqa)
    assert "F401" not in fixed
    assert [line.rstrip() for line in fixed.splitlines()] == [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print(1)  # noqa: PRD201\n", "print(1)  # noqa: PRD201\n"),
        ("print(1)  # noqa: PRD201 because\n", "print(1)  # noqa: PRD201 because\n"),
        ("print(1)  # noqa: F401, PRD201\n", "print(1)  # noqa: PRD201\n"),
    ],
)
def test_our_codes_stay_with_the_documented_setting(tmp_path: Path, text: str, expected: str) -> None:
    """`external` as the page about suppressions shows it."""
    page = (ROOT / "docs/suppressions.md").read_text(encoding="utf-8")
    setting = '[tool.ruff.lint]\nexternal = ["PRD"]\n'
    assert f"```toml\n{setting}```" in page
    assert _fixed(tmp_path, text, setting) == expected
