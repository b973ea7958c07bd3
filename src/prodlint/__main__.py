"""``python -m prodlint``, without the current directory on the import path: checked code is never imported."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()) and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

from prodlint.hosts.cli import main

sys.exit(main())
