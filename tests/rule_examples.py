"""What a rule's page shows: code that is reported, what one sees of it, and the code put right; all from fixtures.

What no fix of the rule's own puts right, or not all of it, stands in ``by_hand.py`` beside its fixtures.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from prodlint.testing import fix_fixture, read_fixture, report_of, shortest_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodlint.rule import Rule

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
_REPORT_START = re.compile(r"^(\S[^\n]*?):(\d+):\d+: PRD", re.MULTILINE)
_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".md": "markdown", ".toml": "toml"}


def example(rule: Rule) -> str:
    """The section of a rule's page, with its heading; empty for the tool's own rules."""
    if rule.is_about_projects:
        return "\n".join(_project_example(rule))
    return "\n".join(_code_example(rule)) if (FIXTURES / rule.name / "bad.py").is_file() else ""


def _code_example(rule: Rule) -> Iterator[str]:
    folder = FIXTURES / rule.name
    case = shortest_case(read_fixture(str(folder / "bad.py")))
    yield from ("## Example", "", *_block("python", case.text), "is reported as", "")
    yield from _block("console", report_of(case, rule).replace(case.checked_path, "bad.py"))
    if (folder / "by_hand.py").is_file():
        yield from ("and put right by hand:", "")
        yield from _block("python", (folder / "by_hand.py").read_text(encoding="utf-8"))
        return
    for unsafe, options in ((False, "--fix"), (True, "--fix --unsafe-fixes")):
        fixed = fix_fixture(case, rule, unsafe=unsafe).decode()
        if fixed != case.text:
            yield from (f"and put right by `{options}`:", "", *_block("python", fixed))
            return


def _project_example(rule: Rule) -> Iterator[str]:
    """The first reported file that has a good one of its name; where there is none, all that is reported."""
    folder = FIXTURES / rule.name
    report = (folder / "report.txt").read_text(encoding="utf-8").partition("\n\nbad-")[0].removeprefix("bad/\n")
    violations = re.split(r"\n\n(?=\S)", report.strip())
    good = {path.name: path for path in sorted(folder.glob("good/**/*"), reverse=True) if path.is_file()}
    for violation in violations:
        named = _REPORT_START.match(violation)
        assert named is not None
        name, path = named[1], folder / "bad" / named[1]
        if " | " not in violation or path.name not in good:
            continue  # about a file as a whole
        language = _LANGUAGES.get(path.suffix, "docker" if "Dockerfile" in path.name else "text")
        yield from ("## Example", "", f"This `{name}`", "", *_block(language, path.read_text(encoding="utf-8")))
        yield from ("is reported as", "")
        yield from _block("console", "\n\n".join(v for v in violations if v.startswith(f"{name}:")))
        yield from (f"and this `{path.name}` is not reported:", "")
        yield from _block(language, good[path.name].read_text(encoding="utf-8"))
        return
    yield from ("## Example", "", f"In `fixtures/{rule.name}/bad` this is reported:", "", *_block("console", report))


def _block(language: str, text: str) -> tuple[str, ...]:
    fence = "````" if "```" in text else "```"
    return fence + language, text.rstrip("\n"), fence, ""
