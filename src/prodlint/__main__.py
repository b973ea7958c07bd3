"""``python -m prodlint``, without the current directory on the import path: checked code is never imported."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()) and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

from prodlint.hosts.cli import main  # noqa: E402  the path has to be clean before anything is imported

sys.exit(main())
