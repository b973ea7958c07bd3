"""Glob patterns of other linters in, patterns in gitignore's syntax that match the same files out.

Theirs are matched against whole paths with a ``*`` that crosses ``/``; gitignore's stays within a name.
"""

from __future__ import annotations

import re


def as_gitignore(pattern: str) -> str:
    """The pattern that matches what ``pattern`` does, counted from the same directory; a leading ``!`` stays."""
    negation = "!" if pattern.startswith("!") else ""
    body = pattern.removeprefix("!").replace("\\", "/")
    if body.startswith("./"):
        body = body[1:]
    if "/" not in body.rstrip("/"):
        return negation + body
    # `*/name/*` is how people write "any directory of that name", at the top as well.
    body = re.sub(r"^(?:\*\*?/)+", "**/", body)
    *above, last = body.split("/")
    if last.startswith("*.") and above and above[-1] != "**":
        above.append("**")
    if last in ("*", "**") and above and above[-1] != "**":
        return f"{negation}{'/'.join(above)}/"
    return negation + "/".join([*above, last])
