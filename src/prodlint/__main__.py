"""``python -m prodlint``, without the current directory on the import path: checked code is never imported."""

import os
import sys


def _current_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was deleted meanwhile, so nothing can be imported from it
        return ""


if sys.path and sys.path[0] in ("", _current_directory()) and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

from prodlint.hosts.cli import main  # noqa: E402  the path has to be clean before anything is imported

sys.exit(main())
