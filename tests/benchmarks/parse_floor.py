"""The floor under every checker built on CPython's parser: parse each file once, and nothing else.

Takes a folder or a file; prints the number of files, of lines, and the CPU seconds of the parsing loop alone. Reading
the files is outside the loop and garbage collection is off: no checker that parses can be expected to stay below it.
"""

from __future__ import annotations

import ast
import gc
import os
import sys
import time
import warnings


def main() -> int:
    """Parse every file below the path given on the command line."""
    sources = [(path, _content(path)) for path in _python_files(sys.argv[1])]
    lines = sum(source.count(b"\n") for _, source in sources)
    warnings.simplefilter("ignore")
    gc.disable()
    started = time.process_time()
    unparsed = sum(not _parses(path, source) for path, source in sources)
    seconds = time.process_time() - started
    sys.stdout.write(f"{len(sources)} {lines} {seconds:.6f}\n")
    if unparsed:
        sys.stderr.write(f"{unparsed} of {len(sources)} files do not parse\n")
    return 0


def _python_files(top: str) -> list[str]:
    if os.path.isfile(top):
        return [top]
    found = [os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names]
    return sorted(path for path in found if path.endswith((".py", ".pyi")))


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _parses(path: str, source: bytes) -> bool:
    try:
        compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
