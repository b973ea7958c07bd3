"""A template in the manner of flake8, ``%(path)s:%(row)d:%(col)d: %(code)s %(text)s``: one line per violation.

The fields of flake8, its colours among them, have its names; ours are added. All values are harmless, so that only the
template's author decides about escape sequences, and colours are empty where the view has none.
"""

from __future__ import annotations

from prodlint.light_typing import TYPE_CHECKING
from prodlint.report.safety import visible
from prodlint.report.selection import capped, more_lines, shown
from prodlint.report.text import position, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prodlint.model import Report, Violation
    from prodlint.report import View

_COLOURS = {
    "bold": "1", "black": "30", "red": "31", "green": "32", "yellow": "33", "blue": "34", "purple": "35", "cyan": "36",
    "white": "37", "reset": "0",
}  # fmt: skip
_SAMPLE = {
    "path": "", "row": 1, "col": 1, "end_row": 1, "end_col": 1, "code": "", "name": "", "family": "", "severity": "",
    "text": "", "fingerprint": "", **dict.fromkeys(_COLOURS, ""),
}  # fmt: skip
FIELDS = tuple(_SAMPLE)
"""The names that a template may use."""


def fault(template: str) -> str:
    """What is wrong with a template; empty if nothing."""
    try:
        template % _SAMPLE
    except KeyError as error:
        from prodlint.suggest import nearest

        meant = nearest(str(error.args[0]), list(FIELDS))
        return f"no field `{error.args[0]}` in a template; " + (
            f"did you mean `{meant}`?" if meant else f"fields are {', '.join(FIELDS)}"
        )
    except (ValueError, TypeError, OverflowError) as error:
        return f"not a valid template: {error}"
    return ""


def render(report: Report, template: str, view: View) -> Iterator[str]:
    """The template once per violation; without a fault (`fault`) it cannot fail."""
    violations, left_out = capped(shown(report, view), view.max_per_rule)
    colours = {name: f"\x1b[{code}m" if view.colour else "" for name, code in _COLOURS.items()}
    for violation in violations:
        yield template % {**_fields(violation), **colours} + "\n"
    for more in more_lines(left_out):
        yield f"{more}\n"


def _fields(violation: Violation) -> Mapping[str, object]:
    line, column = position(violation)
    _, _, end_line, end_column = violation.span or (1, 1, 1, 1)
    return {
        "path": visible(violation.path),
        "row": line,
        "col": column,
        "end_row": end_line,
        "end_col": end_column,
        "code": visible(violation.code),
        "name": visible(violation.rule),
        "family": visible(violation.family),
        "severity": violation.severity.value,
        "text": visible(said(violation)),
        "fingerprint": visible(violation.fingerprint),
    }
