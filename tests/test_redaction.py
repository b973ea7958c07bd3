"""No output shows a credential: sixty of all kinds, in every place of code, through everything that prodlint writes."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from made_up_tokens import shape_text, token_of

from prodlint import Rule, Severity, check_source
from prodlint.fix.diff import diff
from prodlint.fix.files import FixedFile
from prodlint.fix.proof import Proof
from prodlint.registry import Registry, built_in
from prodlint.report import FORMAT_NAMES, View, render
from prodlint.rule import Assignments, Calls, Comments, Functions, Module, Secrets, Strings
from prodlint.secrets.formats import FORMATS
from prodlint.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{shape_text('b64{64}', 3)}\n-----END RSA PRIVATE KEY-----"
TOKENS = [token_of(known) for known in FORMATS if not known.before][::6][:40]
VALUES = [
    *TOKENS,
    "postgres://app:s3cr3tpw9x@db.internal/app",
    "https://deploy:Tr0ub4dor7@git.internal/repo.git",
    "redis://:9f8e7d6c5b@cache:6379/0",
    f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3NyJ9.{shape_text('url{43}', 4)}",
    "Basic YWRtaW46aHVudGVyMjI=",
    PEM,
]
NAMED = [
    "hunter2xyz", "Tr0ub4dor&3", "correct$x%(horse", "S3cr3t!pw", "p4ssw0rd99x", "zaq12wsx", "letmein42", "qwe!rty77",
    "9f8e7d6c5b4a", "0lives&Thyme", "swordf1sh", "Mellon77", "xK9-mQ2-vL7", "pässwort77", "open5esame", "b4nanas!",
    "dr0wssap1", "m0nk3yface",
]  # fmt: skip
PUBLIC = sorted({known.prefix for known in FORMATS if not known.before}, key=len, reverse=True)


def private_part(value: str) -> str:
    """What of a credential no output may show, not even in part: a stretch from its middle."""
    for prefix in PUBLIC:
        if value.startswith(prefix):
            value = value[len(prefix) :]
            break
    if "://" in value:
        value = value.partition("://")[2].partition(":")[2].partition("@")[0]
    if "PRIVATE KEY" in value:
        value = value.partition("\n")[2].partition("\n")[0]
    return value.removeprefix("Basic ").removeprefix("eyJ")


def leaks(text: str, value: str) -> bool:
    """Whether eight characters in a row of a credential, or all of a shorter one, stand in a text."""
    secret = private_part(value)
    if len(secret) <= 12:
        return secret in text
    return any(secret[at : at + 8] in text for at in range(0, min(len(secret), 200) - 8, 3))


PLACES = {
    "assignment": "password = {0}; print(1)\n",
    "annotated": "password: str = {0}  # TODO rotate\n",
    "dictionary": "print({{'password': {0}, 'user': 'x'}})\n",
    "call": "print(connect(password={0}))\n",
    "default": "def connect(password={0}):\n    print(password)  # TODO\n",
    "tuple": "user, password = 'x', {0}  # TODO\n",
    "attribute": "class A:\n    def f(self):\n        self.password = {0}; print(self)\n",
    "subscript": "config['password'] = {0}; print(config)\n",
    "compared": "if password == {0}: print('in')\n",
    "fallback": "password = os.environ.get('PASSWORD') or {0}; print(1)\n",
    "encoded": "password = {0}.encode(); print(1)\n",
    "before a print": "f(password={0}); print(1); print(2)\n",
    "over lines": "print(\n    1,\n    connect(\n        password={0},  # TODO\n    ),\n)\n",
    "swallowed": "try:\n    connect(password={0})\nexcept: pass  # TODO\n",
}
IN_PROSE = {
    "comment": "print(1)  # TODO rotate password: {0}\n",
    "comment with quotes": 'print(1)  # TODO password = "{0}"\n',
    "suppression": "print(1)  # prodlint: allow print-call -- the password is {0}\n",
    "bad suppression": "print(1)  # prodlint: allow print-call password={0}\n",
    "unused suppression": "x = 1  # prodlint: allow print-call -- password={0}\n",
    "docstring": 'def f():\n    """Connect.\n\n    TODO: password={0}\n    """\n',
    "broken file": "password = '{0}'\nprint(\n",
    "broken string": "print(1)\npassword = '{0}\n",
}


def cases() -> Iterator[tuple[str, str, str]]:
    """Every credential in some places, and every place with some credentials: name, code, credential."""
    places = itertools.cycle(PLACES.items())
    prose = itertools.cycle(IN_PROSE.items())
    for value in (*VALUES, *NAMED):
        literal = repr(value)
        for _ in range(5):
            name, code = next(places)
            yield name, code.format(literal), value
        if "\n" not in value:
            for _ in range(3):
                name, code = next(prose)
                yield name, code.format(value), value


CASES = list(cases())
LOUD = Rule(
    name="loud-rule",
    code="PRD399",
    family="loud",
    since="0.1",
    summary="says all it sees",
    visits=(Calls(("print", "connect", "f")), Assignments(), Comments(("todo",)), Functions(), Module(), Strings()),
    severity=Severity.WARNING,
    module=__name__,
)
CRASHING = Rule(
    name="crashing-rule", code="PRD398", family="loud", since="0.1", summary="dies", visits=Strings(), module=__name__
)


@LOUD.check
def _say_all(site):
    line = site.facts.line(site.span.line)
    yield site.violation(f"look: {site.text} in {line}", related=[site.related(site.span, f"and {site.text}")])


@CRASHING.check
def _crash(site):
    raise ValueError(f"cannot stand {site.text}")
    yield


LOUD.module = CRASHING.module = __name__
REGISTRIES = {
    "all rules": built_in(),
    "a rule that says all": Registry([LOUD]),
    "a rule that crashes": Registry([CRASHING]),
}


def test_there_are_enough() -> None:
    """Sixty credentials, each one in several places."""
    assert len(VALUES) + len(NAMED) >= 60
    assert len(CASES) >= 400


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_reports_show_nothing(registry: Registry) -> None:
    """Whatever rule reports a line, the values that every report is made of hold no credential."""
    config = {"rules": {"todo-comment": {"docstrings": True}}} if registry is REGISTRIES["all rules"] else {}
    shown = []
    for name, code, value in CASES:
        report = check_source(code, "package/module.py", config=config, registry=registry)
        texts = {"values": repr(report)}
        for output in ("text", "full", "json", "statistics"):
            texts[output] = "".join(render(report, output, View(width=100)))
        shown += [(name, output, value, code) for output, text in texts.items() if leaks(text, value)]
    assert not shown, f"{len(shown)} leaks: " + "\n".join(map(str, shown[:5]))


def test_fingerprints_tell_nothing() -> None:
    """A fingerprint is the same for any credential of a kind, so that nobody can test guesses against it."""
    prints = set()
    for value in ("hunter2xyz", "Tr0ub4dor&3abcdefgh", "zaq12wsx"):
        report = check_source(f"password = {value!r}; print(connect(password={value!r}))\n", "package/module.py")
        assert report.violations
        prints.add(tuple(sorted((v.code, v.fingerprint) for v in report.violations)))
    assert len(prints) == 1


def test_masks_tell_no_length() -> None:
    """A mask as long as what it hides would tell half of a short password."""
    excerpts = set()
    for value in ("hunter2xyz", "Tr0ub4dor&3abcdefgh", "zaq12wsx"):
        report = check_source(f"print(connect(password={value!r}))\n", "package/module.py")
        excerpts.update(v.excerpt for v in report.violations)
        assert all(v.span.end_column - v.span.column == 3 for v in report.violations if v.code == "PRD301")
    assert excerpts == {"print(connect(password='…'))"}


def test_carets_point_at_what_is_reported() -> None:
    """A shorter line must not move what comes behind the mask from under its carets."""
    code = "f(password='hunter2xyz'); print(1)\n"
    report = check_source(code, "package/module.py", config={"select": ["print-call"]})
    (violation,) = report.violations
    assert violation.excerpt[violation.span.column - 1 :] == "print(1)"
    assert "hunter2" not in violation.excerpt


def test_a_mask_keeps_its_closing_quote() -> None:
    """Half a string looks like a fault of the code."""
    report = check_source("PASSWORD = 'hunter2-8f3kdk2kAA'  # TODO: move\n", "package/module.py")
    excerpts = {v.rule: (v.excerpt, v.span.column) for v in report.violations if v.span}
    line, column = excerpts["todo-comment"]
    assert line.startswith("PASSWORD = '…' ")
    assert line[column - 1 :] == "# TODO: move"


def test_public_beginnings_stay() -> None:
    """Whoever has to replace a token wants to know whose it is."""
    token = token_of(next(known for known in FORMATS if known.id == "github-personal-token"))
    report = check_source(f"key = {token!r}\n", "package/module.py")
    (violation,) = (v for v in report.violations if v.code == "PRD301")
    assert "'ghp_…'" in violation.excerpt
    assert violation.span.column == 7


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with every case as a file of its own."""
    root = tmp_path_factory.mktemp("project")
    (root / "prodlint.toml").write_text("[rules.todo-comment]\ndocstrings = true\n")
    for number, (_, code, _) in enumerate(CASES):
        (root / f"module_{number}.py").write_text(code, encoding="utf-8")
    return root


