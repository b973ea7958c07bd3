"""New imports and statements stand where isort and the style guide have them, in every layout of a module's top."""

from __future__ import annotations

import pytest

from prodlint.fix.edits import apply
from prodlint.fix.imports import insertions
from prodlint.index import parse
from prodlint.source import Source

NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


def inserted(text: str, *lines: str, path: str = "shop/cart.py") -> str:
    """The text with these imports and statements put in; once there, they are not put in again."""
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    statements = [line for line in lines if line not in imports]

    def put(text: str) -> str:
        source = Source(path, text.encode())
        return apply(source.text, insertions(source, parse(source), imports, statements))

    result = put(text)
    compile(result, path, "exec", dont_inherit=True)
    assert put(result) == result
    return result


# Each layout with what `import os` adds to it, marked by a plus. isort and ruff (I001, E402) have nothing to say of
# the results; the two differ where a comment stands above an import, and there ruff is followed.
LAYOUTS = {
    "docstring": """\
 \"\"\"Doc.\"\"\"
+
+import os
""",
    "docstring code": """\
 \"\"\"Doc.\"\"\"

+import os
+
 x = 1
""",
    "docstring code0": """\
 \"\"\"Doc.\"\"\"
+
+import os
+
 x = 1
""",
    "docstring def": """\
 \"\"\"Doc.\"\"\"
+
+import os


 def f():
     pass
""",
    "docstring def1": """\
 \"\"\"Doc.\"\"\"
+
+import os
+

 def f():
     pass
""",
    "docstring comment def": """\
 \"\"\"Doc.\"\"\"
+
+import os
+

 # about f
 def f():
     pass
""",
    "docstring deco": """\
 \"\"\"Doc.\"\"\"
+
+import os


 @d
 class A:
     pass
""",
    "multiline docstring": """\
 \"\"\"Doc.

 More.
 \"\"\"

+import os
+
 x = 1
""",
    "code": """\
+import os
+
 x = 1
""",
    "def": """\
+import os
+
+
 def f():
     pass
""",
    "shebang": """\
 #!/usr/bin/env python
+import os
+
 x = 1
""",
    "shebang coding": """\
 #!/usr/bin/env python
 # -*- coding: utf-8 -*-

+import os
+
 x = 1
""",
    "license glued": """\
 # Copyright
 # License
+import os
+
 x = 1
""",
    "license": """\
 # Copyright
 # License

+import os
+
 x = 1
""",
    "license def": """\
 # Copyright
 # License


+import os
+
+
 def f():
     pass
""",
    "license doc": """\
 # Copyright

 \"\"\"Doc.\"\"\"

+import os
+
 x = 1
""",
    "license imports": """\
 # Copyright

+import os
 import sys

 x = 1
""",
    "license imports glued": """\
 # Copyright
+import os
 import sys

 x = 1
""",
    "license zimports glued": """\
 # Copyright
 import abc
+import os

 x = 1
""",
    "future": """\
 \"\"\"Doc.\"\"\"

 from __future__ import annotations

+import os
+
 x = 1
""",
    "future std": """\
 from __future__ import annotations

 import abc
+import os
 import sys

 x = 1
""",
    "std third": """\
+import os
 import sys

 import requests

 x = 1
""",
    "third only": """\
+import os
+
 import requests

 x = 1
""",
    "third local": """\
+import os
+
 import requests

 from . import a
 from .b import c

 x = 1
""",
    "local only": """\
+import os
+
 from . import a

 x = 1
""",
    "froms": """\
 import abc
+import os
 import sys
 from collections import deque
 from os import path

 x = 1
""",
    "froms only": """\
+import os
 from collections import deque

 x = 1
""",
    "relative": """\
+import os
+
 from .. import a
 from ..b import c
 from . import d
 from .e import f

 x = 1
""",
    "tryimport": """\
 import abc
+import os

 try:
     import json5
 except ImportError:
     json5 = None

 x = 1
""",
    "tryfirst": """\
+import os
+
 try:
     import json5
 except ImportError:
     json5 = None

 x = 1
""",
    "typechecking": """\
+import os
 from typing import TYPE_CHECKING

 if TYPE_CHECKING:
     import abc

 x = 1
""",
    "onlyimports": """\
 import abc
+import os
 import sys
""",
    "semicolon": """\
 import abc; import sys
+import os

 x = 1
""",
    "multiline from": """\
+import os
 from collections import (
     OrderedDict,
     deque,
 )

 x = 1
""",
    "after code": """\
+import os
 import sys

 sys.path.insert(0, "")

 import abc

 x = 1
""",
    "comment between": """\
 import abc
+import os

 # about sys
 import sys

 x = 1
""",
    "comment above first": """\
 \"\"\"Doc.\"\"\"
+
+import os

 # about sys
 import sys

 x = 1
""",
    "comment above first2": """\
 \"\"\"Doc.\"\"\"

 # about abc
 import abc
+import os

 x = 1
""",
    "trailing comment": """\
 import abc  # why
+import os
 import sys  # noqa: F401

 x = 1
""",
    "def after": """\
 import abc
+import os
 import sys


 def f():
     pass
""",
    "as": """\
 import abc as a
+import os
 import sys as s

 x = 1
""",
    "dotted": """\
+import os
 import os.path
 import xml.etree

 x = 1
""",
    "backslash": """\
+import os
 from collections import \\
     deque

 x = 1
""",
    "many": """\
 import abc, sys
+import os

 x = 1
""",
    "formfeed": """\
 import abc
+import os


 x = 1
""",
    "comment only": """\
 # nothing
+import os
""",
    "doc comment": """\
 \"\"\"Doc.\"\"\"
+
+import os
+
 # glued
 x = 1
""",
    "doc import0": """\
 \"\"\"Doc.\"\"\"
 import abc
+import os
 x = 1
""",
    "if main": """\
+import os
+
 if __name__ == "__main__":
     print(1)
""",
    "class": """\
+import os
+
+
 class A:
     pass
""",
    "blank top": """\


+import os
 import sys

 x = 1
""",
}


