"""A file's path relative to its project's root in, the file's context and the reason for it out."""

from __future__ import annotations

from prodlint.light_typing import NamedTuple
from prodlint.model import Context

PRECEDENCE = (Context.TEST, Context.EXAMPLE, Context.SCRIPT, Context.PRODUCTION)
"""Which context holds for a file that speaks for several: the first."""


class Judgement(NamedTuple):
    """A context, and why, as a reader is told."""

    context: Context
    reason: str


def of_directory(relative: str) -> Judgement | None:
    """What the directories on the way ("src/app") say of the files in them; None if nothing."""
    parts = relative.split("/")
    for context, names in _DIRECTORIES:
        for part in parts:
            if part in names:
                return Judgement(context, f"it is under `{part}/`")
    return None


def of_file(directory: Judgement | None, name: str, has_shebang: bool) -> Judgement:
    """The built-in judgement, given what the file's directories say."""
    if directory and directory.context is Context.TEST:
        return directory
    if name.startswith("test_") and name.endswith(_SUFFIXES):
        return _TEST_PREFIX
    if name.endswith(_TEST_SUFFIXES):
        return _TEST_SUFFIX
    if name == "conftest.py":
        return _CONFTEST
    if directory:
        return directory
    if name == "__main__.py":
        return _MAIN
    if name.endswith(".ipynb"):
        return _NOTEBOOK
    return _SHEBANG if has_shebang else _PRODUCTION


_DIRECTORIES = (
    (Context.TEST, frozenset({"test", "tests"})),
    (Context.EXAMPLE, frozenset({"examples", "docs"})),
    (Context.SCRIPT, frozenset({"scripts", "bin", "tools"})),
)
_SUFFIXES = (".py", ".pyi", ".ipynb")
_TEST_SUFFIXES = ("_test.py", "_test.pyi", "_test.ipynb")

_TEST_PREFIX = Judgement(Context.TEST, "its name is like `test_*.py`")
_TEST_SUFFIX = Judgement(Context.TEST, "its name is like `*_test.py`")
_CONFTEST = Judgement(Context.TEST, "it is a `conftest.py`")
_MAIN = Judgement(Context.SCRIPT, "it is a `__main__.py`")
_NOTEBOOK = Judgement(Context.SCRIPT, "it is a notebook")
_SHEBANG = Judgement(Context.SCRIPT, "it begins with a shebang line")
_PRODUCTION = Judgement(Context.PRODUCTION, "nothing says otherwise")