COMMANDS = {
    "text": ["--format", "text"],
    "full": ["--format", "full", "-v"],
    "json": ["--format", "json"],
    "statistics": ["--format", "statistics"],
    "other rules only": ["--format", "full", "--select", "PRD1,PRD2,PRD7"],
    "config": ["config", "--show", "module_1.py"],
    "explain": ["explain", "hardcoded-secret"],
}


def run(project: Path, *arguments: str, stdin: str = "") -> str:
    """What a run writes on standard output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "prodlint", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert "usage:" not in done.stderr, done.stderr[:500]
    return done.stdout + done.stderr


def leaked(text: str) -> list[str]:
    """The credentials that stand in a text."""
    return [value for value in (*VALUES, *NAMED) if leaks(text, value)]


def test_written_reports_show_nothing(project: Path, tmp_path: Path) -> None:
    """Every format that a report is written to a file in, those that hold the edits of fixes among them."""
    outputs = [f"--output={name}={tmp_path / name}" for name in FORMAT_NAMES]
    written = run(project, "check", "--no-cache", *outputs, ".")
    assert not leaked(written)
    for name in FORMAT_NAMES:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "hardcoded-secret" in text, name
        assert not leaked(text), name


def test_fixes_show_nothing(project: Path) -> None:
    """A diff leaves out what would show a credential, and says so; what is told of fixes quotes none."""
    for number in range(20):  # an unchanged file is no diff
        (project / f"clean_{number}.py").write_text(f"def f(a):\n    print(a, {number})\n")
    arguments = ("check", "--no-cache", "--unsafe-fixes", "--show-fixes", "--diff", ".")
    written = run(project, *arguments)
    assert "withheld" in written
    assert "+++ b/clean_7.py" in written
    assert not leaked(written)
    assert not leaked(run(project, *arguments, "--quiet"))


def test_fixing_stdin_shows_credentials_only_in_the_source(project: Path) -> None:
    """The fixed source is what was asked for; the diff of it is not."""
    code = "import os\n\npassword = 'hunter2xyz'\nconnect(password='zaq12wsx')\n"
    arguments = ("check", "--unsafe-fixes", "--no-cache", "--stdin-filename", "package/module.py", "-")
    assert not leaked(run(project, *arguments, "--diff", stdin=code))
    fixed = run(project, *arguments, "--fix-only", stdin=code)
    assert 'os.environ["PASSWORD"]' in fixed
    assert "hunter2xyz" not in fixed
    assert "zaq12wsx" in fixed


def test_lost_comments_are_told_without_credentials() -> None:
    """Why a fix is refused may quote a comment."""
    for comment in ("# rotate password: hunter2xyz", "# was hunter2xyz before"):
        source = Source("module.py", f"password = 'hunter2xyz'  {comment}\n".encode())
        told = Proof(source).fault(Source("module.py", b"password = 'hunter2xyz'\n"), ())
        assert told.startswith("the comment")
        assert not leaked(told)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_withheld_hunks_leave_the_others(ending: str) -> None:
    """Only the hunks that show a credential, also as context, are left out; the others count as if they never were."""
    before = "x = 1\npassword = 'hunter2xyz'\n" + "\n" * 9 + "y = 2\n"
    after = "import os\nimport re\n" + before.replace("y = 2", "y = 3")
    file = FixedFile("module.py", *(t.replace("\n", ending).encode() for t in (before, after)), ())
    made = diff(file, os.sep)
    assert made.withheld == (1,)
    assert b"hunter2xyz" not in made.text
    if ending != "\r":  # which is one line of a diff
        assert made.text.count(b"\n@@ -9,4 +9,4 @@\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_command_line_shows_nothing(project: Path, name: str) -> None:
    """Standard output, standard error and the cache of a run hold none of sixty credentials."""
    arguments = COMMANDS[name]
    if arguments[0].startswith("-"):
        arguments = ["check", *arguments, "--cache-dir", "cache", "."]
    written = run(project, *arguments)
    cached = "".join(path.read_text(encoding="utf-8") for path in sorted((project / "cache").rglob("*.txt")))
    for value in (*VALUES, *NAMED):
        assert not leaks(written, value), value
        assert not leaks(cached, value), value


def test_visit_nominates_nothing_else() -> None:
    """A rule of another pack may report credentials too, and sees what it needs to know."""
    seen = []
    rule = Rule(name="own-secret", code="ACM301", family="own", since="1", summary="own", visits=Secrets())

    @rule.check
    def _(site):
        seen.append((site.facts.secret.kind, site.facts.secret.what))
        yield site.violation("found")

    report = check_source("password = 'hunter2xyz'\nuser = 'hunter2xyz'\n", config={}, registry=Registry([rule]))
    assert seen == [("named", "password")]
    assert len(report.violations) == 1