@pytest.mark.parametrize("newline", NEWLINES.values(), ids=NEWLINES)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_an_import_stands_where_isort_puts_it(layout: str, newline: str) -> None:
    """Below docstring, comments and `__future__`, in its section, in order; above everything else."""
    lines = layout.splitlines()
    before = newline.join(line[1:] for line in lines if line[:1] != "+")
    after = newline.join(line[1:] for line in lines)
    assert inserted(before + newline, "import os") == after + newline


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("import requests\n", "import structlog", "import requests\nimport structlog\n"),
        ("import os\n", "import structlog", "import os\n\nimport structlog\n"),
        ("import os\n\nfrom . import a\n", "import structlog", "import os\n\nimport structlog\n\nfrom . import a\n"),
        ("import os\n\nimport shop\n", "import structlog", "import os\n\nimport structlog\n\nimport shop\n"),
        (
            "import os\nfrom abc import ABC\n",
            "from os import path",
            "import os\nfrom abc import ABC\nfrom os import path\n",
        ),
        ("import abc\n", "from __future__ import annotations", "from __future__ import annotations\n\nimport abc\n"),
        ("import mod2\nimport mod10\n", "import mod3", "import mod2\nimport mod3\nimport mod10\n"),
        ("import Abc\nimport bcd\n", "import ABD", "import Abc\nimport ABD\nimport bcd\n"),
        (
            "from .. import a\nfrom . import b\n",
            "from ..c import d",
            "from .. import a\nfrom ..c import d\nfrom . import b\n",
        ),
        ("import os.path\n", "import os", "import os\nimport os.path\n"),
        ("import os as o\n", "import os", "import os\nimport os as o\n"),
    ],
)
def test_sections_and_order(text: str, line: str, expected: str) -> None:
    """Numbers in names count as numbers, case does not count, and a package's own modules come last but one."""
    assert inserted(text, line) == expected


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("from a import b\n", "from a import c", "from a import b, c\n"),
        ("from a import c  # why\n", "from a import b", "from a import b, c  # why\n"),
        ("from a import (b, d)\n", "from a import c", "from a import (b, c, d)\n"),
        (
            "from a import (\n    b,  # one\n    d,\n)\n",
            "from a import c",
            "from a import (\n    b,\n    c,  # one\n    d,\n)\n",
        ),
        ("from a import (\n    b,\n    c\n)\n", "from a import d", "from a import (\n    b,\n    c,\n    d\n)\n"),
        ("from a import (\r\n\tb,\r\n)\r\n", "from a import a", "from a import (\r\n\ta,\r\n\tb,\r\n)\r\n"),
        ("from a import CONST, Class, func\n", "from a import Basic", "from a import CONST, Basic, Class, func\n"),
        ("from .a import ä\n", "from .a import b", "from .a import b, ä\n"),
        ("from a import b as c\n", "from a import d", "from a import b as c\nfrom a import d\n"),
        ("from a import *\n", "from a import d", "from a import *\nfrom a import d\n"),
        ("from a import b\n", "from a import c as d", "from a import b\nfrom a import c as d\n"),
        ("from a import b\n", "from .a import c", "from a import b\n\nfrom .a import c\n"),
    ],
)
def test_a_name_joins_the_import_of_its_module(text: str, line: str, expected: str) -> None:
    """A second import of the same module would be what isort merges."""
    assert inserted(text, line) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import os\n", "import os"),
        ("import abc, os\n", "import os"),
        ("from a import (\n    b,\n    c,\n)\n", "from a import c"),
        ("import os as o\n", "import os as o"),
        ("'''Doc.'''; import os\n", "import os"),
        ("import logging\nlog = logging.getLogger(__name__)  # mine\n", "log = logging.getLogger(__name__)"),
    ],
)
def test_what_is_there_is_not_added(text: str, line: str) -> None:
    """However it is written."""
    assert inserted(text, line) == text


def test_several_lines_are_sorted() -> None:
    """They come in the order in which a rule happens to name them."""
    assert inserted("", "import os") == "import os\n"
    lines = ("import zlib", "from . import x", "import structlog", "import abc", "logger = structlog.get()")
    assert inserted("", *lines) == (
        "import abc\nimport zlib\n\nimport structlog\n\nfrom . import x\n\nlogger = structlog.get()\n"
    )
    assert inserted('"""Doc."""\nimport os\n', *lines) == (
        '"""Doc."""\nimport abc\nimport os\nimport zlib\n\nimport structlog\n\nfrom . import x\n'
        "\nlogger = structlog.get()\n"
    )


LOGGER = "logger = logging.getLogger(__name__)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import logging\n", "\n\ndef f():\n    pass\n"),
        ("import logging\n\ntry:\n    import a\nexcept ImportError:\n    a = None\n", "\n\n\ndef f():\n    pass\n"),
        ("import logging\nfrom t import T\n\nif T:\n    import a\n", "\nx = 1\n"),
        ("import logging\nimport sys\n\nsys.path.insert(0, '')\nimport abc\n", "\nx = 1\n"),
        ("import sys\nx = 1\nimport logging\n", "\ny = 1\n"),
        ("import logging\nfrom a import (\n    b,\n)  # c\n", "\nx = 1\n"),
        ("import logging; import abc\n", "\nx = 1\n"),
    ],
)
def test_a_statement_stands_below_the_imports(before: str, after: str) -> None:
    """Also below guarded ones, those behind a change of the path, and any that binds what the statement uses."""
    assert inserted(before + after, LOGGER) == f"{before}\n{LOGGER}\n{after}"


def test_a_statement_and_its_import_where_there_is_none() -> None:
    """Together, with the empty lines that code below them asks for."""
    head = f"import logging\n\n{LOGGER}\n"
    assert inserted("def f():\n    pass\n", "import logging", LOGGER) == f"{head}\n\ndef f():\n    pass\n"
    assert inserted("x = 1\n", "import logging", LOGGER) == f"{head}\nx = 1\n"
    assert inserted('"""Doc."""\nx = 1\n', "import logging", LOGGER) == f'"""Doc."""\n\n{head}\nx = 1\n'


@pytest.mark.parametrize("text", ["import abc", '"""Doc."""', "x = 1", "# only", '"""Doc."""; x = [\n1]', ""])
def test_a_file_without_a_last_newline_gets_none(text: str) -> None:
    """What follows the last line of others is not for a fix to decide; the code stays, and so does the docstring."""
    result = inserted(text, "import os")
    assert result.endswith("\n") == (text == "")
    assert "import os" in result.split("\n")


def test_joined_statements_stay_together() -> None:
    """A line that several statements share is not cut, wherever its last one ends."""
    assert inserted("import abc; x = [\n1]\ny = 1\n", "import os") == "import abc; x = [\n1]\nimport os\ny = 1\n"
    assert inserted("'''Doc.'''; import sys\n", "import os") == "'''Doc.'''; import sys\nimport os\n"


def test_a_suppression_stays_with_its_statement() -> None:
    """The comment at the top of the file is about the line below it."""
    text = "# prodlint: allow print-call -- so it is\nprint(1)\n"
    assert inserted(text, "import os") == f"import os\n\n{text}"


def test_what_is_no_import_is_refused() -> None:
    """It would be put among the imports."""
    source = Source("m.py", b"x = 1\n")
    for line in ("x = 1", "import a; import b"):
        with pytest.raises(ValueError, match="is no import statement"):
            insertions(source, parse(source), [line], [])
